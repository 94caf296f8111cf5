import type { Refusal, RegisterDevice } from '../register-device.ts';

/** What ails a unit: it does not answer, answers an exception, drops the connection, or repeats old registers. */
export type UnitFault =
  | { readonly kind: 'silent' | 'disconnecting' | 'frozen'; readonly untilMs: number }
  | { readonly kind: 'exception'; readonly code: number; readonly untilMs: number };

/** A device with a switch for faults. Writes reach a frozen device and are confirmed, as on real hardware that hangs. */
export class FaultyDevice implements RegisterDevice {
  private readonly device: RegisterDevice;
  private readonly frozen = new Map<number, Uint16Array>();
  private fault: UnitFault | undefined;

  constructor(device: RegisterDevice) {
    this.device = device;
  }

  /** Undefined heals the device. */
  setFault(fault: UnitFault | undefined): void {
    this.fault = fault;
    this.frozen.clear();
  }

  read(address: number, count: number, nowMs: number): Uint16Array | Refusal {
    const refusal = this.refusalAt(nowMs);
    if (refusal !== undefined) return refusal;
    if (this.faultAt(nowMs)?.kind !== 'frozen') return this.device.read(address, count, nowMs);
    return this.readFrozen(address, count, nowMs);
  }

  write(address: number, words: Uint16Array, nowMs: number): Refusal | undefined {
    return this.refusalAt(nowMs) ?? this.device.write(address, words, nowMs);
  }

  private faultAt(nowMs: number): UnitFault | undefined {
    return this.fault !== undefined && nowMs < this.fault.untilMs ? this.fault : undefined;
  }

  private refusalAt(nowMs: number): Refusal | undefined {
    const fault = this.faultAt(nowMs);
    if (fault?.kind === 'silent') return 'silence';
    if (fault?.kind === 'disconnecting') return 'disconnect';
    return fault?.kind === 'exception' ? fault.code : undefined;
  }

  /** The first answer to each request is the one that is repeated. */
  private readFrozen(address: number, count: number, nowMs: number): Uint16Array | Refusal {
    const key = address * 256 + count;
    const known = this.frozen.get(key);
    if (known !== undefined) return known;
    const answer = this.device.read(address, count, nowMs);
    if (answer instanceof Uint16Array) this.frozen.set(key, answer.slice());
    return answer;
  }
}
