import { Injectable } from '@nestjs/common';
import { OrderPlaced } from '@wattmesh/events';
import { Clock, intervalStartOf } from '@wattmesh/platform/clock';
import { Outbox, Transactions } from '@wattmesh/platform/database';
import type { EntityManager } from 'typeorm';
import { MandateEntity } from '../mandate/mandate.entity.ts';
import { hashCanonicalJson } from '../metering/hash-canonical-json.ts';
import { RegistryService } from '../registry/registry.service.ts';
import { isOrderSignedBy } from './hash-order.ts';
import { OrderEntity } from './order.entity.ts';
import { OrderConflictError, OrderLimitError, OrderMandateError, OrderSignatureError } from './order.errors.ts';
import type { PlaceOrder } from './order.schema.ts';

@Injectable()
export class OrderService {
  constructor(
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
    private readonly registry: RegistryService,
    private readonly clock: Clock,
  ) {}

  /**
   * Takes a standing order; the same one again changes nothing. It stands from its start, but never before the interval
   * in which it is placed: volumes already measured are not to be priced by hindsight.
   */
  place(body: PlaceOrder): Promise<OrderPlaced> {
    return this.transactions.run(async (tx) => {
      const { config } = await this.registry.lock(body.communityId, tx);
      const { wallet } = await this.registry.member(body.memberId, body.communityId, tx);
      const known = await tx.findOneBy(OrderEntity, { orderId: body.orderId });
      if (known !== null) return sameOrder(known.placed, body);
      const { chainId, settlement } = config.chain;
      if (!isOrderSignedBy(body, { chainId, settlement }, { wallet, signature: body.signature }))
        throw new OrderSignatureError(body.memberId);
      await this.check(body, tx);
      const startMs = Math.max(Date.parse(body.validFrom), intervalStartOf(this.clock.now()));
      const { orderId, communityId } = body;
      await tx.insert(OrderEntity, { orderId, communityId, placed: body, validFrom: new Date(startMs).toISOString() });
      await this.outbox.publish(tx, OrderPlaced, body);
      return body;
    });
  }

  private async check(body: PlaceOrder, tx: EntityManager): Promise<void> {
    const { memberId, communityId } = body;
    const mandate = await tx.findOne(MandateEntity, { where: { memberId, communityId }, order: { nonce: 'DESC' } });
    const isInForce =
      mandate?.mandateHash === body.mandateHash && Date.parse(mandate.signed.expiresAt) > this.clock.now();
    if (mandate === null || !isInForce) throw new OrderMandateError(memberId);
    const { priceFloorMicroPerKwh: floor, priceCeilingMicroPerKwh: ceiling } = mandate.signed;
    if (body.limitMicroPerKwh < floor || body.limitMicroPerKwh > ceiling) throw new OrderLimitError({ floor, ceiling });
  }
}

function sameOrder(known: OrderPlaced, placed: OrderPlaced): OrderPlaced {
  if (hashCanonicalJson(known) !== hashCanonicalJson(placed)) throw new OrderConflictError(placed.orderId);
  return known;
}
