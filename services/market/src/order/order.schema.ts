import { Hex, OrderPlaced } from '@wattmesh/events';
import type { z } from 'zod';

/** Body of POST /orders: a standing order and its wallet's EIP-712 signature. */
export const PlaceOrder = OrderPlaced.schema.extend({ signature: Hex });
export type PlaceOrder = z.infer<typeof PlaceOrder>;
