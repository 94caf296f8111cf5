import type { DeviceWrite } from '../devices/device-write.ts';
import type { World } from '../world.ts';
import { appendDeviceWrite, writeWorldState } from './world-state.store.ts';

const KEEP_EVERY_MS = 1000;

/** Keeps a world in a file: where it stands each second of the wall, and at once what its devices are told. */
export class WorldKeeper {
  readonly #world: World;
  readonly #now: () => number;
  readonly #file: string;
  #timer: NodeJS.Timeout | undefined;

  constructor(world: World, kept: { now: () => number; file: string }) {
    this.#world = world;
    this.#now = kept.now;
    this.#file = kept.file;
  }

  /** Saves the world as it is now. */
  save(): void {
    this.#world.advanceTo(this.#now());
    writeWorldState(this.#file, { simMs: this.#world.nowMs, world: this.#world.saveState() });
  }

  note(write: DeviceWrite): void {
    appendDeviceWrite(this.#file, write);
  }

  /** Saves each second until `stop`; the first failure goes to `onError`, and ends it. */
  start(onError: (error: unknown) => void): void {
    this.#timer = setInterval(() => {
      try {
        this.save();
      } catch (error) {
        this.stop();
        onError(error);
      }
    }, KEEP_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
