import { describe, expect, it } from 'vitest';
import { brokenBoth, type Violation } from './violation.ts';

const lost: Violation = { invariant: 'M2', where: 'interval 1', what: 'in the log but not on the chain' };
const unknown: Violation = { invariant: 'M2', where: 'interval 9', what: 'on the chain but not in the log' };
const short: Violation = { invariant: 'M4', where: 'contract', what: 'holds 5 of 7' };

describe('a running stack', () => {
  it('breaks what is broken by the chain before and by the chain after the log was read, whatever the amounts', () => {
    expect(brokenBoth([lost, short], [unknown, { ...short, what: 'holds 6 of 9' }])).toEqual([short]);
  });
});
