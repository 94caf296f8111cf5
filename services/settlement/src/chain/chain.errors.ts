import { DomainError } from '@wattmesh/platform';

/** The node did not answer: money waits, nothing is skipped. */
export class ChainAwayError extends DomainError {
  readonly code = 'SETTLEMENT_CHAIN_AWAY';

  constructor(method: string, options: ErrorOptions = {}) {
    super(`the chain's node did not answer ${method}; check SETTLEMENT_CHAIN_RPC and the node`, {
      ...options,
      retriable: true,
    });
  }
}

/** The node answered with an error; `data` is the contract's revert data where there is some. */
export class ChainRefusedError extends DomainError {
  readonly code = 'SETTLEMENT_CHAIN_REFUSED';

  constructor(
    method: string,
    readonly reason: string,
    readonly data?: string,
  ) {
    super(`the chain refused ${method}: ${reason}`);
  }
}

/** The chain no longer holds what counted as final: nothing new is planned on top of it until it does again. */
export class DeepReorganisationError extends DomainError {
  readonly code = 'SETTLEMENT_CHAIN_REORGANISED';

  constructor(nonce: number) {
    super(
      `the chain took back the transaction at nonce ${nonce}, which counted as final; it was sent again and settlement waits for it: ` +
        'if it does not come back, ask the node what happened; raise SETTLEMENT_CONFIRMATIONS',
    );
  }
}

/** A transaction that this service did not sign took one of its nonces. */
export class ForeignTransactionError extends DomainError {
  readonly code = 'SETTLEMENT_FOREIGN_TRANSACTION';

  constructor(nonce: number) {
    super(
      `nonce ${nonce} of the operator's key was used by a transaction not signed here; stop whoever else holds the key, then reconcile`,
    );
  }
}

/** The contract reverted what was planned; it is planned anew once the cause is gone. */
export class TransactionRevertedError extends DomainError {
  readonly code = 'SETTLEMENT_TRANSACTION_REVERTED';

  constructor(nonce: number, kind: string) {
    super(`the ${kind} transaction at nonce ${nonce} reverted; look at the contract's state, it will be planned again`);
  }
}

/** The supplier cannot advance what a period needs. */
export class SupplierShortError extends DomainError {
  readonly code = 'SETTLEMENT_SUPPLIER_SHORT';

  constructor(supplierMemberId: string, debitMicro: number, limitMicro: number) {
    super(
      `${supplierMemberId} must advance ${debitMicro} micro-units but can be debited ${limitMicro}; deposit for it or raise its mandate`,
    );
  }
}
