/** Tells the person at the terminal what is being done, one line per step, with the seconds since the start. */
export class Progress {
  readonly #startedAt = performance.now();

  constructor(private readonly out: (line: string) => void) {}

  step(text: string): void {
    this.out(`${this.#seconds()}  ${text}`);
  }

  #seconds(): string {
    return `${((performance.now() - this.#startedAt) / 1000).toFixed(1).padStart(6)} s`;
  }
}
