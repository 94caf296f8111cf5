import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KafkaJars } from './bring-kafka-jars.ts';
import { ClassArchive } from './class-archive.ts';
import { writeManifest } from './jar-manifest.ts';

const JAVA = { command: 'java', version: 'openjdk 17.0.15' };
const NEWER_JAVA = { command: 'java', version: 'openjdk 17.0.16' };

describe('the archive of loaded classes', () => {
  let folder = '';
  let jars: KafkaJars;
  const broker = () => join(folder, 'broker');
  const archives = () => readdirSync(jars.folder).filter((name) => name.endsWith('.jsa'));

  /** A broker that ends and writes its archive where Java was told to. */
  function runOnce(java: { command: string; version: string }): void {
    const archive = new ClassArchive(jars, java, broker());
    const draft = archive.words[0]?.replace('-XX:ArchiveClassesAtExit=', '') ?? '';
    writeFileSync(draft, 'classes');
    archive.keep();
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wattmesh-archive-'));
    mkdirSync(join(folder, 'jars'));
    mkdirSync(broker());
    writeFileSync(join(folder, 'jars', 'kafka.jar'), 'kafka');
    jars = { folder: join(folder, 'jars'), version: '4.3.1', jars: writeManifest(join(folder, 'jars')) };
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is written by the first broker that ends and read by the next', () => {
    expect(new ClassArchive(jars, JAVA, broker()).readingWords).toEqual([]);
    runOnce(JAVA);
    const next = new ClassArchive(jars, JAVA, broker());
    expect(next.words).toEqual([`-XX:SharedArchiveFile=${join(jars.folder, archives()[0] ?? '')}`]);
    expect(next.readingWords).toEqual(next.words);
    expect(readdirSync(broker())).toEqual([]);
  });

  it('is written anew for another Java, in place of the old', () => {
    runOnce(JAVA);
    const [old] = archives();
    expect(new ClassArchive(jars, NEWER_JAVA, broker()).words[0]).toContain('ArchiveClassesAtExit');
    runOnce(NEWER_JAVA);
    expect(archives()).toHaveLength(1);
    expect(archives()).not.toContain(old);
  });

  it('of a broker that was killed as it wrote is thrown away', () => {
    writeFileSync(join(broker(), 'classes.jsa'), 'half');
    new ClassArchive(jars, JAVA, broker()).keep();
    expect(archives()).toEqual([]);
    expect(existsSync(join(broker(), 'classes.jsa'))).toBe(false);
  });
});
