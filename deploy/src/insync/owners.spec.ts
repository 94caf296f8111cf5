import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as events from '@wattmesh/events';
import { describe, expect, it } from 'vitest';

const SERVICES = join(import.meta.dirname, '..', '..', '..', 'services');
/** `outbox.publish(tx, X, ...)` of a service with a database, `emit(X, ...)` of the gateway; the event is the group. */
const CALLS = [/\boutbox\.publish\(\s*(?:tx,\s*([A-Z]\w*))?/g, /(?<![.\w])emit\(\s*([A-Z]\w*)/g];

interface Publication {
  service: string;
  file: string;
  event: string | undefined;
}

function publications(): Publication[] {
  const files = globSync('*/src/**/*.ts', { cwd: SERVICES }).filter(
    (file) => !/\.spec\.ts$|\/testing\/|^platform\/|^events\//.test(file),
  );
  return files.flatMap((file) => {
    const text = readFileSync(join(SERVICES, file), 'utf8');
    const service = file.slice(0, file.indexOf('/'));
    return CALLS.flatMap((call) => [...text.matchAll(call)].map((match) => ({ service, file, event: match[1] })));
  });
}

function topicOf(name: string | undefined): events.EventDefinition | undefined {
  const exported: unknown = name === undefined ? undefined : (events as Record<string, unknown>)[name];
  return typeof exported === 'object' && exported !== null && 'topic' in exported
    ? (exported as events.EventDefinition)
    : undefined;
}

describe('publishing', () => {
  const found = publications();

  it('names its event where it publishes, so that this file can read it', () => {
    expect(found.filter(({ event }) => topicOf(event) === undefined)).toEqual([]);
  });

  it("is the event's owner's alone", () => {
    expect(found.filter(({ service, event }) => topicOf(event)?.owner !== service)).toEqual([]);
  });

  it('happens for every event there is', () => {
    const published = new Set(found.map(({ event }) => topicOf(event)?.topic));
    expect([...events.EVENTS.keys()].filter((topic) => !published.has(topic))).toEqual([]);
  });
});
