import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import { DirectoryService } from '../directory/directory.service.ts';
import { ProofPath, ProofView } from '../view/proof-view.schema.ts';
import { ProofService } from './proof.service.ts';

@Controller('api/v1/members/:memberId/proofs')
export class ProofController {
  constructor(
    private readonly proofs: ProofService,
    private readonly directory: DirectoryService,
  ) {}

  @Get(':intervalStart/:run')
  @ApiOkResponse({ standardSchema: ProofView })
  async prove(@Param({ schema: ProofPath }) path: ProofPath): Promise<ProofView> {
    await this.directory.member(path.memberId);
    return this.proofs.prove(path);
  }
}
