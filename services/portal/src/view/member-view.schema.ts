import { Address, Id, MandateSigned, MemberRegistered } from '@wattmesh/events';
import { z } from 'zod';

/** A member and the terms it signed. */
export const MemberView = z
  .object({
    memberId: Id,
    name: z.string(),
    communityId: Id,
    role: MemberRegistered.schema.shape.role,
    wallet: Address,
    siteIds: z.array(Id),
    /** The newest; absent where none is signed: the member then does not trade. */
    mandate: MandateSigned.schema
      .pick({
        priceFloorMicroPerKwh: true,
        priceCeilingMicroPerKwh: true,
        capMicroPerPeriod: true,
        expiresAt: true,
        mandateHash: true,
      })
      .optional(),
  })
  .meta({ id: 'MemberView' });
export type MemberView = z.infer<typeof MemberView>;
