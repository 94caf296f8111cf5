import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiProduces } from '@nestjs/swagger';
import { Clock } from '@wattmesh/platform';
import { DirectoryService } from '../directory/directory.service.ts';
import { RangeEmptyError } from '../timeline/timeline.errors.ts';
import { StatementQuery, StatementView } from '../view/statement-view.schema.ts';
import { StatementService, type Books } from './statement.service.ts';
import { writeCsv } from './write-csv.ts';

@Controller('api/v1/members/:memberId')
export class StatementController {
  constructor(
    private readonly statements: StatementService,
    private readonly directory: DirectoryService,
    private readonly clock: Clock,
  ) {}

  @Get('statement')
  @ApiOkResponse({ standardSchema: StatementView })
  async statement(
    @Param('memberId') memberId: string,
    @Query({ schema: StatementQuery }) query: StatementQuery,
  ): Promise<StatementView> {
    const { from, to } = query;
    if (from !== undefined && to !== undefined && Date.parse(from) >= Date.parse(to)) throw new RangeEmptyError();
    const { directory } = await this.directory.member(memberId);
    const { communityId, currency, timeZone } = directory.community;
    const range = {
      memberId,
      knownAt: query.knownAt ?? this.clock.nowIso(),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    };
    const books = await this.statements.open(directory, range);
    return { ...range, communityId, currency, timeZone, lines: [...books.lines], ...totalsOf(books) };
  }

  /** The same lines as CSV. */
  @Get('statement.csv')
  @Header('content-type', 'text/csv; charset=utf-8; header=present')
  @Header('content-disposition', 'attachment; filename="statement.csv"')
  @ApiProduces('text/csv')
  @ApiOkResponse({ schema: { type: 'string' } })
  async csv(
    @Param('memberId') memberId: string,
    @Query({ schema: StatementQuery }) query: StatementQuery,
  ): Promise<string> {
    return writeCsv(await this.statement(memberId, query));
  }
}

/** The total is that of the lines, the parts are those of the ledger: they agree, or the lines are wrong. */
function totalsOf({
  rows,
  lines,
}: Books): Pick<StatementView, 'totalMicro' | 'tradeMicro' | 'supplyMicro' | 'receivableMicro'> {
  return {
    totalMicro: lines.reduce((all, line) => all + line.amountMicro, 0),
    tradeMicro: rows.reduce((all, row) => all + row.tradeMicro, 0),
    supplyMicro: rows.reduce((all, row) => all + row.supplyMicro, 0),
    receivableMicro: rows.reduce((all, row) => all + row.receivableMicro, 0),
  };
}
