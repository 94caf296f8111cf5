import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { KafkaJars } from './bring-kafka-jars.ts';
import type { Java } from './find-java.ts';

/** Java takes an archive only with the very jars, their times included, and the Java that wrote it. */
function archiveOf({ folder, jars }: KafkaJars, java: Java): string {
  const hash = createHash('sha256').update(java.version);
  for (const { name, sha256 } of jars) hash.update(`${name} ${sha256} ${statSync(join(folder, name)).mtimeMs}\n`);
  return join(folder, `classes-${hash.digest('hex').slice(0, 12)}.jsa`);
}

/**
 * An archive of loaded classes, which saves a second of each start and 50 MB of memory (AppCDS). The first broker writes it
 * as it ends, which takes a second once; a broker that is killed writes none, and the next one does.
 */
export class ClassArchive {
  readonly #archive: string;
  readonly #draft: string;
  readonly #isHere: boolean;

  constructor(jars: KafkaJars, java: Java, brokerFolder: string) {
    this.#archive = archiveOf(jars, java);
    this.#draft = join(brokerFolder, 'classes.jsa');
    this.#isHere = existsSync(this.#archive);
    rmSync(this.#draft, { force: true });
  }

  /** Words for a tool, which only reads the archive. */
  get readingWords(): readonly string[] {
    return this.#isHere ? [`-XX:SharedArchiveFile=${this.#archive}`] : [];
  }

  /** Words for the broker, which writes the archive where it is missing. */
  get words(): readonly string[] {
    return this.#isHere ? this.readingWords : [`-XX:ArchiveClassesAtExit=${this.#draft}`];
  }

  /** Keeps what a broker wrote that ended as it was asked to, in place of other Javas' archives and of drafts that were cut off. */
  keep(): void {
    if (!existsSync(this.#draft)) return;
    const folder = dirname(this.#archive);
    const draft = join(folder, `draft-${process.pid}.jsa`);
    try {
      copyFileSync(this.#draft, draft);
      for (const name of readdirSync(folder)) {
        const isKept = [basename(this.#archive), basename(draft)].includes(name);
        if (name.endsWith('.jsa') && !isKept) rmSync(join(folder, name), { force: true });
      }
      renameSync(draft, this.#archive);
    } catch {
      // A full disk or a read-only cache: the next start is slower, no more.
      rmSync(draft, { force: true });
    }
    rmSync(this.#draft, { force: true });
  }
}
