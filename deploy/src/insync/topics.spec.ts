import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EVENTS } from '@wattmesh/events';
import { describe, expect, it } from 'vitest';

const DEPLOY = join(import.meta.dirname, '..', '..');

interface Topic {
  topic: string;
  key: string;
  partitions: number;
  cleanup: 'compact' | 'delete';
}

describe('deploy/topics.json', () => {
  it('is what the events generate; else run npm run generate', () => {
    const done = spawnSync(process.execPath, [join(DEPLOY, 'generate.mjs'), '--check'], { encoding: 'utf8' });
    expect(done.stderr).toBe('');
    expect(done.status).toBe(0);
  });

  it('names every topic once, its key by a field, and keeps tables compacted', () => {
    const topics = JSON.parse(readFileSync(join(DEPLOY, 'topics.json'), 'utf8')) as Topic[];
    expect(topics.map(({ topic }) => topic)).toEqual([...EVENTS.keys()].sort());
    for (const { topic, key, partitions, cleanup } of topics) {
      expect(key, topic).toMatch(/^[a-z][A-Za-z]+$/);
      expect(partitions).toBe(12);
      expect(cleanup === 'compact', topic).toBe(EVENTS.get(topic)?.compacted);
    }
  });
});
