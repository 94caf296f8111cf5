import type { Fault } from './scenario/scenario.schema.ts';

/** Faults of a scenario, asked by device and instant. */
export class FaultPlan {
  readonly #faults: readonly { fault: Fault; fromMs: number; untilMs: number }[];

  constructor(faults: readonly Fault[]) {
    this.#faults = faults.map((fault) => ({
      fault,
      fromMs: Date.parse(fault.kind === 'counterReset' ? fault.at : fault.fromAt),
      untilMs: Date.parse(fault.kind === 'counterReset' ? fault.at : fault.untilAt),
    }));
  }

  /** Instants at which something changes. */
  get instants(): number[] {
    return this.#faults.flatMap(({ fromMs, untilMs }) => [fromMs, untilMs]);
  }

  has(kind: 'offline' | 'frozen', deviceId: string, atMs: number): boolean {
    return this.#faults.some(
      ({ fault, fromMs, untilMs }) =>
        fault.kind === kind && fault.deviceId === deviceId && fromMs <= atMs && atMs < untilMs,
    );
  }

  /** Error of a meter's current transformers in percent; several add up. */
  errorPct(deviceId: string, atMs: number): number {
    let errorPct = 0;
    for (const { fault, fromMs, untilMs } of this.#faults) {
      if (fault.kind === 'ctError' && fault.deviceId === deviceId && fromMs <= atMs && atMs < untilMs)
        errorPct += fault.errorPct;
    }
    return errorPct;
  }

  /** Devices whose counters start again at an instant. */
  resetsAt(atMs: number): string[] {
    return this.#faults
      .filter(({ fault, fromMs }) => fault.kind === 'counterReset' && fromMs === atMs)
      .map(({ fault }) => fault.deviceId);
  }
}
