import { describe, expect, it } from 'vitest';
import { describeError } from './describe-error.ts';

describe('an error in the log', () => {
  it('is told by words, code and causes, without what its driver hung on it', () => {
    const driver = Object.assign(new Error('connection lost'), { code: 'ECONNRESET', client: { secretKey: 'hush' } });
    const told = describeError(new TypeError('no answer', { cause: driver }));
    expect(told).toMatchObject({ type: 'TypeError', message: 'no answer', cause: { code: 'ECONNRESET' } });
    expect(JSON.stringify(told)).not.toContain('hush');
  });

  it('ends where its causes go round in a circle, and takes what is no error', () => {
    const round = new Error('round');
    round.cause = round;
    expect(JSON.stringify(describeError(round)).split('"message":"round"')).toHaveLength(7);
    expect(describeError('words')).toBe('words');
  });
});
