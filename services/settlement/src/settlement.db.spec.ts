import { settlementAbi, type Deployment } from '@wattmesh/contracts';
import { startTestChain, type TestChain } from '@wattmesh/contracts/test-chain';
import {
  BatchConfirmed,
  CommunityConfigured,
  IntervalCleared,
  IntervalSettled,
  MandateSigned,
  type EventDefinition,
  type PayloadOf,
} from '@wattmesh/events';
import {
  createService,
  MemoryArchive,
  MemoryBus,
  RealEffects,
  startService,
  StepClock,
  type Effects,
  type RunningService,
} from '@wattmesh/platform';
import { Contract } from 'ethers';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppModule } from './app.module.ts';
import { useChainProvider } from './chain/chain.link.ts';
import type { MemberProofs } from './proof/proof.service.ts';
import type { Statement } from './statement/list-lines.ts';
import { at, clearedRun, community, period, recordsOf, signedMandates, START, walletOf } from './testing/a-village.ts';
import { CrashingEffects } from './testing/crashing-effects.ts';
import { areProven, balancesOf, commitsOf, deployVillage } from './testing/village-contracts.ts';

let chain: TestChain;
let contracts: Deployment;
let forget: () => void;
/** Calls that the chain sees; a spec may stand in between. */
let intercept: (call: { method: string; params?: unknown[] }) => Promise<unknown>;
let clock: StepClock;
let bus: MemoryBus;
let service: RunningService;
let databaseUrl: string;
let settled: IntervalSettled[];
let confirmed: BatchConfirmed[];
let alarms: string[];
async function startSettlement(
  effects: Effects = new RealEffects(),
  onCrash: () => void = () => undefined,
  env: Record<string, string> = {},
): Promise<void> {
  const app = await createService(AppModule, {
    name: 'settlement',
    bus,
    clock,
    effects,
    databaseUrl,
    onCrash,
    env: {
      LOG_LEVEL: 'silent',
      SETTLEMENT_CHAIN_RPC: 'inprocess:spec',
      SETTLEMENT_OPERATOR_KEY: chain.walletAt(0).privateKey,
      SETTLEMENT_SALT_SEED: 'a seed for the salts of the spec',
      SETTLEMENT_CONFIRMATIONS: '1',
      ...env,
    },
  });
  service = await startService(app);
}

async function publish<E extends EventDefinition>(event: E, ...payloads: PayloadOf<E>[]): Promise<void> {
  const delivered = bus.publish(recordsOf(event, ...payloads));
  await wait(0);
  await delivered;
  await wait(0);
}
const get = async <T>(path: string): Promise<T> => (await (await fetch(`${service.url}${path}`)).json()) as T;
const wait = (seconds: number): Promise<void> => clock.runUntil(clock.now() + seconds * 1000);

let snapshot: unknown;
let admin: Client;

beforeAll(async () => {
  admin = new Client({ connectionString: process.env['WATTMESH_TEST_DATABASE'] });
  await admin.connect();
  await admin.query('drop database if exists settlement_spec with (force)');
  await admin.query('create database settlement_spec');
  await admin.end();
  databaseUrl = new URL('/settlement_spec', process.env['WATTMESH_TEST_DATABASE']).href;
  admin = new Client({ connectionString: databaseUrl });
  await admin.connect();
  chain = await startTestChain();
  contracts = await deployVillage(chain, 0);
});
afterAll(async () => {
  await chain.close();
  await admin.end();
});

beforeEach(async () => {
  snapshot = await chain.provider.request({ method: 'evm_snapshot', params: [] });
  await admin.query('drop schema if exists settlement cascade');
  intercept = (call) => chain.provider.request(call);
  forget = useChainProvider('inprocess:spec', { request: (call) => intercept(call) });
  [settled, confirmed, alarms] = [[], [], []];
  clock = new StepClock({
    simMs: START,
    speed: 1,
    onError: (_, error) => alarms.push((error as { code?: string }).code ?? String(error)),
  });
  bus = new MemoryBus({ clock, archive: new MemoryArchive() });
  const read =
    <T>(into: T[]) =>
    (batch: readonly { value: string }[]) =>
      Promise.resolve(void into.push(...batch.map((record) => JSON.parse(record.value) as T)));
  await bus.subscribe('spec-settled', [IntervalSettled.topic], read(settled));
  await bus.subscribe('spec-confirmed', [BatchConfirmed.topic], read(confirmed));
  await bus.start();
});

afterEach(async () => {
  await service.stop();
  await bus.stop();
  clock.stop();
  forget();
  await chain.provider.request({ method: 'evm_revert', params: [snapshot] });
});

