/** Everything of one run that must end, last begun first ended. */
export class Endings {
  readonly #endings: (() => Promise<void> | void)[] = [];

  add(end: () => Promise<void> | void): void {
    this.#endings.unshift(end);
  }

  async run(): Promise<void> {
    for (const end of this.#endings.splice(0)) await end();
  }
}
