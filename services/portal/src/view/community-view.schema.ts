import { Address, Id, Instant, MemberRegistered } from '@wattmesh/events';
import { z } from 'zod';

/** A registered community, and the simulated time it lives in. */
export const CommunityView = z
  .object({
    communityId: Id,
    name: z.string(),
    /** IANA zone of its local days and tariff. */
    timeZone: z.string(),
    /** ISO 4217. */
    currency: z.string(),
    /** True where devices, chain or clock are simulated: pages must say so. */
    isSimulated: z.boolean(),
    /** Simulated now. */
    asOf: Instant,
    /** Simulated seconds that pass per second at this moment. */
    speed: z.number().positive(),
    settlementPeriodIntervals: z.int().positive(),
    supplierMemberId: Id,
    feeder: z.object({ limitImportW: z.number(), limitExportW: z.number() }),
    chain: z.object({
      chainId: z.int(),
      registry: Address,
      settlement: Address,
      token: Address,
      /** JSON-RPC address that a browser reaches; absent where none is offered. */
      rpcUrl: z.url().optional(),
    }),
    members: z.array(
      z.object({
        memberId: Id,
        name: z.string(),
        role: MemberRegistered.schema.shape.role,
        siteIds: z.array(Id),
      }),
    ),
    /** Sites behind the feeder; the feeder head is none. */
    sites: z.array(z.object({ siteId: Id, name: z.string(), memberId: Id })),
  })
  .meta({ id: 'CommunityView' });
export type CommunityView = z.infer<typeof CommunityView>;
