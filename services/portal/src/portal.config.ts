import { configOf } from '@wattmesh/platform';
import { z } from 'zod';

const HttpUrl = z.url({ protocol: /^https?$/ });

/** `name=url`, with commas between them. */
const Services = z.string().transform((list, context) => {
  const services = list
    .split(',')
    .filter((entry) => entry.trim() !== '')
    .map((entry) => {
      const [name = '', ...url] = entry.trim().split('=');
      return { name, url: url.join('=') };
    });
  if (services.every(({ name, url }) => name !== '' && HttpUrl.safeParse(url).success)) return services;
  context.issues.push({ code: 'custom', input: list, message: 'give NAME=URL, or several with commas' });
  return z.NEVER;
});

export class PortalConfig extends configOf(
  z.object({
    /** Bearer token that may register communities; without one nobody may. */
    PORTAL_REGISTRATION_TOKEN: z.string().min(16).optional(),
    /** Services whose health the portal shows; without it only its own. */
    PORTAL_SERVICES: Services.optional(),
    /** Address of the settlement, whose proofs the portal hands on. */
    PORTAL_SETTLEMENT_URL: HttpUrl.optional(),
    /** JSON-RPC address of the chain as a browser reaches it. */
    PORTAL_CHAIN_RPC: HttpUrl.optional(),
    /** `true` where devices, chain or clock are simulated: pages say so. */
    PORTAL_IS_SIMULATED: z.enum(['true', 'false']).default('false'),
    /** Folder of the dashboard's built files; without it services/dashboard/dist. */
    PORTAL_DASHBOARD: z.string().optional(),
  }),
) {}
