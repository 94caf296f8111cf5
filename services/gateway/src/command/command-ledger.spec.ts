import type { CommandIssued, CommandProgressed } from '@wattmesh/events';
import { encodeCommand } from '@wattmesh/dispatcher/encode-command';
import { describe, expect, it } from 'vitest';
import { deriveKey } from '../signing/derive-key.ts';
import { signMessage } from '@wattmesh/dispatcher/sign-message';
import { advanceCommand, type CommandState, type CommandStep } from './advance-command.ts';
import { CommandLedger } from './command-ledger.ts';
import { judgeCommand } from './judge-command.ts';

const NOW = Date.parse('2026-07-06T12:00:00Z');
const KEY = deriveKey('dispatcher-seed', 'dispatcher');
const iso = (ms: number): string => new Date(ms).toISOString();

const aCommand = (over: Partial<CommandIssued> = {}): CommandIssued => {
  const command = {
    commandId: '00000000-0000-8000-8000-000000000001',
    deviceId: 'home-1-ess',
    siteId: 'home-1',
    issuedAt: iso(NOW),
    expiresAt: iso(NOW + 60_000),
    setpointW: 1_000,
    minW: 0,
    maxW: 2_000,
    reason: { code: 'price-arbitrage' as const, text: 'cheap now' },
    ...over,
  };
  return { ...command, signature: over.signature ?? signMessage(encodeCommand(command), KEY.secretKey) };
};

describe('stages of a command', () => {
  const accepted: CommandState = {
    commandId: 'c-1',
    deviceId: 'home-1-ess',
    setpointW: 1_000,
    minW: 0,
    maxW: 2_000,
    issuedAtMs: NOW,
    expiresAtMs: NOW + 60_000,
    stage: 'accepted',
  };
  const walk = (steps: CommandStep[]): string[] => {
    let state = accepted;
    return steps.flatMap((step) => {
      const next = advanceCommand(state, step);
      state = next.state;
      return next.news === undefined ? [] : [next.news.stage];
    });
  };
  const applied: CommandStep = { kind: 'applied', setpointW: 1_000 };
  const reached: CommandStep = { kind: 'measured', measuredW: 1_010, isReached: true };
  const missed: CommandStep = { kind: 'measured', measuredW: 0, isReached: false };

  it.each<[string, CommandStep[], string[]]>([
    [
      'a good life',
      [applied, reached, { kind: 'expired' }, { kind: 'reverted', setpointW: 0 }],
      ['applied', 'verified', 'reverted'],
    ],
    [
      'accepted by the register, without effect',
      [applied, missed, { kind: 'expired' }, { kind: 'reverted', setpointW: 0 }],
      ['applied', 'expired', 'reverted'],
    ],
    ['never reached the device', [{ kind: 'expired' }, { kind: 'reverted', setpointW: 0 }], ['expired']],
    [
      'repeated steps after a restart',
      [applied, applied, reached, reached, { kind: 'expired' }],
      ['applied', 'verified'],
    ],
    [
      'superseded before it was verified',
      [applied, { kind: 'superseded', byCommandId: 'c-2' }, reached, { kind: 'expired' }],
      ['applied', 'expired'],
    ],
    [
      'superseded after it was verified',
      [applied, reached, { kind: 'superseded', byCommandId: 'c-2' }, { kind: 'expired' }],
      ['applied', 'verified'],
    ],
    ['refused is final', [{ kind: 'refused', reason: 'no' }, applied, reached, { kind: 'expired' }], ['refused']],
  ])('%s', (_name, steps, stages) => {
    expect(walk(steps)).toEqual(stages);
  });
});

describe('a command before it moves a device', () => {
  const facts = {
    dispatcherKey: KEY.publicKey,
    siteId: 'home-1',
    nameplate: { minW: -5_000, maxW: 5_000 },
    nowMs: NOW,
    toleranceMs: 5_000,
  };

  it('is fine where the dispatcher signed it, it is in bounds and in time', () => {
    expect(judgeCommand(aCommand(), facts)).toBeUndefined();
  });

  it.each<[string, CommandIssued, RegExp]>([
    [
      'a foreign key',
      aCommand({ signature: signMessage(encodeCommand(aCommand()), deriveKey('x', 'y').secretKey) }),
      /not signed/,
    ],
    ['a changed set-point', { ...aCommand(), setpointW: 1_999 }, /not signed/],
    ['a changed reason', { ...aCommand(), reason: { code: 'idle', text: 'cheap now' } }, /not signed/],
    ['another site', aCommand({ siteId: 'home-2' }), /belongs to site/],
    ['empty bounds', aCommand({ minW: 3_000, maxW: 2_000 }), /empty/],
    ['a set-point outside its bounds', aCommand({ setpointW: 2_500 }), /outside its own bounds/],
    ['a set-point outside the nameplate', aCommand({ setpointW: 9_000, maxW: 9_000 }), /nameplate/],
    ['an expired command', aCommand({ expiresAt: iso(NOW) }), /expired/],
    ['a command from the future', aCommand({ issuedAt: iso(NOW + 60_000), expiresAt: iso(NOW + 90_000) }), /future/],
  ])('is refused for %s', (_name, command, objection) => {
    expect(judgeCommand(command, facts)).toMatch(objection);
  });

  it('is refused for a device that cannot be controlled', () => {
    expect(judgeCommand(aCommand(), { ...facts, nameplate: undefined })).toMatch(/cannot be controlled/);
  });
});

