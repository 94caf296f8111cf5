import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock, Logger } from '@wattmesh/platform';
import { EntityManager, MoreThanOrEqual } from 'typeorm';
import { HORIZON, QUARTER_MS, type Panel } from '../features/panel.ts';
import { ForecasterConfig } from '../forecaster.config.ts';
import type { Actual } from '../metering/choose-meterings.ts';
import { MeteringEntity } from '../metering/metering.entity.ts';
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

const DAY_MS = 96 * QUARTER_MS;
/** Days of past kept in memory: a training's worth. */
export const PAST_DAYS = 42;

/** The sites' past and the weather in memory; files and the metering table are where they come from. */
@Injectable()
export class PastStore implements OnModuleInit {
  readonly #load = new Map<string, SitePast>();
  readonly #generation = new Map<string, SitePast>();
  #weather: ReadonlyMap<number, WeatherRow> = new Map();
  #file: HistoryFile | undefined;
  #earliestMs = Infinity;

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
    const sinceMs = this.clock.now() - PAST_DAYS * DAY_MS;
    const rows = await this.database.find(MeteringEntity, {
      where: { intervalStart: MoreThanOrEqual(new Date(sinceMs)) },
    });
    for (const row of rows) {
      const { meterId, siteId, meterRole, energyWh } = row;
      this.takeActual({ meterId, siteId, meterRole, energyWh, intervalStart: row.intervalStart.toISOString() });
    }
    this.logger.info({ history, weatherHours: this.#weather.size, meterings: rows.length }, 'past loaded');
  }

  get file(): HistoryFile | undefined {
    return this.#file;
  }

  /** First quarter of which anything is known; Infinity where nothing is. */
  get earliestMs(): number {
    return this.#earliestMs;
  }

  takeActual(actual: Omit<Actual, 'runNumber'>): void {
    const startMs = Date.parse(actual.intervalStart);
    this.#pastOf(actual.meterRole, actual.siteId).setMetered(actual.meterId, startMs, actual.energyWh);
    this.#earliestMs = Math.min(this.#earliestMs, startMs);
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
