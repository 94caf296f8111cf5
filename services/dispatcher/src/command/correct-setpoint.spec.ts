import { describe, expect, it } from 'vitest';
import { correctSetpoint } from './correct-setpoint.ts';
import { measureOthers } from './measure-others.ts';

describe('correctSetpoint', () => {
  it.each([
    ['follows a smaller surplus', { slotW: 1000, plannedSiteW: 0, othersW: -700 }, 700],
    ['follows a larger demand', { slotW: -1000, plannedSiteW: 0, othersW: 1600 }, -1600],
    ['falls to zero, never into the other direction', { slotW: 1000, plannedSiteW: 0, othersW: 400 }, 0],
    ['stores no more than there is while exporting the rest', { slotW: 1000, plannedSiteW: -2000, othersW: -600 }, 600],
    ['covers no more than is drawn while importing the rest', { slotW: -1000, plannedSiteW: 2000, othersW: 600 }, -600],
    ['keeps what is bought on purpose', { slotW: 3000, plannedSiteW: 3500, othersW: 100 }, 3000],
    ['keeps what is sold on purpose', { slotW: -3000, plannedSiteW: -2500, othersW: 900 }, -3000],
    ['keeps an idle battery idle', { slotW: 0, plannedSiteW: 50, othersW: 900 }, 0],
  ])('%s', (_, correction, expectedW) => {
    expect(correctSetpoint(correction)).toBe(expectedW);
  });
});

describe('measureOthers', () => {
  const reading = (powerW: number, measuredAtMs = 0) => ({ measuredAtMs, points: { powerW } });

  it('adds the other devices, or takes the device from the meter where both were read close together', () => {
    expect(measureOthers({ device: undefined, meter: undefined, others: [reading(1500), reading(-2200)] }, 1000)).toBe(
      -700,
    );
    expect(measureOthers({ device: reading(500), meter: reading(-200), others: [undefined] }, 1000)).toBe(-700);
    expect(
      measureOthers({ device: reading(500, 5000), meter: reading(-200), others: [undefined] }, 1000),
    ).toBeUndefined();
  });
});