describe('ledger of commands', () => {
  const second = '00000000-0000-8000-8000-000000000002';
  const stages = (ledger: CommandLedger): string[] =>
    ledger
      .pending()
      .emissions.map(
        ({ payload }) =>
          `${(payload as CommandProgressed).commandId.slice(-1)} ${(payload as CommandProgressed).stage}`,
      );

  it('lets the newest command hold and ends the older one', () => {
    const ledger = new CommandLedger('home-1', { commands: [] });
    ledger.enter(aCommand(), undefined, NOW);
    ledger.enter(aCommand({ commandId: second, issuedAt: iso(NOW + 1_000) }), undefined, NOW + 1_000);
    expect(ledger.standing('home-1-ess', NOW + 2_000)?.commandId).toBe(second);
    expect(stages(ledger)).toEqual(['1 accepted', '1 expired', '2 accepted']);
  });

  it('refuses a command older than the one that holds', () => {
    const ledger = new CommandLedger('home-1', { commands: [] });
    ledger.enter(aCommand({ commandId: second, issuedAt: iso(NOW + 1_000) }), undefined, NOW + 1_000);
    ledger.enter(aCommand(), undefined, NOW + 1_000);
    expect(stages(ledger)).toEqual(['2 accepted', '1 refused']);
  });

  it('continues after a restart from what was kept, and forgets an hour after the expiry', () => {
    const before = new CommandLedger('home-1', { commands: [] });
    before.enter(aCommand(), undefined, NOW);
    before.step(aCommand().commandId, { kind: 'applied', setpointW: 1_000 }, NOW);
    const kept = Object.entries(before.pending().set).map(([key, value]): [string, CommandState] => [
      key.slice('command/'.length),
      value as CommandState,
    ]);
    const after = new CommandLedger('home-1', { commands: kept });
    after.expire(NOW + 60_000);
    after.revert('home-1-ess', { setpointW: 0 }, NOW + 60_000);
    expect(stages(after)).toEqual(['1 expired', '1 reverted']);
    expect(after.pending().set[`command/${aCommand().commandId}`]).toMatchObject({ stage: 'reverted' });
    after.expire(NOW + 60_000 + 3_600_000);
    expect(after.pending().set[`command/${aCommand().commandId}`]).toBeNull();
  });

  it('knows a repeat while it remembers, and takes whatever is older for one', () => {
    const ledger = new CommandLedger('home-1', { commands: [] });
    expect(ledger.isRepeat(aCommand(), NOW)).toBe(false);
    ledger.enter(aCommand(), undefined, NOW);
    for (const laterMs of [0, 60_000, 3_659_999, 3_660_000, 86_400_000]) {
      ledger.expire(NOW + laterMs);
      expect(ledger.isRepeat(aCommand(), NOW + laterMs)).toBe(true);
    }
  });

  it('answers a forgery once, by its content, and holds its name free for the true command', () => {
    const ledger = new CommandLedger('home-1', { commands: [] });
    const forged = { ...aCommand(), setpointW: 1_999 };
    ledger.refuse(forged, 'not signed', NOW);
    expect(ledger.isRepeat(forged, NOW)).toBe(true);
    expect(ledger.isRepeat(aCommand(), NOW)).toBe(false);
    const { emissions, set } = ledger.pending();
    const [[key, atMs] = ['', 0]] = Object.entries(set);
    const after = new CommandLedger('home-1', {
      commands: [],
      forgeries: [[key.slice('forgery/'.length), Number(atMs)]],
    });
    expect(after.isRepeat(forged, NOW)).toBe(true);
    after.enter(aCommand(), 'expired on arrival', NOW);
    expect(after.pending().emissions[0]?.name).not.toBe(emissions[0]?.name);
  });

  it('remembers so many forgeries and no more', () => {
    const ledger = new CommandLedger('home-1', { commands: [] });
    for (let index = 0; index < 600; index += 1) ledger.refuse({ ...aCommand(), setpointW: index }, 'not signed', NOW);
    const { set } = ledger.pending();
    expect(Object.values(set).filter((value) => value !== null)).toHaveLength(500);
    expect(ledger.isRepeat({ ...aCommand(), setpointW: 599 }, NOW)).toBe(true);
    expect(ledger.isRepeat({ ...aCommand(), setpointW: 0 }, NOW)).toBe(false);
  });

  it('hands over each piece of news once', () => {
    const ledger = new CommandLedger('home-1', { commands: [] });
    ledger.enter(aCommand(), undefined, NOW);
    const first = ledger.pending();
    ledger.step(aCommand().commandId, { kind: 'applied', setpointW: 1_000 }, NOW);
    first.keptAll();
    expect(stages(ledger)).toEqual(['1 applied']);
    expect(Object.keys(ledger.pending().set)).toHaveLength(1);
  });
});
