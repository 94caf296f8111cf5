import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeCommand, encodeSchedule } from '@wattmesh/dispatcher/encode-command';
import {
  type CommandIssued,
  CommandProgressed,
  CommunityConfigured,
  DeviceRegistered,
  DeviceStatusChanged,
  IntervalMetered,
  MeterEnrolled,
  ReadingTaken,
  type ScheduleIssued,
  SiteConfigured,
  type EventDefinition,
  type PayloadOf,
} from '@wattmesh/events';
import {
  createService,
  Logger,
  MemoryBus,
  RealEffects,
  startService,
  toRecord,
  type Effects,
  type OutgoingRecord,
  type RunningService,
} from '@wattmesh/platform';
import { StepClock } from '@wattmesh/platform/clock';
import {
  generateProfiles,
  loadScenario,
  startDevices,
  World,
  type RunningDevices,
  type Scenario,
} from '@wattmesh/simulator';
import { AppModule } from '../app.module.ts';
import { deriveKey } from '../signing/derive-key.ts';
import { signMessage } from '@wattmesh/dispatcher/sign-message';
import { SwitchedBus } from './switched.bus.ts';

const SEED = 'hamlet-seed';
const CHAIN = {
  chainId: 31_337,
  registry: `0x${'11'.repeat(20)}`,
  settlement: `0x${'22'.repeat(20)}`,
  token: `0x${'33'.repeat(20)}`,
};
const TOPICS = [ReadingTaken, IntervalMetered, CommandProgressed, DeviceStatusChanged];

export const DISPATCHER = deriveKey('dispatcher-seed', 'dispatcher');
export const DOMAIN = { chainId: CHAIN.chainId, registry: CHAIN.registry };

/** A record of the gateway as a consumer got it. */
export interface SeenRecord {
  readonly topic: string;
  readonly key: string;
  readonly id: string;
  readonly sequence: number;
  readonly payload: unknown;
}

/** A community on a step clock, by default the hamlet: simulated devices on loopback, a bus, and a gateway that can be killed and started again. */
export class GatewayHarness {
  readonly scenario: Scenario;
  readonly clock: StepClock;
  readonly world: World;
  readonly bus: MemoryBus;
  /** The gateway's own way to the broker. */
  readonly broker: SwitchedBus;
  readonly startMs: number;
  readonly folder: string;
  /** Everything the gateway published, repeats included. */
  readonly seen: SeenRecord[] = [];
  private readonly published: OutgoingRecord[] = [];
  private readonly isFolderOwn: boolean;
  private readonly isCommunityLate: boolean;
  private readonly storeMaxMb: number;
  private readonly modbusTimeoutMs: number;
  private devices: RunningDevices | undefined;
  private gateway: RunningService | undefined;

  constructor(
    options: {
      change?: (scenario: Scenario) => void;
      scenario?: string;
      /** Only these sites and the head meter; absent: all. */
      sites?: readonly string[];
      speed?: number;
      modbusTimeoutMs?: number;
      /** Folder of the gateway's logs, which stays; absent: one that goes with the harness. */
      folder?: string;
      /** The community is registered by a call of its own, so that no site is complete before. */
      isCommunityLate?: boolean;
      storeMaxMb?: number;
    } = {},
  ) {
    this.storeMaxMb = options.storeMaxMb ?? 64;
    this.isCommunityLate = options.isCommunityLate ?? false;
    this.isFolderOwn = options.folder === undefined;
    this.folder = options.folder ?? mkdtempSync(join(tmpdir(), 'wattmesh-gateway-'));
    this.scenario = structuredClone(loadScenario(options.scenario ?? 'hamlet'));
    if (options.sites !== undefined) keepSites(this.scenario, options.sites);
    options.change?.(this.scenario);
    this.modbusTimeoutMs = options.modbusTimeoutMs ?? 5_000;
    this.startMs = Date.parse(this.scenario.startsAt);
    this.clock = new StepClock({ simMs: this.startMs, speed: options.speed ?? 60 });
    this.world = new World({ scenario: this.scenario, profiles: generateProfiles(this.scenario) });
    this.bus = new MemoryBus({ clock: this.clock, serial: true });
    this.broker = new SwitchedBus(this.bus);
  }

