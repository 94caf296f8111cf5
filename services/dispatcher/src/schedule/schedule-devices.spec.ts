import { describe, expect, it } from 'vitest';
import type { SitePlan } from '../plan/read-plan.ts';
import { scheduleDevices } from './schedule-devices.ts';
import { slotAt } from './slot-at.ts';

const QUARTER_MS = 900_000;
const PLAN: SitePlan = {
  siteId: 'home-1',
  costMicro: 0,
  siteW: [0, 100],
  devices: [{ deviceId: 'home-1-ess', kind: 'battery', powerW: [-700, 900] }],
  boughtFromCommunityW: [0, 0],
  soldToCommunityW: [0, 0],
  binding: [],
  isRelaxed: false,
};
const REASONS = [
  {
    deviceId: 'home-1-ess',
    first: { code: 'self-consumption' as const, text: 'covers own load' },
    codes: ['self-consumption', 'idle'] as const,
  },
].map((each) => ({ ...each, codes: [...each.codes] }));
const KNOWN = new Map([
  [
    'home-1-ess',
    {
      revision: 3,
      firstIntervalStartMs: 0,
      slots: [
        { setpointW: 55, siteW: 5, code: 'idle' as const },
        { setpointW: 66, siteW: 6, code: 'idle' as const },
      ],
    },
  ],
]);

describe('scheduleDevices', () => {
  it('puts a plan for the running interval in force as the next revision', () => {
    const issue = { nowMs: QUARTER_MS + 1, runningIntervalStartMs: QUARTER_MS, firstIntervalStartMs: QUARTER_MS };
    const [schedule] = scheduleDevices(PLAN, REASONS, { issue, known: KNOWN });
    expect(schedule!.issued).toMatchObject({
      revision: 4,
      slotsW: [-700, 900],
      firstIntervalStart: '1970-01-01T00:15:00.000Z',
    });
  });

  it('keeps the running slot in front of a plan for the coming interval', () => {
    const issue = {
      nowMs: 2 * QUARTER_MS - 1,
      runningIntervalStartMs: QUARTER_MS,
      firstIntervalStartMs: 2 * QUARTER_MS,
    };
    const [schedule] = scheduleDevices(PLAN, REASONS, { issue, known: KNOWN });
    expect(schedule!.issued).toMatchObject({ slotsW: [66, -700, 900], firstIntervalStart: '1970-01-01T00:15:00.000Z' });
    expect(schedule!.firstReason.intervalStart).toBe('1970-01-01T00:30:00.000Z');
    const [fresh] = scheduleDevices(PLAN, REASONS, { issue, known: new Map() });
    expect(fresh!.issued).toMatchObject({ revision: 1, slotsW: [0, -700, 900] });
  });
});

describe('slotAt', () => {
  it('knows no slot outside the schedule', () => {
    const schedule = { firstIntervalStartMs: QUARTER_MS, slots: ['a', 'b'] };
    expect([0, 1, 2, 3].map((t) => slotAt(schedule, t * QUARTER_MS))).toEqual([undefined, 'a', 'b', undefined]);
  });
});
