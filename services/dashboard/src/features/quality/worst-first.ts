import type { MeterQualityView } from '@wattmesh/portal/views';

/** Meters by how many of their intervals are not measured, what hurts most counting most; ties by id. */
const WEIGHT = { measured: 0, estimated: 1, substituted: 10, suspect: 1000, missing: 100 } as const;

export function worstFirst(meters: readonly MeterQualityView[]): MeterQualityView[] {
  return meters.toSorted((a, b) => badness(b) - badness(a) || (a.meterId < b.meterId ? -1 : 1));
}

function badness({ counts }: MeterQualityView): number {
  return (
    counts.estimated * WEIGHT.estimated +
    counts.substituted * WEIGHT.substituted +
    counts.suspect * WEIGHT.suspect +
    counts.missing * WEIGHT.missing
  );
}
