import { IntervalMetered, MandateSigned, MemberRegistered, type LedgerRow } from '@wattmesh/events';
import { describe, expect, it } from 'vitest';
import { audit } from './audit.ts';
import { invariantsOf, moveOnChain, settledOf } from './testing/change-village.ts';
import { Village, type Lies } from './testing/honest-village.ts';
import { at, mandateOf, meteringOf } from './testing/village-terms.ts';
import type { Invariant } from './violation.ts';

/** Lies that all which follows is computed from: no sum and no hash gives them away. */
const LIES: [string, Invariant, Lies][] = [
  [
    'a meter counted twice',
    'M5',
    {
      choose: ({ meterings, used }) => ({ meterings: [...meterings, meterings[1]!], used: [...used, used[1]!] }),
    },
  ],
  [
    'a meter left out',
    'M5',
    {
      choose: ({ meterings, used }) => ({ meterings: meterings.slice(0, -1), used: used.slice(0, -1) }),
    },
  ],
  [
    'a head meter silenced',
    'M5',
    {
      choose: ({ meterings, used }) => ({
        meterings: meterings.map((each) => (each.role === 'head' ? { ...each, importWh: 0, exportWh: 200 } : each)),
        used: used.map((each) =>
          each.meterId === 'head-meter' ? { ...each, hash: `0x${'0'.repeat(64)}`, isSubstituted: true } : each,
        ),
      }),
    },
  ],
  [
    'a home held at nothing though its data came',
    'M5',
    {
      choose: ({ meterings, used }) => ({
        meterings: meterings.map((each) =>
          each.siteId === 'home-2' ? { ...each, importWh: 0, isSubstituted: true } : each,
        ),
        used: used.map((each) =>
          each.meterId === 'home-2-meter' ? { ...each, hash: `0x${'0'.repeat(64)}`, isSubstituted: true } : each,
        ),
      }),
    },
  ],
  ['an interval skipped', 'M2', { skip: (quarter) => quarter === 4 }],
  ['the first interval skipped', 'M2', { skip: (quarter) => quarter === 0 }],
  [
    'money paid to a member as a receivable',
    'M3',
    {
      book: (rows, { quarter, run }) =>
        quarter === 2 && run === 'preliminary'
          ? rows.map((row) => (row.memberId === 'home-3' ? { ...row, receivableMicro: row.tradeMicro + 500 } : row))
          : rows,
    },
  ],
  [
    'a debit above the cap without a receivable',
    'M3',
    {
      book: (rows) => rows.map((row) => ({ ...row, receivableMicro: 0 })),
    },
  ],
];

const renew = async (village: Village): Promise<void> =>
  village.log(MandateSigned, await mandateOf('home-2', { nonce: 2, capMicroPerPeriod: 9_000_000 }), at(6, 100));

/** What an honest log may hold besides; none of it breaks a promise. */
const LATER: [string, (village: Village) => Promise<void> | void][] = [
  ['a mandate signed later for more', renew],
  [
    'a member that came later',
    (v) => {
      const { payload } = v.of(MemberRegistered)[0]!;
      v.log(MemberRegistered, { ...payload, memberId: 'home-9', name: 'home-9' }, at(6, 100));
    },
  ],
  [
    'a metering that came just now',
    (v) => v.log(IntervalMetered, meteringOf('home-3', 5, { run: 'final' }), at(6, 100)),
  ],
  [
    'a metering under a key of its own making',
    (v) => {
      const forged = { ...meteringOf('home-3', 0, { run: 'final' }), signature: `0x${'1'.repeat(128)}` };
      v.drafts.splice(30, 0, {
        topic: IntervalMetered.topic,
        id: 'forged',
        timeMs: Date.parse(at(1)),
        payload: forged,
      });
    },
  ],
  ['a debit that the supplier advances', (v) => moveOnChain(v, { to: 'home-2', from: 'supplier', micro: 5n })],
];

describe('audit', () => {
  it('finds nothing in an honest village with a late metering, a correction, a withdrawal and a receivable', async () => {
    const village = await Village.build();
    expect(audit(village.history(), village.chain)).toEqual([]);
    expect(settledOf(village, 0, 'correction-1').rows).toHaveLength(4);
    expect(settledOf(village, 3).rows.some((row: LedgerRow) => row.receivableMicro > 0)).toBe(true);
  });

  it.each(LATER)('finds nothing in an honest village with %s', async (_, act) => {
    const village = await Village.build();
    await act(village);
    expect(audit(village.history(), village.chain)).toEqual([]);
  });

  it('M3 lets no mandate signed later cover a debit booked before', async () => {
    const village = await Village.build({ book: (rows) => rows.map((row) => ({ ...row, receivableMicro: 0 })) });
    await renew(village);
    expect(invariantsOf(village)).toContain('M3');
  });

  it.each(LIES)('%s, all else consistent: names %s', async (_, invariant, lies) => {
    expect(invariantsOf(await Village.build(lies))).toContain(invariant);
  });
});
