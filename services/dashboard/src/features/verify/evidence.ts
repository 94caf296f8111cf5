import type { ProofView } from '@wattmesh/portal/views';

/** A member's proofs of one interval and run, as the portal passes them on. */
export type MemberProofs = ProofView;
/** A leaf of a member with its place in the tree and the hashes beside its path, from the leaf up. */
export type ProvenLeaf = ProofView['leaves'][number];

/** A leaf that a line rests on, with the proofs of the run whose tree it stands in. */
export interface Evidence {
  readonly run: string;
  readonly proofs: MemberProofs;
  readonly leaf: ProvenLeaf;
  /** Absent for the line's own leaf. */
  readonly of?: 'account' | 'before';
}

export const labelOf = ({ of }: Evidence): { of?: 'account' | 'before' } => (of === undefined ? {} : { of });
