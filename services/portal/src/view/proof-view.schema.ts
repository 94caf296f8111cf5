import { AccountRow, Address, Hash, Id, IntervalStart, Run, Trade } from '@wattmesh/events';
import { z } from 'zod';

/** Path of a member's proofs. */
export const ProofPath = z.object({ memberId: Id, intervalStart: IntervalStart, run: Run });
export type ProofPath = z.infer<typeof ProofPath>;

/** What a leaf is bound to; `hashLeaf` of the settlement takes it as it is. */
const LeafPlace = z.object({
  chainId: z.int(),
  settlement: Address,
  communityId: Id,
  interval: z.int(),
  run: z.int().nonnegative(),
  index: z.int().nonnegative(),
  salt: z.string(),
});

/** Published header of one run of the interval. */
const Header = z.looseObject({
  intervalStart: IntervalStart,
  run: Run,
  tradeCount: z.int().nonnegative(),
  leafCount: z.int().nonnegative(),
  sharedWh: z.int().nonnegative(),
  priceMicroPerKwh: z.int(),
  root: Hash,
  dataHash: Hash,
});

/** Everything a member needs to check its leaves against the chain alone. */
export const ProofView = z
  .looseObject({
    root: Hash,
    leafCount: z.int().nonnegative(),
    tradeCount: z.int().nonnegative(),
    /** State of the commit's transaction; absent while none is planned. */
    commit: z.string().optional(),
    history: z.array(Header),
    leaves: z.array(
      z.object({
        place: LeafPlace,
        leaf: z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('trade'), fields: Trade }),
          z.object({ kind: z.literal('account'), fields: AccountRow }),
        ]),
        hash: Hash,
        siblings: z.array(Hash),
      }),
    ),
  })
  .meta({ id: 'ProofView' });
export type ProofView = z.infer<typeof ProofView>;
