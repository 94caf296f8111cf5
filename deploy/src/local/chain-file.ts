import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { LaunchError } from './launch-error.ts';

/** Where the local chain is kept: the dump of a moment, replaced in one step, so that a kill leaves the old one or the new one. */
export class ChainFile {
  readonly #folder: string;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    this.#folder = folder;
  }

  get #kept(): string {
    return join(this.#folder, 'chain.json.gz');
  }

  /** Keeps a dump as the node gave it: gzip in hexadecimal. */
  async write(dump: string): Promise<void> {
    const draft = `${this.#kept}.draft`;
    const file = await open(draft, 'w', 0o600);
    try {
      await file.writeFile(Buffer.from(dump.slice(2), 'hex'));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, this.#kept);
  }

  /** File for the node to load, unpacked; undefined where no chain was kept. Throws LaunchError where it is damaged. */
  unpack(): string | undefined {
    if (!existsSync(this.#kept)) return undefined;
    const unpacked = join(this.#folder, 'chain.json');
    try {
      writeFileSync(unpacked, gunzipSync(readFileSync(this.#kept)), { mode: 0o600 });
    } catch (cause) {
      throw new LaunchError(`${this.#kept} is damaged; start with --fresh to forget the earlier state`, { cause });
    }
    return unpacked;
  }
}
