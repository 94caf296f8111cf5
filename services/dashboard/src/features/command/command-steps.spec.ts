import { describe, expect, it } from 'vitest';
import { commandSteps } from './command-steps.ts';

const issued = { issuedAt: '2024-06-21T12:00:00Z', setpointW: 1500 };
const accepted = { stage: 'accepted', at: '2024-06-21T12:00:01Z' } as const;
const applied = { stage: 'applied', at: '2024-06-21T12:00:03Z', setpointW: 1400 } as const;
const verified = { stage: 'verified', at: '2024-06-21T12:00:09Z', setpointW: 1400, measuredW: 1380 } as const;

describe('commandSteps', () => {
  it('shows what is reached with its time and power, and what is still waited for', () => {
    expect(commandSteps({ ...issued, stages: [accepted, applied] })).toEqual([
      { name: 'issued', state: 'done', at: issued.issuedAt, powerW: 1500 },
      { name: 'accepted', state: 'done', at: accepted.at, afterS: 1 },
      { name: 'applied', state: 'done', at: applied.at, afterS: 3, powerW: 1400 },
      { name: 'verified', state: 'waiting' },
    ]);
  });

  it('shows of a verified command what the independent meter saw', () => {
    expect(commandSteps({ ...issued, stages: [accepted, applied, verified] }).at(-1)).toMatchObject({
      name: 'verified',
      powerW: 1380,
      afterS: 9,
    });
  });

  it('waits for nothing more after a refusal, and says why', () => {
    const refused = { stage: 'refused', at: '2024-06-21T12:00:02Z', reason: 'device is in fault' } as const;
    expect(commandSteps({ ...issued, stages: [accepted, refused] }).map((step) => [step.name, step.state])).toEqual([
      ['issued', 'done'],
      ['accepted', 'done'],
      ['refused', 'bad'],
    ]);
  });
});
