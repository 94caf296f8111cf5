import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import type { MandateSigned } from '@wattmesh/events';
import { SignMandate } from './mandate.schema.ts';
import { MandateService } from './mandate.service.ts';

@Controller('mandates')
export class MandateController {
  constructor(private readonly mandates: MandateService) {}

  @Post()
  @HttpCode(200)
  sign(@Body({ schema: SignMandate }) body: SignMandate): Promise<MandateSigned> {
    return this.mandates.sign(body);
  }
}
