import { describe, expect, it } from 'vitest';
import { assertSameServers } from './earlier-servers.ts';

const databaseUrl = 'postgres://me:secret@db.example:5432/village';

describe('a community that goes on', () => {
  it('finds its servers where they were, with whatever password', () => {
    expect(() => assertSameServers({}, {})).not.toThrow();
    expect(() =>
      assertSameServers(
        { databaseUrl, brokers: ['a:1', 'b:2'] },
        {
          databaseUrl: databaseUrl.replace('secret', 'new'),
          brokers: ['b:2', 'a:1'],
        },
      ),
    ).not.toThrow();
  });

  it.each([
    [{ databaseUrl }, {}, 'lies at db.example:5432/village: give --database'],
    [{}, { databaseUrl }, 'lies in this folder: start without --database'],
    [{ databaseUrl }, { databaseUrl: databaseUrl.replace('village', 'other') }, 'give --database'],
    [{ chainUrl: 'http://127.0.0.1:9545' }, {}, 'give --chain'],
    [{ brokers: ['a:1'] }, { brokers: ['b:1'] }, 'lies at a:1: give --kafka'],
  ])('does not go on without a part of itself (%#)', (earlier, asked, advice) => {
    const going = () => assertSameServers(earlier, asked);
    expect(going).toThrow(advice);
    expect(going).not.toThrow(/secret/);
  });
});
