import { runNumber } from '@wattmesh/contracts';
import type { IntervalCleared } from '@wattmesh/events';
import type { Dated, History } from '../audit/history.ts';
import { INVARIANTS, type Violation } from '../audit/violation.ts';

/** Energy of a home's load in one full hour: by the file it plays, and by its metered load. */
export interface LoadCheck {
  readonly site: string;
  readonly fileRow: number;
  readonly fileWh: number;
  readonly meteredWh: number;
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** Newest run of each interval, by interval. */
export function newestRuns(history: History): IntervalCleared[] {
  const newest = new Map<string, IntervalCleared>();
  for (const { payload } of history.cleared) {
    const known = newest.get(payload.intervalStart);
    if (!known || runNumber(payload.run) > runNumber(known.run)) newest.set(payload.intervalStart, payload);
  }
  return [...newest.values()].sort((a, b) => a.intervalStart.localeCompare(b.intervalStart));
}

function commandsOf(history: History) {
  const stages = new Map<string, Set<string>>();
  for (const { payload } of history.progress)
    stages.set(payload.commandId, (stages.get(payload.commandId) ?? new Set()).add(payload.stage));
  const count = (stage: string) => [...stages.values()].filter((seen) => seen.has(stage)).length;
  // A refused command was answered; one replaced before it could be verified is neither verified nor failed.
  return {
    issued: new Set(history.commands.map(({ payload }) => payload.commandId)).size,
    applied: count('applied'),
    verified: count('verified'),
    refused: count('refused'),
    expired: count('expired'),
  };
}

function settlementOf(history: History, newest: readonly IntervalCleared[]) {
  const soft = new Map(history.confirmed.map(({ payload }) => [payload.transactionHash, payload]));
  const gasTotal = total([...soft.values()].map((batch) => batch.gasUsed));
  const trades = total(newest.map((cleared) => cleared.trades.length));
  return {
    batches: soft.size,
    executions: [...soft.values()].filter((batch) => batch.kind === 'execute').length,
    gasTotal,
    gasPerTrade: trades === 0 ? null : Math.round(gasTotal / trades),
    debitsMicro: total(history.settled.map(({ payload }) => payload.debitsMicro)),
    creditsMicro: total(history.settled.map(({ payload }) => payload.creditsMicro)),
    residualWh: total(newest.map((cleared) => cleared.residualWh)),
    suspectMeters: [...new Set(newest.flatMap((cleared) => cleared.suspectMeterId ?? []))],
  };
}

function forecastOf(history: History) {
  const last = history.forecasts.at(-1)?.payload.model;
  return last
    ? {
        backend: last.backend,
        model: `${last.name}@${last.version}`,
        isBaseline: last.isBaseline,
        mase: last.mase ?? null,
        coverage80: last.coverage80Pct ?? null,
      }
    : null;
}

/** Each battery's set-points over the run and how often they changed sign. */
function batteriesOf(history: History) {
  const ids = [
    ...new Set(
      history.devices.filter(({ payload }) => payload.kind === 'battery').map(({ payload }) => payload.deviceId),
    ),
  ].sort();
  const written = Map.groupBy(
    history.progress.filter(({ payload }) => payload.stage === 'applied' && payload.setpointW !== undefined),
    ({ payload }) => payload.deviceId,
  );
  return ids.map((deviceId) => {
    const setpointsW = (written.get(deviceId) ?? []).map(({ payload }) => payload.setpointW ?? 0);
    const signs = setpointsW.map(Math.sign).filter((sign) => sign !== 0);
    return {
      deviceId,
      lowestW: Math.min(0, ...setpointsW),
      highestW: Math.max(0, ...setpointsW),
      signChanges: signs.slice(1).filter((sign, index) => sign !== signs[index]).length,
    };
  });
}

function kpiOf(history: History, newest: readonly IntervalCleared[]) {
  const community = history.communities.at(-1)?.payload;
  const isMember = (memberId: string) =>
    memberId !== community?.supplierMemberId && memberId !== community?.residualMemberId;
  const rows = newest.flatMap((cleared) =>
    cleared.accounts
      .filter((row) => isMember(row.memberId))
      .map((row) => ({
        memberId: row.memberId,
        costMicro: row.tradeMicro + row.supplyMicro,
        tariffMicro: Math.round(
          (row.importWh * cleared.retailMicroPerKwh - row.exportWh * cleared.feedInMicroPerKwh) / 1000,
        ),
      })),
  );
  const byMember = Map.groupBy(rows, (row) => row.memberId);
  // Rounding of single rows is allowed for: at most 1 micro per interval and row.
  const worse = [...byMember.values()].filter(
    (own) => total(own.map((row) => row.costMicro)) > total(own.map((row) => row.tariffMicro)) + own.length,
  );
  const head = history.meterings.filter(({ payload }) => payload.role === 'head');
  const generated = total(uniqueMeterings(history, 'generation').map(({ payload }) => payload.exportWh));
  const exported = total(uniqueMeterings(history, 'head').map(({ payload }) => payload.exportWh));
  return {
    costMicro: total(rows.map((row) => row.costMicro)),
    /** The same metered energy at the tariff alone. */
    standAloneCostMicro: total(rows.map((row) => row.tariffMicro)),
    foresightCostMicro: null,
    makeWholeMicro: 0,
    membersWorseOff: worse.length,
    selfConsumptionPct:
      generated === 0 ? null : Math.round((1000 * Math.max(0, generated - exported)) / generated) / 10,
    peakImportW: Math.max(0, ...head.map(({ payload }) => payload.importWh * 4)),
    co2Grams: null,
  };
}

/** Newest metering of each meter and interval of one role. */
export function uniqueMeterings(history: History, role: string) {
  const newest = new Map<string, Dated<(typeof history.meterings)[number]['payload']>>();
  for (const metering of history.meterings) {
    if (metering.payload.role !== role) continue;
    const name = `${metering.payload.meterId} ${metering.payload.intervalStart}`;
    const known = newest.get(name);
    if (!known || runNumber(metering.payload.run) > runNumber(known.payload.run)) newest.set(name, metering);
  }
  return [...newest.values()];
}

function tradesOf(newest: readonly IntervalCleared[]) {
  return {
    count: total(newest.map((cleared) => cleared.trades.length)),
    energyWh: total(newest.map((cleared) => cleared.sharedWh)),
    valueMicro: total(newest.flatMap((cleared) => cleared.trades.map((trade) => trade.amountMicro))),
  };
}

/** What each interval came to by its newest run. */
function sharedOf(newest: readonly IntervalCleared[]) {
  return newest.map(
    ({ intervalStart, run, sharedWh, priceMicroPerKwh, residualWh, residualBoundWh, suspectMeterId }) => ({
      intervalStart,
      run,
      sharedWh,
      priceMicroPerKwh: priceMicroPerKwh ?? null,
      residualWh,
      residualBoundWh,
      suspectMeterId: suspectMeterId ?? null,
    }),
  );
}

function invariantsOf(violations: readonly Violation[]): Record<string, boolean> {
  const isKept = (name: string): boolean => !violations.some(({ invariant }) => invariant === name);
  return Object.fromEntries(Object.keys(INVARIANTS).map((name) => [name, isKept(name)]));
}

/** The report of a run: what happened, from the event log; what was promised, from the audit. */
export function buildReport(input: {
  history: History;
  violations: readonly Violation[];
  loads: readonly LoadCheck[];
  lagP99Ms: number;
  scenario: { name: string; seed: number };
  bus: string;
  clock: string;
}) {
  const { history } = input;
  const newest = newestRuns(history);
  return {
    scenario: input.scenario.name,
    seed: input.scenario.seed,
    clock: input.clock,
    intervals: new Set(history.settled.map(({ payload }) => payload.intervalStart)).size,
    homes: history.members.filter(({ payload }) => payload.role === 'prosumer').length,
    bus: input.bus,
    lagMs: { p99: input.lagP99Ms },
    readings: new Set(history.readings.map(({ id }) => id)).size,
    commands: commandsOf(history),
    trades: tradesOf(newest),
    shared: sharedOf(newest),
    settlement: settlementOf(history, newest),
    forecast: forecastOf(history),
    batteries: batteriesOf(history),
    kpi: kpiOf(history, newest),
    deadLetters: history.deadLetters(),
    loads: input.loads,
    invariants: invariantsOf(input.violations),
    violations: input.violations,
  };
}
export type Report = ReturnType<typeof buildReport>;
