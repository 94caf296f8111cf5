import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock, Logger } from '@wattmesh/platform';
import { EntityManager } from 'typeorm';
import { HORIZON, QUARTER_MS, type Panel } from '../features/panel.ts';
import { ForecasterConfig } from '../forecaster.config.ts';
import type { ForecastSite } from '../site/site.service.ts';
import { readHistoryFile, readWeatherFile } from './history-files.link.ts';
import type { WeatherRow } from './parse-weather.ts';
import { SitePast } from './site-past.ts';
import { spreadWeather } from './spread-weather.ts';

/** What the history file held. */
export interface HistoryFile {
  hash: string;
  startMs: number;
  endMs: number;
  siteIds: ReadonlySet<string>;
}

interface MeteringRow {
  meter_id: string;
  site_id: string;
  meter_role: 'load' | 'generation';
  energy_wh: number;
  interval_start: Date;
}

const DAY_MS = 96 * QUARTER_MS;
/** Days of past kept in memory: a training's worth. */
export const PAST_DAYS = 42;

/** The sites' past and the weather in memory, as far as was read from the files and the metering table: `refresh` reads on. */
@Injectable()
export class PastStore implements OnModuleInit {
  readonly #load = new Map<string, SitePast>();
  readonly #generation = new Map<string, SitePast>();
  #weather: ReadonlyMap<number, WeatherRow> = new Map();
  #file: HistoryFile | undefined;
  #earliestMs = Infinity;
  /** Transactions before this one have all been read: what commits later was written by it or a later one. */
  #readTo = '0';

  constructor(
    private readonly config: ForecasterConfig,
    private readonly database: EntityManager,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  async onModuleInit(): Promise<void> {
    const { FORECASTER_HISTORY: history, FORECASTER_WEATHER: weather } = this.config;
    if (weather !== undefined) this.#weather = await readWeatherFile(weather);
    if (history !== undefined) this.#file = await this.#readHistory(history);
    const meterings = await this.refresh();
    this.logger.info({ history, weatherHours: this.#weather.size, meterings }, 'past loaded');
  }

  /** Takes up what any instance has written since; returns how many meterings. Some may come twice, none is missed. */
  async refresh(): Promise<number> {
    const [horizon]: { xmin: string }[] = await this.database.query(
      'select pg_snapshot_xmin(pg_current_snapshot())::text as xmin',
    );
    const rows: MeteringRow[] = await this.database.query(
      `select meter_id, site_id, meter_role, energy_wh, interval_start from metering
       where written_in >= $1::xid8 and interval_start >= $2`,
      [this.#readTo, new Date(this.clock.now() - PAST_DAYS * DAY_MS)],
    );
    for (const row of rows) this.#take(row);
    this.#readTo = horizon?.xmin ?? this.#readTo;
    return rows.length;
  }

  get file(): HistoryFile | undefined {
    return this.#file;
  }

  /** First quarter of which anything is known; Infinity where nothing is. */
  get earliestMs(): number {
    return this.#earliestMs;
  }

  /** The sites' past in [fromMs, untilMs) and the weather of that time and the day after it. */
  panel(sites: readonly ForecastSite[], fromMs: number, untilMs: number): Panel {
    const count = Math.round((untilMs - fromMs) / QUARTER_MS);
    return {
      startMs: fromMs,
      count,
      sites: sites.map(({ hasGeneration, ...site }) => ({
        ...site,
        loadWh: this.#pastOf('load', site.siteId).slice(fromMs, count),
        ...(hasGeneration && { generationWh: this.#pastOf('generation', site.siteId).slice(fromMs, count) }),
      })),
      weather: spreadWeather(this.#weather, { startMs: fromMs, count: count + HORIZON }),
    };
  }

  /** Lets go of what no forecast or training looks back at any more. */
  forgetBefore(startMs: number): void {
    for (const pasts of [this.#load, this.#generation]) for (const past of pasts.values()) past.forgetBefore(startMs);
  }

  #take(row: MeteringRow): void {
    const startMs = row.interval_start.getTime();
    this.#pastOf(row.meter_role, row.site_id).setMetered(row.meter_id, startMs, row.energy_wh);
    this.#earliestMs = Math.min(this.#earliestMs, startMs);
  }

  async #readHistory(file: string): Promise<HistoryFile> {
    let startMs = Infinity;
    let lastMs = -Infinity;
    const siteIds = new Set<string>();
    const hash = await readHistoryFile(file, (row) => {
      if (row.loadWh !== undefined) this.#pastOf('load', row.siteId).setFile(row.startMs, row.loadWh);
      if (row.generationWh !== undefined) this.#pastOf('generation', row.siteId).setFile(row.startMs, row.generationWh);
      startMs = Math.min(startMs, row.startMs);
      lastMs = Math.max(lastMs, row.startMs);
      siteIds.add(row.siteId);
    });
    this.#earliestMs = Math.min(this.#earliestMs, startMs);
    return { hash, startMs, endMs: lastMs + QUARTER_MS, siteIds };
  }

  #pastOf(role: 'load' | 'generation', siteId: string): SitePast {
    const pasts = role === 'load' ? this.#load : this.#generation;
    const past = pasts.get(siteId) ?? new SitePast();
    pasts.set(siteId, past);
    return past;
  }
}
