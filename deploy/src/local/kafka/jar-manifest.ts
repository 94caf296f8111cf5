import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** Written last, so a folder that has it was whole once. */
export const MANIFEST = 'manifest.json';

const Jar = z.object({ name: z.string(), sizeBytes: z.int(), sha256: z.string() });
const Manifest = z.object({ jars: z.array(Jar).min(1) });
export type Jar = z.infer<typeof Jar>;

function describeJar(folder: string, name: string): Jar {
  const content = readFileSync(join(folder, name));
  return { name, sizeBytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
}

/** Describes the jars of a folder in its manifest, in the order of their names. */
export function writeManifest(folder: string): readonly Jar[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.jar'));
  const jars = names.sort().map((name) => describeJar(folder, name));
  writeFileSync(join(folder, MANIFEST), `${JSON.stringify({ jars }, undefined, 2)}\n`);
  return jars;
}

/** The jars of a folder; undefined where one is missing or is not what the manifest says, or there is no manifest. */
export function readWholeFolder(folder: string): readonly Jar[] | undefined {
  try {
    const { jars } = Manifest.parse(JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8')));
    const isWhole = jars.every((jar) => describeJar(folder, jar.name).sha256 === jar.sha256);
    return isWhole ? jars : undefined;
  } catch {
    // Whatever is missing or unreadable: the folder is not whole.
    return undefined;
  }
}
