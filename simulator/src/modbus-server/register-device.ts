/** What a device gives instead of registers: a Modbus exception code, no answer at all, or a dropped connection. */
export type Refusal = number | 'silence' | 'disconnect';

/** The registers behind one unit id. Time is simulated epoch ms and comes in as an argument. */
export interface RegisterDevice {
  /** Holding registers; precondition: 1 to 125, inside the address space. */
  read(address: number, count: number, nowMs: number): Uint16Array | Refusal;
  /** All or nothing; precondition: 1 to 123 registers, inside the address space. Undefined: written. */
  write(address: number, words: Uint16Array, nowMs: number): Refusal | undefined;
}
