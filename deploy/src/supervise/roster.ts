import type { LaunchError } from '../local/launch-error.ts';
import type { Life, SupervisedEvents } from './supervised.ts';

/** Who runs: the process id of every server and service by its name, told to whoever wants to know at each change. */
export class Roster {
  readonly #pids = new Map<string, number>();

  constructor(
    private readonly told: {
      /** A line for the person at the terminal. */
      readonly say: (line: string) => void;
      readonly onChange: (pids: Readonly<Record<string, number>>) => void;
      /** Why the machine lets nothing live at present. */
      readonly hindrance?: () => string | undefined;
      /** A process cannot run: everything must end. */
      readonly onGiveUp: (error: LaunchError) => void;
    },
  ) {}

  get pids(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#pids);
  }

  /** What the supervisor of a process is to report. */
  eventsOf(name: string): SupervisedEvents<Life> {
    return {
      onStart: ({ pid }) => this.#change(() => this.#pids.set(name, pid)),
      onEnd: (reason, restartAfterMs) => {
        this.#change(() => this.#pids.delete(name));
        this.told.say(`${name} ${reason}; starting it again in ${restartAfterMs / 1000} s`);
      },
      hindrance: () => this.told.hindrance?.(),
      onGiveUp: this.told.onGiveUp,
    };
  }

  #change(change: () => void): void {
    change();
    this.told.onChange(this.pids);
  }
}