  async start(effects?: Effects): Promise<void> {
    this.devices = await startDevices({ world: this.world, clock: () => this.clock.now(), portFrom: 0 });
    await this.bus.start();
    await this.bus.subscribe(
      'observer',
      TOPICS.map(({ topic }) => topic),
      async (batch) => {
        for (const { topic, key, headers, value } of batch) {
          const [id, sequence] = [headers['ce_id'] ?? '', Number(headers['ce_sequence'])];
          this.seen.push({ topic, key, id, sequence, payload: JSON.parse(value) });
        }
      },
    );
    await this.startGateway(effects);
    await this.register();
    await this.runTo(0);
  }

  async startGateway(effects: Effects = new RealEffects()): Promise<void> {
    const env = {
      GATEWAY_STORE: this.folder,
      GATEWAY_STORE_MAX_MB: `${this.storeMaxMb}`,
      GATEWAY_KEY_SEED: SEED,
      GATEWAY_DISPATCHER_KEY: DISPATCHER.publicKey,
      GATEWAY_MODBUS_TIMEOUT_MS: `${this.modbusTimeoutMs}`,
    };
    const logger = new Logger({ service: 'gateway', level: 'silent' });
    const app = await createService(AppModule, {
      name: 'gateway',
      bus: this.broker,
      clock: this.clock,
      effects,
      env,
      logger,
    });
    this.gateway = await startService(app);
  }

  async killGateway(): Promise<void> {
    await this.gateway?.kill();
  }

  async stop(): Promise<void> {
    await this.gateway?.stop();
    await this.devices?.stop();
    await this.bus.stop();
    this.clock.stop();
    if (this.isFolderOwn) rmSync(this.folder, { recursive: true, force: true });
  }

  /** Lets simulated minutes pass, counted from the scenario's start. */
  async runTo(minutes: number): Promise<void> {
    await this.clock.runUntil(this.startMs + minutes * 60_000);
    this.world.advanceTo(this.clock.now());
  }

  async publish<E extends EventDefinition>(event: E, payload: PayloadOf<E>): Promise<void> {
    const [topic, key] = [event.topic, event.key(payload)];
    const sequence = this.published.filter((record) => record.topic === topic && record.key === key).length + 1;
    const attributes = { id: `${topic}:${key}:${sequence}`, source: 'test', time: this.clock.nowIso(), sequence };
    const record = toRecord(event, payload, attributes);
    this.published.push(record);
    await this.deliver([record]);
  }

  /** Brings everything again that was published so far, as to a group whose commits were lost. */
  redeliver(): Promise<void> {
    return this.deliver(this.published);
  }

  /** Payloads of a topic as a consumer that drops repeated ids sees them. */
  events<E extends EventDefinition>(event: E): PayloadOf<E>[] {
    const own = this.seen.filter(({ topic }) => topic === event.topic);
    return [...new Map(own.map(({ id, payload }) => [id, payload as PayloadOf<E>])).values()];
  }

  /** Ids under which different payloads were published: a replay must say the same again. */
  contradictions(event: EventDefinition): string[] {
    const byId = Map.groupBy(
      this.seen.filter(({ topic }) => topic === event.topic),
      ({ id }) => id,
    );
    return [...byId]
      .filter(([, same]) => new Set(same.map(({ payload }) => JSON.stringify(payload))).size > 1)
      .map(([id]) => id);
  }

  /** What the gateway says of its readiness. */
  async readiness(): Promise<{ checks: Record<string, boolean> }> {
    const answer = await fetch(`${this.gateway?.url}/health/ready`);
    return (await answer.json()) as { checks: Record<string, boolean> };
  }

  /** Damages the log of a site in its middle, as a bad disk would. */
  damageLog(siteId: string): void {
    const folder = join(this.folder, 'sites', siteId);
    const name = readdirSync(folder).find((file) => file.startsWith('log-')) ?? '';
    const text = readFileSync(join(folder, name), 'utf8');
    writeFileSync(join(folder, name), `0${text.slice(1, 40)}${text.slice(41)}`);
  }

