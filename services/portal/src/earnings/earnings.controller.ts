import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import { Clock } from '@wattmesh/platform';
import { DirectoryService } from '../directory/directory.service.ts';
import { StatementService } from '../statement/statement.service.ts';
import { StatementStore } from '../statement/statement.store.ts';
import { EarningsQuery, EarningsView } from '../view/earnings-view.schema.ts';
import { localPeriod } from './local-period.ts';
import { sumEarnings } from './sum-earnings.ts';

const INTERVAL_MS = 900_000;

@Controller('api/v1/members/:memberId/earnings')
export class EarningsController {
  constructor(
    private readonly statements: StatementService,
    private readonly store: StatementStore,
    private readonly directory: DirectoryService,
    private readonly clock: Clock,
  ) {}

  @Get()
  @ApiOkResponse({ standardSchema: EarningsView })
  async earnings(
    @Param('memberId') memberId: string,
    @Query({ schema: EarningsQuery }) { period, date }: EarningsQuery,
  ): Promise<EarningsView> {
    const { directory } = await this.directory.member(memberId);
    const { communityId, timeZone, currency, supplierMemberId } = directory.community;
    const range = localPeriod(period, date, timeZone);
    const asOf = this.clock.nowIso();
    const { lines, accounts } = await this.statements.open(directory, { memberId, ...range, knownAt: asOf });
    const finals = await this.store.finalIntervals({ communityId, ...range });
    const intervals = (Date.parse(range.to) - Date.parse(range.from)) / INTERVAL_MS;
    const sums = sumEarnings(lines, accounts, memberId === supplierMemberId);
    return { memberId, period, ...range, timeZone, currency, ...sums, isComplete: finals >= intervals, asOf };
  }
}
