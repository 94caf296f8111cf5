import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestChain } from '@wattmesh/contracts/test-chain';
import { RealEffects, type Effects } from '@wattmesh/platform';
import { StepClock } from '@wattmesh/platform/clock';
import { useChainProvider } from '@wattmesh/settlement/app';
import { loadProfiles, type Scenario } from '@wattmesh/simulator';
import { BrowserProvider, type Signer } from 'ethers';
import { Client } from 'pg';
import type { Drill } from '../drill/drills.ts';
import { Endings } from '../endings.ts';
import { reportRun } from '../run/finish-run.ts';
import { waitUntilReady } from '../run/run-loop.ts';
import { LiveCommunity } from '../stack/live-community.ts';
import { Stack } from '../stack/stack.ts';

const BLOCK_EVERY_S = 15;
let databases = 0;

async function ownDatabase(endings: Endings): Promise<string> {
  const admin = process.env['WATTMESH_TEST_DATABASE'];
  if (admin === undefined) throw new Error('the test run did not start PostgreSQL');
  const name = `scenario_${process.pid}_${++databases}`;
  const client = new Client({ connectionString: admin });
  await client.connect();
  await client.query(`create database ${name}`);
  endings.add(async () => {
    await client.query(`drop database ${name} with (force)`);
    await client.end();
  });
  const url = new URL(admin);
  url.pathname = `/${name}`;
  return url.href;
}

export interface StepOptions {
  readonly scenario: Scenario;
  readonly dataFolder?: string;
  readonly speed?: number;
  readonly drill?: Drill;
  readonly logLevel?: string;
  /** For scenarios with silent devices: each question to one waits this long by the wall. */
  readonly modbusTimeoutMs?: number;
}

interface OwnChain {
  readonly rpc: string;
  readonly chainId: number;
  readonly provider: BrowserProvider;
  readonly operator: Signer;
  readonly operatorKey: string;
}

/** An EVM inside this process, known to settlement by a name of its own. */
async function ownChain(endings: Endings, name: string): Promise<OwnChain> {
  const chain = await startTestChain();
  endings.add(() => chain.close());
  const rpc = `inprocess:${name}`;
  endings.add(useChainProvider(rpc, chain.provider));
  const provider = new BrowserProvider(chain.provider, chain.chainId, { cacheTimeout: -1 });
  endings.add(() => provider.destroy());
  const wallet = chain.walletAt(0);
  return { rpc, chainId: chain.chainId, provider, operator: wallet.connect(provider), operatorKey: wallet.privateKey };
}

function ownFolder(endings: Endings): string {
  const folder = mkdtempSync(join(tmpdir(), 'wattmesh-scenario-'));
  endings.add(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A whole community on a step clock, with a database of its own and an EVM inside this process. */
export class StepCommunity {
  stack!: Stack;
  readonly #endings = new Endings();
  #timerErrors: unknown[] = [];

  private constructor(
    readonly clock: StepClock,
    readonly community: LiveCommunity,
    readonly provider: BrowserProvider,
  ) {}

  static async start(options: StepOptions): Promise<StepCommunity> {
    const endings = new Endings();
    try {
      const folder = ownFolder(endings);
      const databaseUrl = await ownDatabase(endings);
      const { provider, rpc, operatorKey, ...chain } = await ownChain(endings, folder);
      const timerErrors: unknown[] = [];
      const simMs = Date.parse(options.scenario.startsAt);
      const clock = new StepClock({
        simMs,
        speed: options.speed ?? 300,
        onError: (_name, error) => void timerErrors.push(error),
      });
      endings.add(() => clock.stop());
      const logLevel = options.logLevel ?? 'silent';
      const community = await LiveCommunity.prepare({
        ...chain,
        scenario: options.scenario,
        profiles: loadProfiles(options.scenario, options.dataFolder),
        clock,
        settle: () => clock.runUntil(clock.now()),
        places: {
          folder,
          databaseUrl,
          chainRpc: rpc,
          operatorKey,
          registrationToken: 'a-token-for-this-test-alone',
          isStepped: true,
          logLevel,
          ...(options.modbusTimeoutMs === undefined ? {} : { modbusTimeoutMs: options.modbusTimeoutMs }),
        },
        portalPort: 0,
        firstDevicePort: 0,
        ...(options.drill === undefined ? {} : { drill: options.drill }),
      });
      endings.add(() => community.stop());
      clock.every({ name: 'chain', periodS: BLOCK_EVERY_S }, async () => void (await provider.send('evm_mine', [])));
      const run = new StepCommunity(clock, community, provider);
      run.#endings.add(() => endings.run());
      run.#timerErrors = timerErrors;
      return run;
    } catch (error) {
      await endings.run();
      throw error;
    }
  }

  /** Starts the services from what is durable; a crash of them is told to `onCrash`. */
  async startServices(life: { effects?: Effects; onCrash?: (error: Error) => void } = {}): Promise<void> {
    this.stack = await this.community.startServices({
      effects: life.effects ?? new RealEffects(),
      ...(life.onCrash ? { onCrash: life.onCrash } : {}),
    });
  }

  async enrol(): Promise<void> {
    await this.community.enrol(this.stack);
  }

  /** Waits until every service says that it is ready; time stands still meanwhile. */
  async waitUntilReady(): Promise<void> {
    const isReady = await waitUntilReady(this.stack, {
      withinMs: 120_000,
      signal: new AbortController().signal,
      onWait: () => undefined,
    });
    if (!isReady) throw new Error(`not ready: ${(await this.stack.notReady()).join(', ')}`);
    await this.run(0);
  }

  /** Lets simulated time pass. A timer that failed fails the test, but for those of services that were killed. */
  async run(minutes: number): Promise<void> {
    await this.clock.runUntil(this.clock.now() + minutes * 60_000);
    const [first] = this.#timerErrors
      .splice(0)
      .filter((error) => !(error instanceof Error && error.constructor.name === 'ServiceKilledError'));
    if (first !== undefined) throw first;
  }

  async report() {
    return reportRun(this.community, this.stack.eventLog, { lagP99Ms: this.stack.lagP99Ms(), clock: 'step' });
  }

  async stop(): Promise<void> {
    await this.stack?.stop().catch(() => undefined);
    await this.#endings.run();
  }
}
