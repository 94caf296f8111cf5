import { Injectable } from '@nestjs/common';
import { Clock, INTERVAL_MS, intervalStartOf } from '@wattmesh/platform';
import type { Panel } from '../features/panel.ts';
import { PAST_DAYS, PastStore } from '../history/past.store.ts';
import { SiteService, type ForecastSite } from '../site/site.service.ts';

/** Sites and time that a training learns from. */
export interface TrainingSpan {
  sites: ForecastSite[];
  fromMs: number;
  untilMs: number;
  historyHash: string;
}

/** What there is to learn from. */
@Injectable()
export class TrainingData {
  constructor(
    private readonly sites: SiteService,
    private readonly past: PastStore,
    private readonly clock: Clock,
  ) {}

  /** True where every site of the history file is registered, so that a training sees them all. */
  async hasAllSites(): Promise<boolean> {
    const known = new Set((await this.sites.consumers()).map(({ siteId }) => siteId));
    return known.size > 0 && [...(this.past.file?.siteIds ?? [])].every((siteId) => known.has(siteId));
  }

  /** The history file's sites and time, without a file all that is metered; or why there is nothing yet. */
  async span(): Promise<TrainingSpan | { reason: string }> {
    const sites = await this.sites.consumers();
    if (sites.length === 0) return { reason: 'no site with a load meter is registered yet' };
    const { file } = this.past;
    await this.past.refresh();
    if (!file) {
      const untilMs = intervalStartOf(this.clock.now());
      const fromMs = Math.max(this.past.earliestMs, untilMs - PAST_DAYS * 96 * INTERVAL_MS);
      return fromMs < untilMs
        ? { sites, fromMs, untilMs, historyHash: 'metered' }
        : { reason: 'nothing is metered yet' };
    }
    const told = sites.filter(({ siteId }) => file.siteIds.has(siteId));
    if (told.length === 0) return { reason: 'no site of the history file is registered' };
    return { sites: told, fromMs: file.startMs, untilMs: file.endMs, historyHash: file.hash };
  }

  panel({ sites, fromMs, untilMs }: TrainingSpan): Panel {
    return this.past.panel(sites, fromMs, untilMs);
  }
}
