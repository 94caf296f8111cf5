import { Id, IntervalStart, Run } from '@wattmesh/events';
import { z } from 'zod';

/** Path of GET /proofs/:interval/:run/:memberId. */
export const ProofPath = z.object({ interval: IntervalStart, run: Run, memberId: Id });
export type ProofPath = z.infer<typeof ProofPath>;
