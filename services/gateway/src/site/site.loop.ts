import { CommandIssued, DeviceStatusChanged, IntervalMetered, ReadingTaken, ScheduleIssued } from '@wattmesh/events';
import type { Bus, Effects, Lifetime, Logger, Metrics } from '@wattmesh/platform';
import { INTERVAL_MS, intervalStartOf, type Cancel, type Clock } from '@wattmesh/platform/clock';
import { meterReading, type MeteringStep, type MeterRecord } from '../metering/meter-reading.ts';
import { TcpLink } from '../modbus/tcp.link.ts';
import type { SiteModel } from '../registry/assemble-sites.ts';
import { deriveKey, type KeyPair } from '../signing/derive-key.ts';
import { signMetering } from '../signing/encode-metering.ts';
import { emit, type Emission } from '../store/emission.ts';
import { OutboxRelay } from '../store/outbox.relay.ts';
import { LogStore } from '../store/log.store.ts';
import { SiteStore } from '../store/site.store.ts';
import { StoreWatch } from '../store/store-watch.ts';
import { ControlLoop } from './control.loop.ts';
import { DeviceLink, type DeviceHealth } from './device.link.ts';
import type { DeviceReading } from './device-reading.ts';
import { isNews } from './report-exception.ts';

const POLL_S = 5;
const HEARTBEAT_S = 60;
/** Time that a device has to follow a set-point before its effect is looked for. */
const SETTLE_S = 2;
const METER_KEY = 'meter/';
const STATUS_KEY = 'status/';
/** Time of the newest reading that was announced: no two of a device carry one time, over restarts too. */
const READ_KEY = 'read-through';

export interface SiteTools {
  bus: Bus;
  clock: Clock;
  effects: Effects;
  lifetime: Lifetime;
  logger: Logger;
  metrics: Metrics;
  storeFolder: string;
  storeLimitBytes: number;
  keySeed: string;
  dispatcherKey: string;
  modbusTimeoutMs: number;
}

/** One site: its own link, log, keys and control. Polls, meters at the boundaries, controls after each poll. */
export class SiteLoop {
  private readonly store: SiteStore;
  private readonly watch: StoreWatch;
  private readonly relay: OutboxRelay;
  private readonly link: TcpLink;
  private readonly devices: ReadonlyMap<string, DeviceLink>;
  private readonly control: ControlLoop;
  private readonly meters: Map<string, MeterRecord>;
  private readonly keys: ReadonlyMap<string, KeyPair>;
  private readonly health: Map<string, DeviceHealth>;
  private readonly reported = new Map<string, ReadingTaken>();
  private readonly cancels: Cancel[] = [];
  private cancelBoundary: Cancel = () => undefined;
  private cancelControl: Cancel | undefined;
  private cancelEffect: Cancel | undefined;
  private readThroughMs: number;
  private latest: ReadonlyMap<string, DeviceReading> = new Map();
  private tail: Promise<void> = Promise.resolve();

  constructor(
    readonly model: SiteModel,
    private readonly tools: SiteTools,
  ) {
    const { siteId, endpoint } = model.site;
    const { clock, effects, modbusTimeoutMs } = tools;
    const limits = { limitBytes: tools.storeLimitBytes, isSheddable: (topic: string) => topic === ReadingTaken.topic };
    const log = new LogStore({ folder: tools.storeFolder, effects, ...limits });
    this.watch = new StoreWatch(siteId, tools);
    this.store = new SiteStore(log, { clock, watch: this.watch, source: `/gateway/${siteId}` });
    this.relay = new OutboxRelay(siteId, this.store.log, tools);
    this.link = new TcpLink({ ...endpoint, timeoutMs: modbusTimeoutMs, connectTimeoutMs: modbusTimeoutMs });
    const linkTools = { link: this.link, clock, effects };
    this.devices = new Map(model.devices.map((device) => [device.deviceId, new DeviceLink(device, linkTools)]));
    this.control = new ControlLoop(model, this.devices, { ...tools, store: this.store });
    this.meters = new Map(this.store.entries<MeterRecord>(METER_KEY));
    this.health = new Map(this.store.entries<DeviceHealth>(STATUS_KEY));
    this.readThroughMs = Number(this.store.get(READ_KEY) ?? Number.NEGATIVE_INFINITY);
    this.keys = new Map([...model.meters.keys()].flatMap((meterId) => this.enrolledKey(meterId)));
  }

  /** Why the site cannot keep anything durably; undefined where it can. */
  get storeTrouble(): string | undefined {
    return this.watch.trouble;
  }

