import { Attestation, Id, IntervalStart, MeterRole, Quality } from '@wattmesh/events';
import { z } from 'zod';

const Count = z.int().nonnegative();

/** How good a meter's last 96 intervals are, up to the community's newest one. */
export const MeterQualityView = z
  .object({
    meterId: Id,
    siteId: Id,
    role: MeterRole,
    /** Of the newest metering; before the first, as enrolled. */
    attestation: Attestation,
    lastIntervalStart: IntervalStart.optional(),
    lastQuality: Quality.optional(),
    /** An interval that no metering came for counts as missing. */
    counts: z.object({ measured: Count, estimated: Count, substituted: Count, suspect: Count, missing: Count }),
  })
  .meta({ id: 'MeterQualityView' });
export type MeterQualityView = z.infer<typeof MeterQualityView>;
