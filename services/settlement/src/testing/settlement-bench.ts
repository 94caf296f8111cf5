import type { INestApplication } from '@nestjs/common';
import type { Deployment } from '@wattmesh/contracts';
import { startTestChain, type TestChain } from '@wattmesh/contracts/test-chain';
import {
  BatchConfirmed,
  CommunityConfigured,
  IntervalSettled,
  MandateSigned,
  type EventDefinition,
  type PayloadOf,
} from '@wattmesh/events';
import {
  createService,
  MemberBus,
  MemoryArchive,
  MemoryBus,
  Metrics,
  RealEffects,
  startService,
  StepClock,
  type Bus,
  type Effects,
  type RunningService,
} from '@wattmesh/platform';
import { freshDatabase, type FreshDatabase } from '@wattmesh/platform/database';
import { Client, type QueryResultRow } from 'pg';
import { AppModule } from '../app.module.ts';
import { useChainProvider, type ChainProvider } from '../chain/chain.link.ts';
import { community, recordsOf, signedMandates, START } from './a-village.ts';
import { balancesOf, commitsOf, deployVillage } from './village-contracts.ts';

/** How an instance lives. */
export interface Life {
  effects?: Effects;
  onCrash?: () => void;
  env?: Record<string, string>;
}

/** Settlement on a chain in this process, a step clock and a memory bus; each test begins with `begin` and ends with `end`. */
export class SettlementBench {
  clock!: StepClock;
  bus!: MemoryBus;
  service!: RunningService;
  metrics!: Metrics;
  settled: IntervalSettled[] = [];
  confirmed: BatchConfirmed[] = [];
  /** Codes of what the clock's loops threw. */
  alarms: string[] = [];
  /** Calls that the chain sees; a spec may stand in between. */
  intercept!: ChainProvider['request'];
  contracts: Deployment;
  /** Every instance that was started, in order. */
  readonly #services: RunningService[] = [];
  #snapshot: unknown;
  #forget: () => void = () => undefined;

  private constructor(
    readonly chain: TestChain,
    private readonly deployed: Deployment,
    private readonly database: FreshDatabase,
  ) {
    this.contracts = deployed;
  }

  static async open(serverUrl: string | undefined, name: string): Promise<SettlementBench> {
    const database = await freshDatabase(serverUrl, name);
    const chain = await startTestChain();
    return new SettlementBench(chain, await deployVillage(chain, 0), database);
  }

  async close(): Promise<void> {
    await this.chain.close();
    await this.database.drop();
  }

  async begin(): Promise<void> {
    this.#snapshot = await this.chain.provider.request({ method: 'evm_snapshot', params: [] });
    this.contracts = this.deployed;
    await this.query('drop schema if exists settlement cascade');
    this.intercept = (call) => this.chain.provider.request(call);
    this.#forget = useChainProvider('inprocess:spec', { request: (call) => this.intercept(call) });
    [this.settled, this.confirmed, this.alarms] = [[], [], []];
    const onError = (_: string, error: unknown): void =>
      void this.alarms.push((error as { code?: string }).code ?? String(error));
    this.clock = new StepClock({ simMs: START, speed: 1, onError });
    this.bus = new MemoryBus({ clock: this.clock, archive: new MemoryArchive() });
    await this.#read('spec-settled', IntervalSettled, this.settled);
    await this.#read('spec-confirmed', BatchConfirmed, this.confirmed);
    await this.bus.start();
  }

  async end(): Promise<void> {
    for (const service of this.#services.splice(0)) await service.stop();
    await this.bus.stop();
    this.clock.stop();
    this.#forget();
    await this.chain.provider.request({ method: 'evm_revert', params: [this.#snapshot] });
  }

  async start(life: Life = {}): Promise<void> {
    await this.#startOne(this.bus, life);
  }

  /** Two instances, which share the group's records out between them. */
  startTwo(): Promise<INestApplication[]> {
    return Promise.all(MemberBus.around(this.bus, 2).map((bus) => this.#startOne(bus, {})));
  }

  async #startOne(bus: Bus, life: Life): Promise<INestApplication> {
    this.metrics = new Metrics('settlement');
    const app = await createService(AppModule, {
      name: 'settlement',
      bus,
      clock: this.clock,
      metrics: this.metrics,
      effects: life.effects ?? new RealEffects(),
      databaseUrl: this.database.url,
      onCrash: life.onCrash ?? (() => undefined),
      env: {
        LOG_LEVEL: 'silent',
        SETTLEMENT_CHAIN_RPC: 'inprocess:spec',
        SETTLEMENT_OPERATOR_KEY: this.chain.walletAt(0).privateKey,
        SETTLEMENT_SALT_SEED: 'a seed for the salts of the spec',
        SETTLEMENT_CONFIRMATIONS: '1',
        ...life.env,
      },
    });
    this.service = await startService(app);
    this.#services.push(this.service);
    return app;
  }

  async publish<E extends EventDefinition>(event: E, ...payloads: PayloadOf<E>[]): Promise<void> {
    const delivered = this.bus.publish(recordsOf(event, ...payloads));
    await this.wait(0);
    await delivered;
    await this.wait(0);
  }

  async publishRegistry(): Promise<void> {
    await this.publish(CommunityConfigured, this.community());
    await this.publish(MandateSigned, ...signedMandates());
  }

  community(): CommunityConfigured {
    return community({ chainId: this.chain.chainId, ...this.contracts });
  }

  wait(seconds: number): Promise<void> {
    return this.clock.runUntil(this.clock.now() + seconds * 1000);
  }

  async get<T>(path: string): Promise<T> {
    return (await (await fetch(`${this.service.url}${path}`)).json()) as T;
  }

  balances(): Promise<number[]> {
    return balancesOf(this.chain, this.contracts);
  }

  commitsOnChain(): Promise<string[]> {
    return commitsOf(this.chain, this.contracts);
  }

  async query<R extends QueryResultRow>(sql: string): Promise<R[]> {
    const client = new Client({ connectionString: this.database.url });
    await client.connect();
    try {
      return (await client.query<R>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  #read(group: string, event: EventDefinition, into: unknown[]): Promise<void> {
    return this.bus.subscribe(group, [event.topic], (batch) =>
      Promise.resolve(void into.push(...batch.map((record) => JSON.parse(record.value) as unknown))),
    );
  }
}
