import { Controller, Get, Param } from '@nestjs/common';
import { ProofPath } from './proof.schema.ts';
import { ProofService, type MemberProofs } from './proof.service.ts';

@Controller('proofs')
export class ProofController {
  constructor(private readonly proofs: ProofService) {}

  @Get(':interval/:run/:memberId')
  prove(@Param({ schema: ProofPath }) path: ProofPath): Promise<MemberProofs> {
    return this.proofs.prove(path);
  }
}
