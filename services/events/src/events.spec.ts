import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import * as dispatcher from './dispatcher.ts';
import * as forecaster from './forecaster.ts';
import * as gateway from './gateway.ts';
import * as market from './market.ts';
import * as portal from './portal.ts';
import * as settlement from './settlement.ts';
import { EVENTS } from './registry.ts';

const FIXTURES = new URL('../fixtures/', import.meta.url);
const OWNERS: Record<string, object> = { portal, gateway, forecaster, dispatcher, market, settlement };
const events = [...EVENTS.values()];

/** `market.order-placed.v1` keeps its golden example in `order-placed.v1.json`. */
function fixtureOf(topic: string): string {
  return readFileSync(new URL(`${topic.slice(topic.indexOf('.') + 1)}.json`, FIXTURES), 'utf8');
}

describe('the events', () => {
  it.each(events)('$topic parses its golden example, for ever, and writes it back unchanged', ({ topic, schema }) => {
    const golden: unknown = JSON.parse(fixtureOf(topic));
    const parsed = schema.parse(golden);
    expect(parsed).toEqual(golden);
    expect(JSON.parse(JSON.stringify(parsed))).toEqual(golden);
  });

  it.each(events)('$topic has a key that is a field of its payload', (event) => {
    const payload = event.schema.parse(JSON.parse(fixtureOf(event.topic))) as Record<string, unknown>;
    expect(Object.values(payload)).toContain(event.key(payload));
  });

  it.each(events)('$topic refuses a payload that lacks a field', ({ topic, schema }) => {
    const golden = JSON.parse(fixtureOf(topic)) as Record<string, unknown>;
    const first = Object.keys(golden)[0] ?? '';
    const { [first]: _, ...lacking } = golden;
    expect(schema.safeParse(lacking).success).toBe(false);
  });

  it('have one golden example each and no other', () => {
    const expected = events.map(({ topic }) => `${topic.slice(topic.indexOf('.') + 1)}.json`);
    expect(readdirSync(FIXTURES).sort()).toEqual(expected.sort());
  });

  it('live in the file of the service that owns them, and all are in the registry', () => {
    for (const [owner, file] of Object.entries(OWNERS)) {
      const own = Object.values(file).filter((exported) => typeof exported === 'object' && 'topic' in exported);
      expect(own.length).toBeGreaterThan(0);
      for (const event of own) {
        expect(event.owner).toBe(owner);
        expect(EVENTS.get(event.topic)).toBe(event);
      }
    }
  });

  it('are tables where they are the registry of the portal', () => {
    const compacted = events.filter(({ compacted: isTable }) => isTable).map(({ topic }) => topic);
    expect(compacted).toEqual([
      'portal.community-configured.v1',
      'portal.site-configured.v1',
      'portal.device-registered.v1',
      'portal.member-registered.v1',
      'portal.meter-enrolled.v1',
    ]);
  });

  it.each([
    'Market.order-placed.v1',
    'market.orderPlaced.v1',
    'market.order-placed',
    'market.order-placed.v0',
    'order-placed.v1',
  ])('are not defined under a topic like %s', (topic) => {
    expect(() => defineEvent({ topic, key: () => '', schema: z.object({}) })).toThrow(TypeError);
  });
});