const balances = (): Promise<number[]> => balancesOf(chain, contracts);
const commitsOnChain = (): Promise<string[]> => commitsOf(chain, contracts);
const chainTerms = () => ({ chainId: chain.chainId, ...contracts });
async function registry(): Promise<void> {
  await publish(CommunityConfigured, community(chainTerms()));
  await publish(MandateSigned, ...signedMandates());
}

describe('settlement', () => {
  it('books each run once, commits it once and moves a period in one execution', async () => {
    await startSettlement();
    await registry();
    await publish(IntervalCleared, ...period(0));
    await publish(IntervalCleared, clearedRun(0, 'final'));
    expect(settled.map((each) => [each.run, each.rows.length, each.debitsMicro - each.creditsMicro])).toEqual([
      ['preliminary', 4, 0],
      ['preliminary', 4, 0],
      ['final', 0, 0],
      ['final', 0, 0],
    ]);
    await wait(60);
    expect(alarms).toEqual([]);
    expect(await commitsOnChain()).toEqual(['0 0', '0 1', '1 0', '1 1']);
    expect(await balances()).toEqual([2_300_000, 1_660_000, 2_040_000, 2_000_000]);
    expect(
      confirmed.filter((batch) => batch.finality === 'final').map((batch) => `${batch.kind} ${batch.run ?? ''}`),
    ).toEqual(['commit preliminary', 'commit preliminary', 'commit final', 'commit final', 'execute ']);
  });

  it('waits for community and mandates that come later than the interval, and books in order', async () => {
    await startSettlement();
    await publish(IntervalCleared, ...period(0));
    await publish(CommunityConfigured, community(chainTerms()));
    expect(settled).toEqual([]);
    await publish(MandateSigned, ...signedMandates());
    expect(settled.map((each) => each.run)).toEqual(['preliminary', 'preliminary', 'final', 'final']);
    expect(settled[0]!.rows.every((row) => row.receivableMicro === 0)).toBe(true);
  });

  it('M5 C14 moves what a correction changes with the next period, and shows all of it in the statement', async () => {
    await startSettlement();
    await registry();
    await publish(IntervalCleared, ...period(0));
    await wait(30);
    await publish(
      IntervalCleared,
      clearedRun(0, 'correction-1', { priceMicro: 160_000, supplyMicro: 290_000 }),
      ...period(2),
    );
    expect(settled[4]!.rows.map((row) => row.memberId)).toEqual(['home-1', 'home-2', 'supplier']);
    await wait(60);
    expect(alarms).toEqual([]);
    expect(await balances()).toEqual([2_610_000, 1_310_000, 2_080_000, 2_000_000]);
    const statement = await get<Statement>('/statements/home-2');
    expect(statement).toMatchObject({ neighboursMicro: 690_000, supplyMicro: 1_190_000, totalMicro: 1_880_000 });
    const parts = await Promise.all(
      [`to=${at(1)}`, `from=${at(1)}`].map((range) => get<Statement>(`/statements/home-2?${range}`)),
    );
    expect(parts[0]!.totalMicro + parts[1]!.totalMicro).toBe(statement.totalMicro);
  });

  it('M3 M7 keeps what passes a mandate or a balance off the chain and pays the seller all the same', async () => {
    await startSettlement();
    await registry();
    await publish(IntervalCleared, ...period(0, 700_000));
    await wait(60);
    expect(alarms).toEqual([]);
    expect(await balances()).toEqual([3_400_000, 1_000_000, 2_000_000 + 40_000 - 440_000, 2_000_000]);
    expect((await get<Statement>('/statements/home-2')).receivableMicro).toBe(440_000);
  });

  it('proves a payment to the member it belongs to', async () => {
    await startSettlement();
    await registry();
    await publish(IntervalCleared, ...period(0));
    await wait(60);
    const proofs = await get<MemberProofs>(`/proofs/${at(0)}/final/home-2`);
    expect(proofs.leaves.map(({ leaf }) => leaf.kind)).toEqual(['trade', 'account']);
    expect(proofs.commit).toBe('final');
    expect(await areProven(chain, contracts, proofs)).toBe(true);
    expect(await get(`/proofs/${at(0)}/final/home-9`)).toMatchObject({ code: 'SETTLEMENT_PROOF_NOT_FOUND' });
  });

  it('C24 waits while the node is away and skips nothing', async () => {
    await startSettlement();
    await registry();
    const online = intercept;
    intercept = () => Promise.reject(new Error('connection refused'));
    await publish(IntervalCleared, ...period(0));
    await wait(60);
    expect(new Set(alarms)).toEqual(new Set(['SETTLEMENT_CHAIN_REFUSED']));
    intercept = online;
    await wait(60);
    expect(await commitsOnChain()).toEqual(['0 0', '0 1', '1 0', '1 1']);
  });

  it('C24 raises the fees of a stuck transaction under the same nonce and commits it once', async () => {
    await startSettlement(undefined, undefined, { SETTLEMENT_CONFIRMATIONS: '2' });
    await registry();
    const sent: string[] = [];
    const online = intercept;
    intercept = (call) => {
      if (call.method !== 'eth_sendRawTransaction') return online(call);
      sent.push(call.params![0] as string);
      return sent.length < 15 ? Promise.resolve('0x') : online(call);
    };
    await publish(IntervalCleared, clearedRun(0, 'preliminary'));
    await wait(300);
    expect(new Set(sent).size).toBe(2);
    expect(await commitsOnChain()).toEqual(['0 0']);
    expect(confirmed.map((batch) => batch.finality)).toEqual(['soft']);
    await online({ method: 'evm_mine', params: [] });
    await wait(15);
    expect(confirmed.map((batch) => batch.finality)).toEqual(['soft', 'final']);
  });

  it('C24 sends again what a reorganisation threw out', async () => {
    await startSettlement(undefined, undefined, { SETTLEMENT_CONFIRMATIONS: '3' });
    await registry();
    const before = await intercept({ method: 'evm_snapshot', params: [] });
    await publish(IntervalCleared, clearedRun(0, 'preliminary'));
    await wait(30);
    await intercept({ method: 'evm_revert', params: [before] });
    expect(await commitsOnChain()).toEqual([]);
    await wait(30);
    expect(await commitsOnChain()).toEqual(['0 0']);
    expect(confirmed.map((batch) => batch.finality)).toEqual(['soft']);
  });

  it('C24 alarms where somebody else used its nonce', async () => {
    await startSettlement();
    await registry();
    const online = intercept;
    intercept = (call) => (call.method === 'eth_sendRawTransaction' ? Promise.resolve('0x') : online(call));
    await publish(IntervalCleared, clearedRun(0, 'preliminary'));
    await wait(15);
    await (await chain.walletAt(0).sendTransaction({ to: walletOf('home-1').address, value: 1 })).wait();
    await wait(15);
    expect(alarms).toContain('SETTLEMENT_FOREIGN_TRANSACTION');
  });

  it('C25 takes back a period that an exit made impossible, and pays it with what is left', async () => {
    const usual = contracts;
    contracts = await deployVillage(chain, 2);
    await startSettlement();
    await registry();
    await publish(IntervalCleared, ...period(0));
    await wait(60);
    const settlement = new Contract(contracts.settlement, settlementAbi, chain.ethers);
    const leaver = walletOf('home-2').connect(chain.ethers);
    await (await chain.walletAt(0).sendTransaction({ to: leaver.address, value: 10n ** 18n })).wait();
    await (await (settlement.connect(leaver) as Contract).getFunction('requestExit')(1, 1_900_000)).wait();
    await publish(IntervalCleared, ...period(2), ...period(4));
    await wait(120);
    expect(alarms).toEqual([]);
    expect(await balances()).toEqual([2_600_000, 0, 2_000_000 + 80_000 - 580_000, 2_000_000]);
    contracts = usual;
  });

  it('M2 settles each run exactly once whichever effects a crash falls between', async () => {
    const lives = { count: 0, isDead: true };
    const revive = async (): Promise<void> => {
      lives.count += 1;
      lives.isDead = false;
      const die = (): void => void (lives.isDead = true);
      await startSettlement(new CrashingEffects(3, lives.count % 2 === 0), die).catch(die);
    };
    await revive();
    const delivered = [
      bus.publish([
        ...recordsOf(CommunityConfigured, community(chainTerms())),
        ...recordsOf(MandateSigned, ...signedMandates()),
      ]),
      bus.publish(recordsOf(IntervalCleared, ...period(0))),
    ];
    for (let quiet = 0; quiet < 3 && lives.count < 60; quiet += 1) {
      await wait(15);
      if (lives.isDead) [quiet] = [0, await revive()];
    }
    await Promise.all(delivered);
    expect(lives.count).toBeGreaterThan(5);
    expect(await commitsOnChain()).toEqual(['0 0', '0 1', '1 0', '1 1']);
    expect(await balances()).toEqual([2_300_000, 1_660_000, 2_040_000, 2_000_000]);
    expect(new Set(settled.map((each) => `${each.run} ${each.intervalStart}`)).size).toBe(4);
  });
});
