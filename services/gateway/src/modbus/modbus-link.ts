/** One owner of one bus or TCP session. Addresses are 0-based, as sent on the wire. All rejections are `ModbusError`. */
export interface ModbusLink {
  /** Holding registers by function 3; 1 to 125. */
  read(unitId: number, address: number, count: number): Promise<Uint16Array>;
  /** Atomic write of 1 to 123 registers by function 16; resolves when the device has confirmed it. */
  write(unitId: number, address: number, words: ArrayLike<number>): Promise<void>;
  /** Rejects what is pending with CLOSED and always resolves. */
  close(): Promise<void>;
}
