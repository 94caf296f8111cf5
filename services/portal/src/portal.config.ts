import { configOf } from '@wattmesh/platform';
import { z } from 'zod';

export class PortalConfig extends configOf(
  z.object({
    /** Bearer token that may register communities; without one nobody may. */
    PORTAL_REGISTRATION_TOKEN: z.string().min(16).optional(),
  }),
) {}
