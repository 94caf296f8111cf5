import { Injectable } from '@nestjs/common';
import { EntityManager } from 'typeorm';
import type { AccountTrade, MemberAccount } from './price-parts.ts';

/** Whose books, of which intervals, and by when they were booked. */
export interface StatementRange {
  readonly memberId: string;
  readonly communityId: string;
  readonly from?: string;
  readonly to?: string;
  readonly knownAt: string;
}

/** A ledger row with the transactions that prove and move it. */
export interface LedgerRow {
  readonly intervalStart: string;
  readonly runNumber: number;
  readonly run: string;
  readonly bookedAt: string;
  readonly tradeMicro: number;
  readonly supplyMicro: number;
  readonly receivableMicro: number;
  readonly transactionHash: string | null;
  readonly finality: 'soft' | 'final' | null;
  readonly executionTransactionHash: string | null;
}

/** A member's account in one booked run. */
export interface BookedAccount extends MemberAccount {
  readonly intervalStart: string;
  readonly runNumber: number;
  readonly importWh: number;
  readonly exportWh: number;
}

const ISO = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const NUMBER = (table: string, ...names: string[]): string =>
  names
    .map(
      (name) =>
        `${table}.${name}::float8 as "${name.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase())}"`,
    )
    .join(', ');
/** Parameters: member, community, from, to, known at. */
const IN_RANGE = (table: string): string =>
  `${table}.community_id = $2 and ${table}.interval_start >= coalesce($3, '-infinity'::timestamptz)
     and ${table}.interval_start < coalesce($4, 'infinity'::timestamptz)`;

/** Reads a member's books. */
@Injectable()
export class StatementStore {
  constructor(private readonly database: EntityManager) {}

  /** Oldest interval first, and in it the first run; at most `limit`. */
  ledger(range: StatementRange, limit: number): Promise<LedgerRow[]> {
    return this.database.query(
      `select ${ISO('r.interval_start')} as "intervalStart", r.run_number as "runNumber", r.run, ${ISO('r.booked_at')} as "bookedAt",
         ${NUMBER('r', 'trade_micro', 'supply_micro', 'receivable_micro')}, c.transaction_hash as "transactionHash", c.finality,
         x.transaction_hash as "executionTransactionHash"
       from ledger_row r
       left join batch c on c.community_id = r.community_id and c.kind = 'commit' and c.interval_start = r.interval_start
         and c.run_number = r.run_number
       left join batch x on x.community_id = r.community_id and x.kind = 'execute' and x.interval_start = r.period_start
       where r.member_id = $1 and ${IN_RANGE('r')} and r.booked_at <= $5
       order by r.interval_start, r.run_number limit $6`,
      [...parametersOf(range), limit],
    );
  }

  /** Accounts of all booked runs, oldest first, each with its trades. */
  async accounts(range: StatementRange): Promise<BookedAccount[]> {
    const accounts: (Omit<BookedAccount, 'trades' | 'priceMicroPerKwh'> & { priceMicroPerKwh: number | null })[] =
      await this.database.query(
        `select a.member_id as "memberId", ${ISO('a.interval_start')} as "intervalStart", a.run_number as "runNumber",
           ${NUMBER('a', 'import_wh', 'export_wh', 'bought_wh', 'sold_wh', 'residual_import_wh', 'residual_export_wh')},
           ${NUMBER('a', 'trade_micro', 'supply_micro')},
           ${NUMBER('c', 'price_micro_per_kwh', 'retail_micro_per_kwh', 'feed_in_micro_per_kwh')}
         from account a join clearing c using (community_id, interval_start, run_number)
         join booked_run b using (community_id, interval_start, run_number)
         where a.member_id = $1 and ${IN_RANGE('a')} and b.settled_at <= $5 order by a.interval_start, a.run_number`,
        parametersOf(range),
      );
    const trades = await this.#trades(range);
    return accounts.map(({ priceMicroPerKwh, ...account }) => ({
      ...account,
      ...(priceMicroPerKwh === null ? {} : { priceMicroPerKwh }),
      trades: trades.get(`${account.intervalStart} ${account.runNumber}`) ?? [],
    }));
  }

  /** Trades of the member, by interval and run. */
  async #trades(range: StatementRange): Promise<ReadonlyMap<string, AccountTrade[]>> {
    const select = (where: string): string =>
      `select ${ISO('t.interval_start')} || ' ' || t.run_number as of, t.place, t.seller_member_id as "sellerMemberId",
         t.buyer_member_id as "buyerMemberId", ${NUMBER('t', 'energy_wh', 'amount_micro')}
       from trade t where ${where} and ${IN_RANGE('t')}`;
    const rows: (AccountTrade & { of: string })[] = await this.database.query(
      `${select('t.seller_member_id = $1')} union all
       ${select('t.buyer_member_id = $1 and t.seller_member_id <> $1')} order by place`,
      parametersOf(range).slice(0, 4),
    );
    return Map.groupBy(rows, (row) => row.of);
  }

  /** How many intervals of a range are finally booked. */
  async finalIntervals({ communityId, from, to }: { communityId: string; from: string; to: string }): Promise<number> {
    const [row]: { count: number }[] = await this.database.query(
      `select count(*)::int as count from booked_run
       where community_id = $1 and run_number = 1 and interval_start >= $2 and interval_start < $3`,
      [communityId, from, to],
    );
    return row?.count ?? 0;
  }
}

function parametersOf({ memberId, communityId, from, to, knownAt }: StatementRange): unknown[] {
  return [memberId, communityId, from ?? null, to ?? null, knownAt];
}
