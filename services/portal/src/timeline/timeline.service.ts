import { Injectable } from '@nestjs/common';
import { Clock } from '@wattmesh/platform';
import { batteriesOf, type CommunityDirectory } from '../directory/community-directory.ts';
import { DirectoryService } from '../directory/directory.service.ts';
import { ForecastStore } from '../forecast/forecast.store.ts';
import { PlanStore } from '../plan/plan.store.ts';
import type { TimelineQuery, TimelineView } from '../view/timeline-view.schema.ts';
import { mergeTimeline, type EnergyRow } from './merge-timeline.ts';
import { summariseForecasts, summarisePlans } from './summarise-issues.ts';
import { RangeEmptyError, RangeTooLongError } from './timeline.errors.ts';
import { TimelineStore, type TimelineRange } from './timeline.store.ts';

const MOST_POINTS = 10_000;
/** Three years of intervals: what one answer may sum up. */
const MOST_INTERVALS = 3 * 366 * 96;
const OUTLOOK_INTERVALS = 31 * 96;
const INTERVALS_PER_POINT = { interval: 1, hour: 4, day: 92 };

/** Past, forecast and plan of a site or a community. */
@Injectable()
export class TimelineService {
  constructor(
    private readonly directory: DirectoryService,
    private readonly timeline: TimelineStore,
    private readonly forecasts: ForecastStore,
    private readonly plans: PlanStore,
    private readonly clock: Clock,
  ) {}

  async read(communityId: string, query: TimelineQuery): Promise<TimelineView> {
    const directory = await this.directory.community(communityId);
    if (query.siteId !== undefined) await this.directory.site(communityId, query.siteId);
    const { timeZone, tariff } = directory.community;
    const { range, isOutlook } = await this.#rangeOf(query, timeZone);
    const batteries = batteriesOf(directory, query.siteId);
    const [starts, energies, prices, outlook] = await Promise.all([
      this.timeline.starts(range),
      this.timeline.energies(query.siteId === undefined ? { communityId } : { siteId: query.siteId }, range),
      this.timeline.prices(communityId, range),
      isOutlook ? this.#outlook(directory, query.siteId, range) : NO_OUTLOOK,
    ]);
    const charges = await this.timeline.charges(batteries, this.#chargedAt(query, starts, energies));
    const { forecast, plan, ...rows } = outlook;
    const parts = { starts, toMs: Date.parse(range.to), step: query.step, timeZone, tariff };
    return {
      asOf: this.clock.nowIso(),
      timeZone,
      step: query.step,
      points: mergeTimeline({ ...parts, energies, prices, charges, ...rows }),
      ...(forecast === undefined ? {} : { forecast }),
      ...(plan === undefined ? {} : { plan }),
    };
  }

  async #rangeOf(query: TimelineQuery, timeZone: string): Promise<{ range: TimelineRange; isOutlook: boolean }> {
    if (Date.parse(query.from) >= Date.parse(query.to)) throw new RangeEmptyError();
    const { intervals, ...ends } = await this.timeline.align({ ...query, timeZone });
    if (intervals > MOST_INTERVALS) throw new RangeTooLongError('three years');
    if (intervals / INTERVALS_PER_POINT[query.step] > MOST_POINTS) throw new RangeTooLongError(`${MOST_POINTS} points`);
    return { range: { ...ends, step: query.step, timeZone }, isOutlook: intervals <= OUTLOOK_INTERVALS };
  }

  /** Intervals whose end shows the charge: each one, or the last that was metered in a longer step. */
  #chargedAt(query: TimelineQuery, starts: readonly number[], energies: readonly EnergyRow[]): number[] {
    const intervals = query.step === 'interval' ? starts : energies.map(({ last }) => last.getTime());
    return intervals.filter((startMs) => startMs <= this.clock.now()).sort((a, b) => a - b);
  }

  async #outlook(directory: CommunityDirectory, siteId: string | undefined, range: TimelineRange): Promise<Outlook> {
    const siteIds = siteId === undefined ? directory.sites.map((site) => site.siteId) : [siteId];
    const capacityWh = siteIds.map((id) =>
      batteriesOf(directory, id).reduce((sum, { battery }) => sum + battery.capacityWh, 0),
    );
    const [forecasts, plans, issuedForecasts, issuedPlans] = [
      await this.forecasts.energies({ ...range, siteIds }),
      await this.plans.energies({ ...range, siteIds, capacityWh }),
      await this.forecasts.newest(siteIds),
      await this.plans.newest(siteIds),
    ];
    return {
      forecasts,
      plans,
      forecast: summariseForecasts(issuedForecasts),
      plan: summarisePlans(issuedPlans),
    };
  }
}

type Outlook = Pick<Parameters<typeof mergeTimeline>[0], 'forecasts' | 'plans'> & {
  readonly forecast: TimelineView['forecast'];
  readonly plan: TimelineView['plan'];
};

const NO_OUTLOOK: Outlook = { forecasts: [], plans: [], forecast: undefined, plan: undefined };
