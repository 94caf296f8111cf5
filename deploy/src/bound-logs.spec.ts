import {
  appendFileSync,
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { beginLogs, trimLogs } from './bound-logs.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wattmesh-logs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = (name: string) => readFileSync(join(folder, name), 'utf8');

describe('the logs of a run', () => {
  it('begin anew, and those of the run before are kept', () => {
    for (const run of ['first', 'second', 'third']) {
      beginLogs(folder);
      appendFileSync(join(folder, 'portal.jsonl'), run);
      appendFileSync(join(folder, 'portal.errors.log'), '');
    }
    expect(readdirSync(folder).sort()).toEqual(['portal.1.jsonl', 'portal.errors.log', 'portal.jsonl']);
    expect([read('portal.jsonl'), read('portal.1.jsonl')]).toEqual(['third', 'second']);
  });

  it('do not outgrow their bound while somebody appends', () => {
    const file = openSync(join(folder, 'market.jsonl'), 'a');
    writeSync(file, 'x'.repeat(11));
    trimLogs(folder, 10);
    writeSync(file, 'goes on');
    trimLogs(folder, 10);
    closeSync(file);
    expect([read('market.jsonl'), read('market.1.jsonl')]).toEqual(['goes on', 'x'.repeat(11)]);
  });

  it('need no folder yet', () => {
    expect(() => beginLogs(join(folder, 'nowhere'))).not.toThrow();
  });
});
