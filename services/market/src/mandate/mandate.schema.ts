import { MandateSigned } from '@wattmesh/events';
import type { z } from 'zod';

/** Body of POST /mandates: the terms and the wallet's EIP-712 signature; wallet and hash are derived here. */
export const SignMandate = MandateSigned.schema.omit({ wallet: true, mandateHash: true });
export type SignMandate = z.infer<typeof SignMandate>;