  start(): void {
    const { clock } = this.tools;
    const name = this.model.site.siteId;
    this.cancels.push(clock.every({ name: `${name}.poll`, periodS: POLL_S }, () => this.exclusive(() => this.poll())));
    this.cancels.push(clock.at(clock.now(), `${name}.first-poll`, () => this.exclusive(() => this.poll())));
    this.awaitBoundary(`${name}.boundary`);
    this.relay.kick();
  }

  async stop(): Promise<void> {
    for (const cancel of this.cancels.splice(0)) cancel();
    this.cancelBoundary();
    this.cancelControl?.();
    this.cancelEffect?.();
    this.relay.stop();
    // What was begun is finished, unless the service was killed: then whoever waits for a device is cut off.
    if (this.tools.lifetime.isAlive) await this.tail;
    await this.link.close();
    await this.tail;
    await this.store.log.close();
  }

  /** Keeps a command and, where it holds, applies it at once on the newest readings. */
  async receiveCommand(command: CommandIssued): Promise<void> {
    if (await this.control.receiveCommand(command)) this.controlSoon();
    this.relay.kick();
  }

  async receiveSchedule(schedule: ScheduleIssued): Promise<void> {
    if (await this.control.receiveSchedule(schedule)) this.controlSoon();
  }

  private controlSoon(): void {
    const { clock } = this.tools;
    this.cancelControl ??= clock.at(clock.now(), `${this.model.site.siteId}.control`, () => {
      this.cancelControl = undefined;
      return this.exclusive(async () => {
        const maxAgeMs = 2 * clock.effectivePeriodS(POLL_S) * 1000;
        const fresh = [...this.latest].filter(([, reading]) => clock.now() - reading.atMs <= maxAgeMs);
        await this.control.run(new Map(fresh));
        this.effectSoon();
        this.relay.kick();
      });
    });
  }

  /** Looks at the meters again once a device has had time to follow, so that the next command finds this one judged. */
  private effectSoon(): void {
    if (!this.control.awaitsEffect || this.cancelEffect !== undefined) return;
    const { clock } = this.tools;
    this.cancelEffect = clock.at(clock.now() + SETTLE_S * 1000, `${this.model.site.siteId}.effect`, () => {
      this.cancelEffect = undefined;
      return this.exclusive(async () => {
        if (!this.control.awaitsEffect) return;
        await this.control.judge(await this.readAll());
        this.relay.kick();
      });
    });
  }

  private awaitBoundary(name: string): void {
    const { clock } = this.tools;
    this.cancelBoundary = clock.at(intervalStartOf(clock.now()) + INTERVAL_MS, name, () => {
      this.awaitBoundary(name);
      return this.exclusive(() => this.readAll().then(() => undefined));
    });
  }

  private async poll(): Promise<void> {
    const readings = await this.readAll();
    await this.control.run(readings);
    this.effectSoon();
    await this.reportHealth();
    this.relay.kick();
    this.watch.observe(this.store.log);
  }

  /** Reads every device that may be asked, keeps meterings, readings and states as one, publishes. */
  private async readAll(): Promise<ReadonlyMap<string, DeviceReading>> {
    const readings = new Map<string, DeviceReading>();
    for (const [deviceId, device] of this.devices) if (device.isDue) readings.set(deviceId, await device.read());
    const metered = [...readings.values()].map((reading) => this.meter(reading));
    // What a frozen meter shows is of another time: nothing is known of now, and the guard must not trust it.
    for (const { deviceId, isFrozen } of metered) {
      const reading = isFrozen === true ? readings.get(deviceId) : undefined;
      if (reading !== undefined) readings.set(deviceId, { ...reading, quality: 'suspect', points: {} });
    }
    const news = [...readings.values()].flatMap((reading) => this.newsOf(reading));
    const meterings = metered.flatMap((step) => step.emissions);
    const set = Object.fromEntries(metered.flatMap((step) => step.kept));
    const reports = news.map((reading) => emit(ReadingTaken, reading, `${reading.deviceId}:${reading.measuredAt}`));
    const readThroughMs = Math.max(this.readThroughMs, ...news.map(({ measuredAt }) => Date.parse(measuredAt)));
    const read = news.length > 0 ? { [READ_KEY]: readThroughMs } : {};
    const isKept = await this.store.record({ emissions: [...meterings, ...reports], set: { ...set, ...read } });
    // A step that could not be kept has not happened: the next reading meters from where the last kept one was.
    for (const { deviceId, record, kept } of metered)
      if (record !== undefined && (isKept || kept.length === 0)) this.meters.set(deviceId, record);
    if (isKept) {
      for (const reading of news) this.reported.set(reading.deviceId, reading);
      this.readThroughMs = readThroughMs;
    } else this.watch.lost(news.length);
    await this.reportHealth();
    this.latest = readings;
    this.relay.kick();
    return readings;
  }

