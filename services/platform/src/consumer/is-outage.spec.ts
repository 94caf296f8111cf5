import { describe, expect, it } from 'vitest';
import { isOutage } from './is-outage.ts';

const coded = (code: string, cause?: unknown): Error => Object.assign(new Error('failed', { cause }), { code });

describe('an outage', () => {
  it.each([
    ['a refused connection', coded('ECONNREFUSED')],
    ['a server shutting down', coded('57P01')],
    ['a connection that broke', coded('08006')],
    ['a pool whose connection ended', new Error('Connection terminated unexpectedly')],
    ['a query that nobody answers', new Error('Query read timeout')],
    ['a statement that took too long', coded('57014')],
    ['a disk that is full', coded('53100')],
    ['a database that recovers', coded('57P03')],
    ['a transaction that the server ended', coded('25P03')],
    ['a pool that closed', new Error('Cannot use a pool after calling end on the pool')],
    ['a name that no longer resolves', coded('ENOTFOUND')],
    ['one behind another error', new Error('query failed', { cause: coded('ECONNRESET') })],
    ['one inside what the driver threw', Object.assign(new Error('query failed'), { driverError: coded('57P03') })],
  ])('is %s', (_name, error) => {
    expect(isOutage(error)).toBe(true);
  });

  it.each([
    ['a broken rule', coded('MARKET_GATE_CLOSED')],
    ['a unique key taken', coded('23505')],
    ['a bug', new TypeError('undefined is not a function')],
    ['nothing', undefined],
    ['a text', 'ECONNREFUSED'],
  ])('is not %s', (_name, error) => {
    expect(isOutage(error)).toBe(false);
  });

  it('is looked for no deeper than errors that cause each other for ever', () => {
    const error = new Error('circle');
    error.cause = error;
    expect(isOutage(error)).toBe(false);
  });
});
