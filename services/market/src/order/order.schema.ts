import { OrderPlaced } from '@wattmesh/events';
import type { z } from 'zod';

/** Body of POST /orders: a standing order with its wallet's EIP-712 signature. */
export const PlaceOrder = OrderPlaced.schema;
export type PlaceOrder = z.infer<typeof PlaceOrder>;