  private meter(reading: DeviceReading): {
    deviceId: string;
    record?: MeterRecord;
    isFrozen?: boolean;
    emissions: Emission[];
    kept: [string, MeterRecord][];
  } {
    const { deviceId } = reading;
    const enrolment = this.model.meters.get(deviceId);
    const device = this.devices.get(deviceId)?.device;
    const key = this.keys.get(deviceId);
    if (enrolment === undefined || device === undefined || key === undefined)
      return { deviceId, emissions: [], kept: [] };
    const { clock } = this.tools;
    const tightMs = 3 * clock.effectivePeriodS(POLL_S) * 1000;
    const before = this.meters.get(deviceId);
    const step = meterReading(before, reading, { device, enrolment, tightMs });
    if (step === undefined) return { deviceId, emissions: [], kept: [] };
    this.judgeCounter(deviceId, step.verdict, before?.meter.isHeld ?? false);
    const emissions = step.meterings.map((metering) => {
      const signature = signMetering(metering, this.model.community.chain, key.secretKey);
      return emit(IntervalMetered, { ...metering, signature }, `${deviceId}:${metering.intervalStart}:${metering.run}`);
    });
    const kept: [string, MeterRecord][] = step.isKept ? [[METER_KEY + deviceId, step.record]] : [];
    return { deviceId, record: step.record, isFrozen: step.verdict === 'frozen', emissions, kept };
  }

  /** Says once that a counter is not believed, and once that it is again. */
  private judgeCounter(deviceId: string, verdict: MeteringStep['verdict'], wasHeld: boolean): void {
    const isHeld = verdict === 'held' || verdict === 'frozen';
    const isOdd = verdict === 'wrapped' || verdict === 'replaced' || (isHeld && !wasHeld);
    if (isOdd) this.tools.logger.warn({ deviceId, verdict }, 'energy counter is not continuous');
    if (isHeld === wasHeld || verdict === 'stale') return;
    const cause = verdict === 'frozen' ? 'counters stand still while power flows' : 'counters contradict themselves';
    this.devices.get(deviceId)?.setDoubt(isHeld ? cause : undefined);
  }

  private newsOf(reading: DeviceReading): ReadingTaken[] {
    const { deviceId, points, quality } = reading;
    const { siteId } = this.model.site;
    const [measuredAt, receivedAt] = [
      new Date(reading.atMs).toISOString(),
      new Date(reading.receivedAtMs).toISOString(),
    ];
    const next: ReadingTaken = { deviceId, siteId, measuredAt, receivedAt, quality, points };
    const ratedW = this.devices.get(deviceId)?.device.ratedW ?? 0;
    if (reading.atMs <= this.readThroughMs) return [];
    const heartbeatMs = this.tools.clock.effectivePeriodS(HEARTBEAT_S) * 1000;
    return isNews(this.reported.get(deviceId), next, { ratedW, heartbeatMs }) ? [next] : [];
  }

  private async reportHealth(): Promise<void> {
    const at = this.tools.clock.nowIso();
    const changed = [...this.devices].flatMap(([deviceId, { health }]): [string, DeviceHealth][] => {
      const last = this.health.get(deviceId);
      return health === undefined || (last?.status === health.status && last.cause === health.cause)
        ? []
        : [[deviceId, health]];
    });
    const { siteId } = this.model.site;
    const emissions = changed.map(([deviceId, health]) =>
      emit(
        DeviceStatusChanged,
        { deviceId, siteId, ...health, at },
        `${deviceId}:${at}:${health.status}:${health.cause}`,
      ),
    );
    const set = Object.fromEntries(changed.map(([deviceId, health]) => [STATUS_KEY + deviceId, health]));
    if (!(await this.store.record({ emissions, set }))) return;
    for (const [deviceId, health] of changed) this.health.set(deviceId, health);
  }

  /** The key of a meter, where it is the one enrolled: a metering under another key would be refused by everyone. */
  private enrolledKey(meterId: string): [string, KeyPair][] {
    const key = deriveKey(this.tools.keySeed, meterId);
    if (key.publicKey === this.model.meters.get(meterId)?.publicKey) return [[meterId, key]];
    this.tools.logger.error(
      { meterId },
      'enrolled key is not derived from GATEWAY_KEY_SEED: enrol the meter again, it is not metered until then',
    );
    return [];
  }

  /** The link has one owner at a time, in the order of asking. */
  private exclusive(work: () => Promise<void>): Promise<void> {
    const run = this.tail.then(work, work);
    this.tail = run.catch(() => undefined);
    return run;
  }
}
