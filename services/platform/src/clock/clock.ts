export { Clock, type Cancel, type ClockErrorHandler, type Loop } from './abstract-clock.ts';
export { clockOf, ClockSetting, formatClockSetting, parseClockSetting } from './clock-setting.ts';
export { HeldClock, type ClockMapping } from './held-clock.ts';
export { INTERVAL_MS, intervalStartOf } from './interval.ts';
export { ScaledClock } from './scaled-clock.ts';
export { StepClock } from './step-clock.ts';
