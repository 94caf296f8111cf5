import type { Logger, Metrics } from '@wattmesh/platform';
import type { Clock } from '@wattmesh/platform/clock';
import type { LogStore } from './log.store.ts';

export interface WatchTools {
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
}

/** Tells the operator how a site's log is: gauges, and one line for each episode of a refusing disk or of shed readings. */
export class StoreWatch {
  private refusal: string | undefined;
  private countedShed = 0;
  private isShedding = false;

  constructor(
    private readonly site: string,
    private readonly tools: WatchTools,
  ) {}

  /** Why nothing can be kept; undefined where all is well. */
  get trouble(): string | undefined {
    return this.refusal;
  }

  refused(error: Error): void {
    const { message } = error;
    if (this.refusal === undefined) {
      this.tools.logger.error({ err: error }, 'the store refuses: control goes on, readings are lost, meterings wait');
    }
    this.refusal = message;
    this.gauge('wattmesh_gateway_store_refusing', '1 while the site cannot keep anything durably', 1);
  }

  accepted(): void {
    if (this.refusal !== undefined) this.tools.logger.info({ was: this.refusal }, 'the store keeps everything again');
    this.refusal = undefined;
    this.gauge('wattmesh_gateway_store_refusing', '1 while the site cannot keep anything durably', 0);
  }

  /** Readings that could not be kept are as good as shed. */
  lost(readings: number): void {
    this.countShed(readings);
  }

  /** Brings the gauges up to date. */
  observe(log: LogStore): void {
    const shed = log.shedCount - this.countedShed;
    this.countedShed = log.shedCount;
    this.countShed(shed);
    if (shed > 0 && !this.isShedding) {
      this.tools.logger.error(
        { records: log.rows, bytes: log.bytes },
        'the log is as long as it may be: oldest readings are shed; bring the broker back, or raise GATEWAY_STORE_MAX_MB',
      );
    }
    if (shed > 0) this.isShedding = true;
    if (log.rows === 0) this.isShedding = false;
    const oldest = Date.parse(log.unpublished(1)[0]?.record.headers['ce_time'] ?? '');
    const ageS = Number.isNaN(oldest) ? 0 : Math.max(0, this.tools.clock.now() - oldest) / 1000;
    this.gauge('wattmesh_outbox_rows', 'Events that wait for the broker', log.rows);
    this.gauge('wattmesh_outbox_oldest_age_seconds', 'Simulated seconds for which the oldest of them has waited', ageS);
    this.gauge('wattmesh_gateway_store_bytes', 'Length of the log', log.bytes);
  }

  private countShed(readings: number): void {
    const help = 'Readings given up for want of space';
    const counter = this.tools.metrics.counter('wattmesh_gateway_shed_readings_total', help, ['site']);
    counter.inc({ site: this.site }, readings);
  }

  private gauge(name: string, help: string, amount: number): void {
    this.tools.metrics.gauge(name, help, ['site']).set({ site: this.site }, amount);
  }
}
