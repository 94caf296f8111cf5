/** How far a power is on its way to the limit of its direction, and whether that asks for attention. */
export type FeederLoad = { sharePct: number; state: 'normal' | 'near' | 'over' };

const NEAR_PCT = 90;
const OVER_PCT = 100;

export function feederLoad(powerW: number, limits: { limitImportW: number; limitExportW: number }): FeederLoad {
  const limitW = powerW >= 0 ? limits.limitImportW : limits.limitExportW;
  const sharePct = (Math.abs(powerW) / limitW) * 100;
  return { sharePct, state: sharePct > OVER_PCT ? 'over' : sharePct >= NEAR_PCT ? 'near' : 'normal' };
}
