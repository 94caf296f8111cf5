import { configOf } from '@wattmesh/platform';
import { z } from 'zod';

const GWEI = 1_000_000_000;

export class SettlementConfig extends configOf(
  z.object({
    /** JSON-RPC address, or a name given to `useChainProvider`. */
    SETTLEMENT_CHAIN_RPC: z.string().min(1).default('http://127.0.0.1:8545'),
    SETTLEMENT_OPERATOR_KEY: z.string().regex(/^0x[0-9a-fA-F]{64}$/, 'a private key: 0x and 64 hex digits'),
    SETTLEMENT_SALT_SEED: z.string().min(16, 'a secret of at least 16 characters'),
    /** Blocks, its own included, after which a transaction counts as final. */
    SETTLEMENT_CONFIRMATIONS: z.coerce.number().int().positive().default(2),
    SETTLEMENT_MAX_FEE_WEI: z.coerce
      .number()
      .int()
      .positive()
      .default(20 * GWEI),
    SETTLEMENT_PRIORITY_FEE_WEI: z.coerce.number().int().nonnegative().default(GWEI),
    /** Most that fee bumps may raise the fees to, as a multiple. */
    SETTLEMENT_FEE_CAP_FACTOR: z.coerce.number().min(1).default(5),
    SETTLEMENT_BUMP_AFTER_S: z.coerce.number().positive().default(120),
    SETTLEMENT_CHAIN_PERIOD_S: z.coerce.number().positive().default(15),
  }),
) {}
