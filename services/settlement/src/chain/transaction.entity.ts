import { BIG_INTEGER, INSTANT } from '@wattmesh/platform/database';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a transaction is for; enough to publish and to take back what it planned. */
export type TransactionPurpose =
  | { readonly kind: 'commit'; readonly runs: readonly { intervalStart: string; runNumber: number; run: string }[] }
  | { readonly kind: 'open' | 'execute' | 'revoke'; readonly periodStart: string };

/** One nonce of the operator's key and what it was used for, planned and signed in one database transaction. */
@Entity('chain_transaction')
export class TransactionEntity {
  @PrimaryColumn({ ...BIG_INTEGER })
  nonce!: number;

  @Column({ name: 'community_id', type: 'text' })
  communityId!: string;

  @Column({ type: 'jsonb' })
  purpose!: TransactionPurpose;

  @Column({ name: 'to_address', type: 'text' })
  toAddress!: string;

  @Column({ type: 'text' })
  calldata!: string;

  @Column({ ...BIG_INTEGER, name: 'chain_id' })
  chainId!: number;

  @Column({ ...BIG_INTEGER, name: 'gas_limit' })
  gasLimit!: number;

  /** `signed`: to be sent until it is mined; `mined`: seen in a block; `final` or `reverted`: done. */
  @Column({ type: 'text' })
  status!: 'signed' | 'mined' | 'final' | 'reverted';

  /** Published as soft already: a reorganisation does not publish it again. */
  @Column({ name: 'is_announced', type: 'boolean', default: false })
  isAnnounced!: boolean;

  /** Block that held it when it became final: as long as that is on the chain, so is all before it. */
  @Column({ name: 'block_hash', type: 'text', nullable: true })
  blockHash!: string | null;
}

/** Raw signed bytes of a nonce at one fee; all hashes of a nonce are remembered. */
@Entity('chain_attempt')
export class AttemptEntity {
  @PrimaryColumn({ type: 'text' })
  hash!: string;

  @Column({ ...BIG_INTEGER })
  nonce!: number;

  @Column({ name: 'attempt_number', type: 'integer' })
  attemptNumber!: number;

  @Column({ type: 'text' })
  raw!: string;

  @Column({ ...BIG_INTEGER, name: 'max_fee_wei' })
  maxFeeWei!: number;

  @Column({ ...BIG_INTEGER, name: 'priority_fee_wei' })
  priorityFeeWei!: number;

  @Column({ ...INSTANT, name: 'signed_at' })
  signedAt!: string;
}
