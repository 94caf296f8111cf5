import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '@wattmesh/platform';
import { countDeadLetters, groupsBehind, type GroupBehind } from '@wattmesh/platform/kafka';
import { auditStack, type Audited } from '../audit/audit-stack.ts';
import { isKept, printAudit } from '../audit/print-audit.ts';
import { LaunchError } from '../local/launch-error.ts';
import { holderOf } from '../state-lock.ts';
import type { KillOptions } from './kill-options.ts';
import { planActs } from './plan-acts.ts';
import { readConsumers, type ConsumerNotes } from './read-consumers.ts';
import { processesOf, strike, type Struck } from './strike.ts';

/** What a kill run came to. */
export interface KillReport {
  readonly acts: readonly Struck[];
  readonly worstBackS: Readonly<Record<string, number>>;
  readonly counts: Readonly<Record<'readings' | 'meterings' | 'commands' | 'trades' | 'payments', number>>;
  readonly consumers: ConsumerNotes;
  /** Consumer groups that did not come to the end of their topics. */
  readonly behind: readonly GroupBehind[];
  /** Events that were given up while the blows fell. */
  readonly deadLetters: number;
  readonly audit: readonly string[];
  /** True where nothing was lost or doubled and every promise was kept. */
  readonly isWhole: boolean;
}

/** The simulator stands for the physical world, which does not crash. */
const SPARED = new Set(['simulator']);
const CALM_MS = 5000;
const CALM_WITHIN_MS = 180_000;
const CAUGHT_UP_WITHIN_MS = 60_000;

/** Strikes the processes of a running stack in turn, lets it come to rest, and audits what is left. */
export async function killRun(
  folder: string,
  options: Omit<KillOptions, 'jsonFile'>,
  say: (line: string) => void,
): Promise<KillReport> {
  const brokers = brokersOf(folder);
  const deadBefore = await countDeadLetters(brokers);
  const names = Object.keys(processesOf(folder)).filter((name) => !SPARED.has(name));
  const acts: Struck[] = [];
  for (const act of planActs(names.sort(), { count: options.times, random: seededRandom(options.seed) })) {
    const struck = await strike(folder, act, options.pauseS * 1000);
    acts.push(struck);
    say(`${acts.length}/${options.times}  ${act.kind} ${act.process}: back after ${struck.backS.toFixed(1)} s`);
  }
  say('waiting until what the blows left over is done');
  const consumers = await untilCalm(folder);
  const behind = await groupsBehind(brokers, CAUGHT_UP_WITHIN_MS);
  const deadLetters = (await countDeadLetters(brokers)) - deadBefore;
  const audited = await auditStack(folder, say);
  const audit = printAudit(audited);
  for (const line of audit) say(line);
  const found = { consumers, behind, deadLetters };
  const isWhole = isKept(audited) && isClean(found);
  return { acts, worstBackS: worstOf(acts), counts: countsOf(audited), ...found, audit, isWhole };
}

/**
 * Whether no consumer missed, gave up or lags behind anything, and nothing waits to leave: a service that no longer consumes or
 * relays sees no gap, and breaks no promise by what it did.
 */
export function isClean({
  consumers,
  behind,
  deadLetters,
}: Pick<KillReport, 'consumers' | 'behind' | 'deadLetters'>): boolean {
  const { gaps, disorders, parkedKeys, unsent } = consumers;
  return gaps + disorders + parkedKeys.length + behind.length + deadLetters === 0 && unsent < FEW;
}

function brokersOf(folder: string): readonly string[] {
  const brokers = holderOf(folder)?.brokers;
  if (brokers === undefined)
    throw new LaunchError('this stack does not talk over Kafka: start it with --bus kafka, then strike it');
  return brokers;
}

/** Waits until no outbox holds anything, twice in a row. */
async function untilCalm(folder: string): Promise<ConsumerNotes> {
  const { databaseUrl } = holderOf(folder) ?? {};
  if (databaseUrl === undefined) throw new LaunchError('the stack has ended: start it again and audit it');
  const deadline = performance.now() + CALM_WITHIN_MS;
  for (let calm = 0; ;) {
    await sleep(CALM_MS);
    const notes = await readConsumers(databaseUrl);
    calm = notes.unsent < FEW ? calm + 1 : 0;
    if (calm === 2 || performance.now() > deadline) return notes;
  }
}

/** A running stack always has something on its way. */
const FEW = 100;

function worstOf(acts: readonly Struck[]): Record<string, number> {
  const worst: Record<string, number> = {};
  for (const { process, kind, backS } of acts) {
    const name = `${kind} ${process}`;
    worst[name] = Math.max(worst[name] ?? 0, backS);
  }
  return worst;
}

function countsOf({ history }: Audited): KillReport['counts'] {
  return {
    readings: history.readings.length,
    meterings: history.meterings.length,
    commands: history.commands.length,
    trades: history.cleared.reduce((sum, { payload }) => sum + payload.trades.length, 0),
    payments: new Set(history.confirmed.map(({ payload }) => payload.transactionHash)).size,
  };
}