  /** A command of the dispatcher for the next minutes. */
  command(deviceId: string, over: Partial<CommandIssued> = {}): CommandIssued {
    const nowMs = this.clock.now();
    const command = {
      commandId: '00000000-0000-8000-8000-000000000001',
      deviceId,
      siteId: this.scenario.devices.find((device) => device.deviceId === deviceId)?.siteId ?? '',
      issuedAt: new Date(nowMs).toISOString(),
      expiresAt: new Date(nowMs + 120_000).toISOString(),
      setpointW: -3_000,
      minW: -5_000,
      maxW: 5_000,
      reason: { code: 'community-trade' as const, text: 'the neighbours are short' },
      ...over,
    };
    return { ...command, signature: signMessage(encodeCommand(command), DISPATCHER.secretKey) };
  }

  /** A schedule of the dispatcher from the scenario's start on. */
  schedule(deviceId: string, slotsW: number[], revision = 1): ScheduleIssued {
    const schedule = {
      scheduleId: '00000000-0000-8000-8000-00000000000a',
      deviceId,
      siteId: this.scenario.devices.find((device) => device.deviceId === deviceId)?.siteId ?? '',
      revision,
      issuedAt: this.clock.nowIso(),
      firstIntervalStart: this.scenario.startsAt,
      slotsW,
    };
    return { ...schedule, signature: signMessage(encodeSchedule(schedule), DISPATCHER.secretKey) };
  }

  /** Registers a device again, changed. */
  async reregister(deviceId: string, change: Partial<DeviceRegistered>): Promise<void> {
    const device = this.scenario.devices.find((known) => known.deviceId === deviceId);
    await this.publish(DeviceRegistered, DeviceRegistered.schema.parse({ ...device, ...change }));
  }

  async registerCommunity(): Promise<void> {
    await this.publish(CommunityConfigured, { ...this.scenario.community, chain: CHAIN });
  }

  /** Numbers of each topic and key in the order of their first arrival, where one id or number stands for two events: an error. */
  sequences(): Map<string, number[]> {
    const lines = Map.groupBy(this.seen, ({ topic, key }) => `${topic}/${key}`);
    return new Map(
      [...lines].map(([line, records]): [string, number[]] => {
        const named = new Set(records.map(({ id, sequence }) => `${sequence} ${id}`));
        const [ids, numbers] = [new Set(records.map(({ id }) => id)), new Set(records.map(({ sequence }) => sequence))];
        if (named.size !== ids.size || named.size !== numbers.size)
          throw new TypeError(`${line}: ${[...named].join(', ')}`);
        return [line, [...numbers]];
      }),
    );
  }

  /** What the gateway says of itself. */
  async metrics(): Promise<string> {
    const answer = await fetch(`${this.gateway?.url}/metrics`);
    return answer.text();
  }

  private async deliver(records: readonly OutgoingRecord[]): Promise<void> {
    // A gateway that dies meanwhile takes the record when it is back: nobody waits for it here.
    void this.bus.publish(records).catch(() => undefined);
    await this.clock.runUntil(this.clock.now());
  }

  private async register(): Promise<void> {
    const { community, sites, devices } = this.scenario;
    // Meters before devices before sites: the order must not matter.
    for (const { deviceId, siteId, meterRole, ratedW } of devices) {
      await this.publish(MeterEnrolled, {
        meterId: deviceId,
        siteId,
        communityId: community.communityId,
        memberId: sites.find((site) => site.siteId === siteId)?.memberId ?? siteId,
        role: meterRole,
        publicKey: deriveKey(SEED, deviceId).publicKey,
        attestation: 'gatewaySoftware',
        enrolledAt: this.scenario.startsAt,
        maxIntervalWh: Math.ceil(ratedW / 4),
      });
    }
    for (const device of devices) await this.publish(DeviceRegistered, DeviceRegistered.schema.parse(device));
    for (const site of sites) {
      const endpoint = this.devices?.endpoints.get(site.siteId);
      if (endpoint === undefined) throw new TypeError(`no devices of ${site.siteId}`);
      await this.publish(SiteConfigured, SiteConfigured.schema.parse({ ...site, endpoint }));
    }
    if (!this.isCommunityLate) await this.registerCommunity();
  }
}

function keepSites(scenario: Scenario, siteIds: readonly string[]): void {
  const { headMeterId } = scenario.community;
  scenario.devices = scenario.devices.filter(
    ({ deviceId, siteId }) => siteIds.includes(siteId) || deviceId === headMeterId,
  );
  scenario.sites = scenario.sites.filter(({ siteId }) => scenario.devices.some((device) => device.siteId === siteId));
}
