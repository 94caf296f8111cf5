import { Injectable } from '@nestjs/common';
import { hashMandate } from '@wattmesh/contracts/hash-mandate';
import { MandateSigned } from '@wattmesh/events';
import { Clock, intervalStartOf } from '@wattmesh/platform/clock';
import { Outbox, Transactions } from '@wattmesh/platform/database';
import type { EntityManager } from 'typeorm';
import { RegistryService } from '../registry/registry.service.ts';
import { isMandateSignedBy } from './verify-mandate.ts';
import { MandateEntity } from './mandate.entity.ts';
import { MandateExpiredError, MandateLimitsError, MandateNonceError, MandateSignatureError } from './mandate.errors.ts';
import type { SignMandate } from './mandate.schema.ts';

@Injectable()
export class MandateService {
  constructor(
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
    private readonly registry: RegistryService,
    private readonly clock: Clock,
  ) {}

  /** Takes a signed mandate; the same one again changes nothing. */
  sign(body: SignMandate): Promise<MandateSigned> {
    return this.transactions.run(async (tx) => {
      const { config } = await this.registry.lock(body.communityId, tx);
      const { wallet } = await this.registry.member(body.memberId, body.communityId, tx);
      const mandateHash = hashMandate(body);
      const known = await tx.findOneBy(MandateEntity, { mandateHash });
      if (known !== null) return known.signed;
      const { chainId, settlement } = config.chain;
      if (!isMandateSignedBy(body, { chainId, settlement }, { wallet, signature: body.signature }))
        throw new MandateSignatureError(body.memberId);
      await this.check(body, tx);
      const signed: MandateSigned = { ...body, wallet, mandateHash };
      const { memberId, communityId, nonce } = body;
      const validFrom = new Date(intervalStartOf(this.clock.now())).toISOString();
      await tx.insert(MandateEntity, { mandateHash, memberId, communityId, nonce, validFrom, signed });
      await this.outbox.publish(tx, MandateSigned, signed);
      return signed;
    });
  }

  private async check(body: SignMandate, tx: EntityManager): Promise<void> {
    if (body.priceFloorMicroPerKwh > body.priceCeilingMicroPerKwh) throw new MandateLimitsError();
    if (Date.parse(body.expiresAt) <= this.clock.now()) throw new MandateExpiredError(body.expiresAt);
    const { memberId, communityId } = body;
    const last = await tx.findOne(MandateEntity, { where: { memberId, communityId }, order: { nonce: 'DESC' } });
    if (last !== null && body.nonce <= last.nonce) throw new MandateNonceError(body.nonce, last.nonce);
  }
}
