import { Injectable } from '@nestjs/common';
import type { MandateSigned } from '@wattmesh/events';
import { EntityManager } from 'typeorm';

/** Mandates as their members signed them. */
@Injectable()
export class MemberStore {
  constructor(private readonly database: EntityManager) {}

  async keepMandates(mandates: readonly MandateSigned[], tx: EntityManager): Promise<void> {
    await tx.query(
      `insert into mandate select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::jsonb[])
       on conflict do nothing`,
      [
        mandates.map((mandate) => mandate.mandateHash),
        mandates.map((mandate) => mandate.memberId),
        mandates.map((mandate) => mandate.communityId),
        mandates.map((mandate) => mandate.nonce),
        mandates.map((mandate) => JSON.stringify(mandate)),
      ],
    );
  }

  async newestMandate(memberId: string): Promise<MandateSigned | undefined> {
    const rows: { signed: MandateSigned }[] = await this.database.query(
      `select signed from mandate where member_id = $1 order by nonce desc limit 1`,
      [memberId],
    );
    return rows[0]?.signed;
  }
}
