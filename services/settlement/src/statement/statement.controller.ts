import { Controller, Get, Param, Query } from '@nestjs/common';
import { EntityManager } from 'typeorm';
import { LedgerService } from '../ledger/ledger.service.ts';
import { listLines, type Statement } from './list-lines.ts';
import { StatementRange } from './statement.schema.ts';

@Controller('statements')
export class StatementController {
  constructor(
    private readonly ledger: LedgerService,
    private readonly database: EntityManager,
  ) {}

  @Get(':memberId')
  async statement(
    @Param('memberId') memberId: string,
    @Query({ schema: StatementRange }) range: StatementRange,
  ): Promise<Statement & { memberId: string }> {
    const { from, to } = range;
    const rows = await this.ledger.rowsOf(
      {
        memberId,
        ...(from === undefined ? {} : { fromInstant: from }),
        ...(to === undefined ? {} : { toInstant: to }),
      },
      this.database,
    );
    return { memberId, ...listLines(rows) };
  }
}
