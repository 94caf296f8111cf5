import { formatClockSetting, type ClockMapping, type ClockSetting } from '@wattmesh/platform/clock';
import type { ServerProcess } from '../local/child-process.ts';

/** The clock as processes are told it: held at first, the same mapping for all from its release on, whenever they start. */
export class ClockLine {
  #setting: ClockSetting;
  readonly #listeners = new Set<() => ServerProcess | undefined>();

  constructor(held: { wallMs: number; simMs: number; speed: number }) {
    this.#setting = { ...held, isHeld: true };
  }

  /** What a process that starts now is told. */
  get text(): string {
    return formatClockSetting(this.#setting);
  }

  /** Tells the process, whichever it then is, of the release. */
  follow(living: () => ServerProcess | undefined): void {
    this.#listeners.add(living);
  }

  release(mapping: ClockMapping): void {
    this.#setting = { ...this.#setting, ...mapping, isHeld: false };
    for (const living of this.#listeners) living()?.tell({ clock: this.text });
  }
}
