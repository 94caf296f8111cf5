import { describe, expect, it } from 'vitest';
import { orderAlarms } from './alarm/order-alarms.ts';
import { batteryState, followsSetpoint } from './battery/battery-words.ts';
import { corridorShare } from './market/corridor-share.ts';
import { worstFirst } from './quality/worst-first.ts';
import { judgeService } from './service/judge-service.ts';

describe('what the page judges by itself', () => {
  it('names what a battery does, and silence is not rest', () => {
    expect([1500, -1500, 5, undefined].map(batteryState)).toEqual(['charging', 'discharging', 'resting', 'silent']);
  });

  it('finds a battery that is not where it was told to be', () => {
    expect(followsSetpoint({ powerW: 1400, setpointW: 1500 })).toBe(true);
    expect(followsSetpoint({ powerW: 900, setpointW: 1500 })).toBe(false);
    expect(followsSetpoint({ powerW: 900 })).toBeUndefined();
  });

  it('places a price in its corridor, and a missing one nowhere', () => {
    const corridor = { retailMicroPerKwh: 300_000, feedInMicroPerKwh: 100_000 };
    expect(corridorShare({ ...corridor, priceMicroPerKwh: 150_000 })).toBe(0.25);
    expect(corridorShare(corridor)).toBeUndefined();
    expect(corridorShare({ priceMicroPerKwh: 1, retailMicroPerKwh: 5, feedInMicroPerKwh: 5 })).toBeUndefined();
  });

  it('puts active alarms of high priority first, cleared ones last', () => {
    const alarm = (alarmId: string, priority: 'high' | 'medium' | 'low', isActive: boolean) => ({
      alarmId,
      priority,
      isActive,
      kind: 'device-fault' as const,
      cause: '',
      consequence: '',
      action: '',
      objectId: 'a',
      raisedAt: '2024-06-21T12:00:00Z',
    });
    const ordered = orderAlarms([alarm('c', 'high', false), alarm('b', 'low', true), alarm('a', 'high', true)]);
    expect(ordered.map(({ alarmId }) => alarmId)).toEqual(['a', 'b', 'c']);
  });

  it('puts the meter with suspect intervals before the one with many estimated ones', () => {
    const meter = (meterId: string, counts: Partial<Record<'estimated' | 'suspect', number>>) => ({
      meterId,
      siteId: 'home-1',
      role: 'load' as const,
      attestation: 'gatewaySoftware' as const,
      counts: { measured: 0, estimated: 0, substituted: 0, suspect: 0, missing: 0, ...counts },
    });
    const ordered = worstFirst([meter('a', {}), meter('b', { estimated: 90 }), meter('c', { suspect: 1 })]);
    expect(ordered.map(({ meterId }) => meterId)).toEqual(['c', 'b', 'a']);
  });

  it('calls a service late by wall time: simulated delay counts by the speed', () => {
    const service = { name: 'market', isReady: true, isLive: true, checkedAt: '2024-06-21T12:00:00Z' };
    expect(judgeService({ ...service, lagP99Ms: 60_000 }, 60)).toBe('ready');
    expect(judgeService({ ...service, lagP99Ms: 60_000 }, 1)).toBe('late');
    expect(judgeService({ ...service, isReady: false }, 1)).toBe('notReady');
    expect(judgeService({ ...service, isLive: false, isReady: false }, 1)).toBe('away');
  });
});
