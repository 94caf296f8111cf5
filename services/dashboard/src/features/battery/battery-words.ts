/** What a battery does, and whether its power and its set-point agree. */
export type BatteryState = 'charging' | 'discharging' | 'resting' | 'silent';

const REST_W = 20;
const FOLLOW_SHARE = 0.1;
const FOLLOW_LEAST_W = 100;

export function batteryState(powerW: number | undefined): BatteryState {
  if (powerW === undefined) return 'silent';
  if (Math.abs(powerW) < REST_W) return 'resting';
  return powerW > 0 ? 'charging' : 'discharging';
}

/** True where the measured power lies within 10 % of the set-point, at least 100 W; undefined where either is missing. */
export function followsSetpoint(battery: {
  powerW?: number | undefined;
  setpointW?: number | undefined;
}): boolean | undefined {
  if (battery.powerW === undefined || battery.setpointW === undefined) return undefined;
  const slackW = Math.max(FOLLOW_LEAST_W, Math.abs(battery.setpointW) * FOLLOW_SHARE);
  return Math.abs(battery.powerW - battery.setpointW) <= slackW;
}
