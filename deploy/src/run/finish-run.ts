import { writeFileSync } from 'node:fs';
import { INTERVAL_MS } from '@wattmesh/platform/clock';
import type { Profiles, Scenario } from '@wattmesh/simulator';
import type { Signer } from 'ethers';
import { audit } from '../audit/audit.ts';
import type { History } from '../audit/history.ts';
import { readChain } from '../audit/read-chain.ts';
import { readHistory } from '../audit/read-history.ts';
import { INVARIANTS } from '../audit/violation.ts';
import { LaunchError } from '../local/launch-error.ts';
import { buildReport, uniqueMeterings, type LoadCheck, type Report } from '../report/build-report.ts';
import type { BusKind } from '../choose-bus.ts';
import type { Contracts } from '../stack/build-registry.ts';
import type { EventLog } from '@wattmesh/platform/database';

/** Compares each home's metered load with the file it plays, for every full hour that was metered. */
export function checkLoads(
  history: History,
  { scenario, profiles }: { scenario: Scenario; profiles: Profiles },
): LoadCheck[] {
  const loads = uniqueMeterings(history, 'load');
  return scenario.sites.flatMap(({ siteId }) => {
    const own = new Map(
      loads
        .filter(({ payload }) => payload.siteId === siteId)
        .map(({ payload }) => [Date.parse(payload.intervalStart), payload.importWh]),
    );
    return [...own.keys()]
      .filter((startMs) => startMs % (4 * INTERVAL_MS) === 0)
      .sort((a, b) => a - b)
      .flatMap((hourMs) => {
        const quarters = [0, 1, 2, 3].map((quarter) => own.get(hourMs + quarter * INTERVAL_MS));
        const fileRow = profiles.fileRow(hourMs);
        const fileWh = fileRow === undefined ? undefined : profiles.fileWh(siteId, fileRow);
        if (quarters.includes(undefined) || fileRow === undefined || fileWh === undefined) return [];
        return [{ site: siteId, fileRow, fileWh, meteredWh: quarters.reduce((sum: number, wh) => sum + (wh ?? 0), 0) }];
      });
  });
}

/** A community as its report sees it. */
export interface ReportedCommunity {
  readonly scenario: Scenario;
  /** What its homes were to use. */
  readonly profiles: Profiles;
  readonly operator: Signer;
  readonly contracts: Contracts;
}

/** Audits what happened and reports it. The services may have ended; database and chain must answer. */
export async function reportRun(
  community: ReportedCommunity,
  log: EventLog,
  run: { lagP99Ms: number; clock: string; untilMs?: number; bus?: BusKind },
): Promise<Report> {
  const history = await readHistory(log);
  const members = history.members.map(({ payload }) => payload);
  const chain = await readChain(community.operator, community.contracts, members);
  const { scenario } = community;
  // Intervals after the goal are audited too, but the report is of what was asked for.
  const reported = run.untilMs === undefined ? history : history.before(run.untilMs);
  return buildReport({
    history: reported,
    violations: audit(history, chain),
    loads: checkLoads(reported, community),
    lagP99Ms: run.lagP99Ms,
    scenario: { name: scenario.name, seed: scenario.seed },
    bus: run.bus ?? 'memory',
    clock: run.clock,
  });
}

/** The lines a person reads at the end of a run. */
export function summarise(report: Report): string[] {
  const kwh = (wh: number) => `${(wh / 1000).toFixed(2)} kWh`;
  const money = (micro: number) => (micro / 1e6).toFixed(2);
  return [
    `${report.intervals} intervals settled, ${report.homes} homes, ${report.readings} readings, lag p99 ${(report.lagMs.p99 / 1000).toFixed(1)} simulated s`,
    `shared ${kwh(report.trades.energyWh)} in ${report.trades.count} trades worth ${money(report.trades.valueMicro)}; members pay ${money(report.kpi.costMicro)} instead of ${money(report.kpi.standAloneCostMicro)}`,
    `commands ${report.commands.issued} issued, ${report.commands.verified} verified, ${report.commands.refused} refused, ${report.commands.expired} expired`,
    `chain: ${report.settlement.batches} batches, ${report.settlement.executions} lane executions, ${report.settlement.gasTotal} gas`,
    `forecast: ${report.forecast ? `${report.forecast.model} (${report.forecast.backend}), MASE ${report.forecast.mase?.toFixed(2) ?? '-'}, P10-P90 covers ${report.forecast.coverage80?.toFixed(0) ?? '-'} %` : 'none'}`,
    ...Object.entries(INVARIANTS).map(
      ([name, promise]) => `${name} ${report.invariants[name] ? 'holds ' : 'BROKEN'}  ${promise}`,
    ),
    ...report.violations.slice(0, 10).map(({ invariant, where, what }) => `   ${invariant} ${where}: ${what}`),
  ];
}

export function writeReport(report: Report, file: string): void {
  try {
    writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  } catch (cause) {
    throw new LaunchError(`the report cannot be written: ${(cause as Error).message}`, { cause });
  }
}

/** True where every invariant held. */
export const held = (report: Report): boolean => Object.values(report.invariants).every(Boolean);
