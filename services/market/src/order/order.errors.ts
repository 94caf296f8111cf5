import { DomainError } from '@wattmesh/platform';

export class OrderSignatureError extends DomainError {
  readonly code = 'MARKET_ORDER_SIGNATURE';

  constructor(memberId: string) {
    super(
      `the order is not signed by the wallet of ${memberId}; sign exactly these terms for this community's contract`,
    );
  }
}

export class OrderMandateError extends DomainError {
  readonly code = 'MARKET_ORDER_MANDATE';

  constructor(memberId: string) {
    super(`${memberId} has no such mandate in force; sign a mandate and name its hash in the order`);
  }
}

export class OrderLimitError extends DomainError {
  readonly code = 'MARKET_ORDER_LIMIT';

  constructor(limits: { floor: number; ceiling: number }) {
    super(`the limit leaves the mandate; keep it between ${limits.floor} and ${limits.ceiling} micro-units per kWh`);
  }
}

export class OrderConflictError extends DomainError {
  readonly code = 'MARKET_ORDER_CONFLICT';
  override readonly httpStatus = 409;

  constructor(orderId: string) {
    super(`order ${orderId} was placed with other terms; place the new one under a new id`);
  }
}
