import { setTimeout as sleep } from 'node:timers/promises';
import { INTERVAL_MS, StepClock, type Clock } from '@wattmesh/platform/clock';
import type { RunningStack } from '../stack/running-stack.ts';
import { SettlementProgress } from './settlement-progress.ts';

const LOOK_EVERY_MS = 250;
const READY_EVERY_MS = 100;
/** Simulated time after the last wanted interval in which the chain must catch up. */
const CATCH_UP_MS = 16 * INTERVAL_MS;
const STEP_MS = 60_000;
const MOST_INTERVALS = 1e7;

export interface RunGoal {
  /** Start of the first interval that counts, ms since the epoch. */
  readonly firstIntervalMs: number;
  /** Intervals to settle; absent: run until told to end. */
  readonly intervals?: number;
  readonly settlementPeriodIntervals: number;
  /** From when settlement periods are counted. */
  readonly periodStartMs: number;
}

/** Lets time pass: at its own pace on the held clock, a minute at a time on the step clock. */
async function pass(clock: Clock): Promise<void> {
  if (clock instanceof StepClock) await clock.runUntil(clock.now() + STEP_MS);
  else await sleep(LOOK_EVERY_MS);
}

/**
 * Runs a community until its goal is reached or `signal` ends it. Answers whether the goal was reached.
 * `onProgress` is told each newly settled interval; `keep` may save state now and then.
 */
export async function runUntilSettled(
  stack: RunningStack,
  clock: Clock,
  run: {
    goal: RunGoal;
    signal: AbortSignal;
    onProgress: (intervals: number) => void;
    /** Told once each time that the event log stops answering; it is asked again. */
    onTrouble: (reason: string) => void;
    keep: () => void;
  },
): Promise<boolean> {
  const { goal, signal } = run;
  const counted = {
    firstMs: goal.firstIntervalMs,
    count: goal.intervals ?? MOST_INTERVALS,
    periodStartMs: goal.periodStartMs,
    periodIntervals: goal.settlementPeriodIntervals,
  };
  const deadline = goal.firstIntervalMs + (goal.intervals ?? Infinity) * INTERVAL_MS + CATCH_UP_MS;
  const progress = new SettlementProgress(stack.eventLog, counted, goal.intervals);
  let known = 0;
  let isAway = false;
  while (!signal.aborted) {
    await pass(clock);
    run.keep();
    const trouble = await progress.look();
    if (trouble !== undefined && !isAway) run.onTrouble(trouble);
    isAway = trouble !== undefined;
    if (progress.intervals > known) run.onProgress((known = progress.intervals));
    if (progress.isReached) return true;
    if (clock.now() > deadline) return false;
  }
  return goal.intervals === undefined;
}

/** Waits until every service says that it is ready. Throws the names of those that are not within the time given. */
export async function waitUntilReady(
  stack: RunningStack,
  limits: { withinMs: number; signal: AbortSignal; onWait: (names: string[]) => void },
): Promise<boolean> {
  const deadline = performance.now() + limits.withinMs;
  let shown = '';
  while (!limits.signal.aborted) {
    const names = await stack.notReady();
    if (names.length === 0) return true;
    if (names.join() !== shown) limits.onWait(names);
    shown = names.join();
    if (performance.now() > deadline) return false;
    await sleep(READY_EVERY_MS);
  }
  return false;
}
