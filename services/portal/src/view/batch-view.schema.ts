import { BatchConfirmed } from '@wattmesh/events';
import type { z } from 'zod';

/** A transaction on chain: of an interval's root, or of a settlement period's netted amounts. */
export const BatchView = BatchConfirmed.schema.omit({ communityId: true }).meta({ id: 'BatchView' });
export type BatchView = z.infer<typeof BatchView>;
