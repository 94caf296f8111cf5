import { defineEvent } from '@wattmesh/events';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { BusRecord } from '../bus/bus.ts';
import { MAX_RECORD_BYTES, sizeOf } from '../bus/record-size.ts';
import { deadLetterRecord } from './dead-letter-record.ts';
import { decodeEvent } from './decode-event.ts';

const NoteTaken = defineEvent({
  topic: 'scribe.note-taken.v1',
  key: (note) => note.page.trimEnd(),
  schema: z.object({ page: z.string(), text: z.string().optional(), lines: z.array(z.int()).optional() }),
});
const HUGE = 2_000_000;

const aRecord = (over: Record<string, unknown> = {}): BusRecord => ({
  topic: NoteTaken.topic,
  partition: 2,
  offset: 7,
  key: 'p1',
  value: '{"page":"p1"}',
  headers: { ce_id: 'note-1', ce_sequence: '12' },
  ...over,
});

describe('a record', () => {
  it('is an event where headers, payload and key fit', () => {
    expect(decodeEvent(NoteTaken, aRecord())).toMatchObject({
      isValid: true,
      event: { id: 'note-1', sequence: 12, payload: { page: 'p1' } },
    });
  });

  it('has its headers read as text where the broker gave bytes', () => {
    const headers = { ce_id: Buffer.from('note-1'), ce_sequence: Buffer.from('12') };
    expect(decodeEvent(NoteTaken, aRecord({ headers, key: Buffer.from('p1') }))).toMatchObject({
      event: { id: 'note-1', sequence: 12, record: { headers: { ce_id: 'note-1' }, key: 'p1' } },
    });
  });

  it.each(['', '0', '-3', '1.5', 'many', '9'.repeat(30)])('has no number where ce_sequence is "%s"', (ce_sequence) => {
    const decoded = decodeEvent(NoteTaken, aRecord({ headers: { ce_id: 'note-1', ce_sequence } }));
    expect(decoded).toMatchObject({ isValid: true, event: { sequence: undefined } });
  });

  it.each([
    ['bad JSON', { value: '{' }, 'PLATFORM_EVENT_NOT_JSON'],
    ['JSON with a NUL', { value: '{"page":"\0"}' }, 'PLATFORM_EVENT_NOT_JSON'],
    ['a wrong schema', { value: '{"page":1}' }, 'PLATFORM_EVENT_INVALID'],
    [
      'a million wrong items',
      { value: `{"page":"p1","lines":[${'"x",'.repeat(50_000)}"x"]}` },
      'PLATFORM_EVENT_INVALID',
    ],
    ['nothing but null', { value: 'null' }, 'PLATFORM_EVENT_INVALID'],
    ['2 MB of text', { value: 'x'.repeat(HUGE) }, 'PLATFORM_EVENT_NOT_JSON'],
    ['2 MB of brackets', { value: '['.repeat(HUGE) }, 'PLATFORM_EVENT_NOT_JSON'],
    ['a tombstone', { value: null }, 'PLATFORM_EVENT_EMPTY'],
    ['no bytes', { value: '' }, 'PLATFORM_EVENT_EMPTY'],
    ["another's key", { key: 'p2' }, 'PLATFORM_EVENT_WRONG_KEY'],
    ['no key', { key: null }, 'PLATFORM_EVENT_WRONG_KEY'],
    ['a key that no index holds', { key: 'k'.repeat(5000) }, 'PLATFORM_EVENT_WRONG_KEY'],
    ['no id', { headers: {} }, 'PLATFORM_EVENT_WITHOUT_ID'],
    ['no headers', { headers: undefined }, 'PLATFORM_EVENT_WITHOUT_ID'],
    ['an id that no index holds', { headers: { ce_id: 'i'.repeat(5000) } }, 'PLATFORM_EVENT_WITHOUT_ID'],
    ['an id with a NUL', { headers: { ce_id: 'a\0b' } }, 'PLATFORM_EVENT_WITHOUT_ID'],
  ])('is a dead letter where it has %s, and the letter can be kept and sent', (_name, over, code) => {
    const decoded = decodeEvent(NoteTaken, aRecord(over));
    if (decoded.isValid) throw new Error('it was taken for an event');
    const { letter } = decoded;
    expect(letter.code).toBe(code);
    const sent = deadLetterRecord('reader', letter);
    expect(sizeOf(sent)).toBeLessThan(MAX_RECORD_BYTES);
    const texts = [letter.id, letter.reason, letter.record.key, sent.key, sent.value, ...Object.values(sent.headers)];
    for (const text of texts) expect([text.includes('\0'), text.isWellFormed()]).toEqual([false, true]);
    expect(Buffer.byteLength(letter.id)).toBeLessThan(1000);
    expect(Buffer.byteLength(letter.record.key)).toBeLessThan(2000);
    expect(sent.headers).toMatchObject({ dlq_code: code, dlq_partition: '2', dlq_offset: '7' });
  });

  it('is a dead letter where its event cannot be asked for a key', () => {
    const Broken = { ...NoteTaken, key: () => [][0]!['page'] as string };
    expect(decodeEvent(Broken, aRecord())).toMatchObject({ letter: { code: 'PLATFORM_EVENT_INVALID' } });
  });

  it('that has no id is known again by its place and content', () => {
    const idOf = (over: Record<string, unknown>): string => {
      const decoded = decodeEvent(NoteTaken, aRecord({ headers: {}, ...over }));
      return decoded.isValid ? '' : decoded.letter.id;
    };
    expect(idOf({})).toBe(idOf({}));
    expect(new Set([idOf({}), idOf({ offset: 8 }), idOf({ value: '{}' }), idOf({ key: 'p2' })]).size).toBe(4);
  });

  it('keeps its bytes in the letter, also those that no table can hold', () => {
    const value = 'a\0b\uD800';
    const decoded = decodeEvent(NoteTaken, aRecord({ value }));
    if (decoded.isValid) throw new Error('it was taken for an event');
    const sent = deadLetterRecord('reader', decoded.letter);
    expect(sent.headers['dlq_encoding']).toBe('base64');
    expect(Buffer.from(sent.value, 'base64').toString()).toBe(value.toWellFormed());
  });

  it('too large to be sent on is cut, and says what it was', () => {
    const decoded = decodeEvent(NoteTaken, aRecord({ value: 'x'.repeat(HUGE) }));
    if (decoded.isValid) throw new Error('it was taken for an event');
    const sent = deadLetterRecord('reader', decoded.letter);
    expect(sent.headers['dlq_value_bytes']).toBe(String(HUGE));
    expect(sent.value.length).toBeGreaterThan(10_000);
  });
});
