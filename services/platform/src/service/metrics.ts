import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry, type LabelValues } from '@prometheus-io/client';
import { answerWithin } from './answer-within.ts';
import { QuantileSketch } from './quantile-sketch.ts';

/** What a distribution came to, over all its labels. */
export interface DistributionSnapshot {
  count: number;
  sum: number;
  p50?: number;
  p95?: number;
  p99?: number;
  max: number;
}

/** A histogram for Prometheus that also knows its percentiles within 1 %. */
export class Distribution {
  readonly #sketch = new QuantileSketch();

  constructor(private readonly histogram: Histogram<string>) {}

  observe(amount: number): void;
  observe(labels: LabelValues<string>, amount: number): void;
  observe(labelsOrAmount: LabelValues<string> | number, amount?: number): void {
    if (typeof labelsOrAmount === 'number') {
      this.histogram.observe(labelsOrAmount);
      this.#sketch.add(labelsOrAmount);
    } else {
      this.histogram.observe(labelsOrAmount, amount ?? 0);
      this.#sketch.add(amount ?? 0);
    }
  }

  snapshot(): DistributionSnapshot {
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((q) => this.#sketch.quantile(q));
    const { count, sum, max } = this.#sketch;
    return p50 === undefined || p95 === undefined || p99 === undefined
      ? { count, sum, max }
      : { count, sum, p50, p95, p99, max };
  }
}

/** Metrics of one service: asking for a name again gives the same metric. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();
  readonly #distributions = new Map<string, Distribution>();
  readonly #collects = new Map<string, Collect>();

  constructor(service?: string) {
    if (service !== undefined) this.registry.setDefaultLabels({ service });
  }

  counter(name: string, help: string, labels: readonly string[] = []): Counter<string> {
    return (
      (this.registry.getSingleMetric(name) as Counter<string> | undefined) ??
      new Counter({ name, help, labelNames: [...labels], registers: [this.registry] })
    );
  }

  /** With `collect` the gauge is read at each scrape; asking again replaces how. */
  gauge(name: string, help: string, options: GaugeOptions = {}): Gauge<string> {
    const { labels = [], collect }: GaugeSettings = 'length' in options ? { labels: options } : options;
    if (collect !== undefined) this.#collects.set(name, collect);
    const known = this.registry.getSingleMetric(name) as Gauge<string> | undefined;
    if (known !== undefined) return known;
    const gauge: Gauge<string> = new Gauge({
      name,
      help,
      labelNames: [...labels],
      registers: [this.registry],
      collect: () => this.#read(name, gauge),
    });
    return gauge;
  }

  histogram(name: string, help: string, options: HistogramOptions = {}): Distribution {
    let distribution = this.#distributions.get(name);
    if (distribution === undefined) {
      const { labels = [], buckets = DEFAULT_BUCKETS } = 'length' in options ? { labels: options } : options;
      const metric = { name, help, labelNames: [...labels], buckets: [...buckets], registers: [this.registry] };
      distribution = new Distribution(new Histogram(metric));
      this.#distributions.set(name, distribution);
    }
    return distribution;
  }

  /** What cannot be read in time is left out: a scrape waits for nobody. */
  async #read(name: string, gauge: Gauge<string>): Promise<void> {
    const collect = this.#collects.get(name);
    if (collect === undefined) return;
    const reading = await answerWithin(COLLECT_WITHIN_MS, collect);
    gauge.reset();
    if (typeof reading === 'number') gauge.set(reading);
    else if (reading === undefined) gauge.remove();
    else for (const { labels, amount } of reading) gauge.set(labels, amount);
  }

  /** Every histogram's count, sum and percentiles by name: what a report reads in the process. */
  snapshot(): Record<string, DistributionSnapshot> {
    return Object.fromEntries([...this.#distributions].map(([name, distribution]) => [name, distribution.snapshot()]));
  }
}

/** Labels of a histogram, and its buckets where the defaults (1 to 10 million, three per decade) do not fit. */
export type HistogramOptions = readonly string[] | { labels?: readonly string[]; buckets?: readonly number[] };

/** What a gauge reads: one amount, one for each set of labels, or nothing. */
export type GaugeReading = number | undefined | readonly { labels: LabelValues<string>; amount: number }[];

/** Labels of a gauge, and what reads it where nobody sets it. */
export type GaugeOptions = readonly string[] | GaugeSettings;

interface GaugeSettings {
  labels?: readonly string[];
  collect?: Collect;
}

type Collect = () => GaugeReading | Promise<GaugeReading>;

const COLLECT_WITHIN_MS = 1000;
const DEFAULT_BUCKETS = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((power) => [1, 2, 5].map((step) => step * 10 ** power));
