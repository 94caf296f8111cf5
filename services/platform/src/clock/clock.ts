export { Clock, type Cancel, type ClockErrorHandler, type Loop } from './abstract-clock.ts';
export { INTERVAL_MS, intervalStartOf } from './interval.ts';
export { ScaledClock } from './scaled-clock.ts';
export { StepClock } from './step-clock.ts';
