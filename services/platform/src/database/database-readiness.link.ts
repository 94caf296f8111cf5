import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ReadinessCheck } from '../service/readiness-check.ts';

/** Ready where the database answers. */
@Injectable()
export class DatabaseReadiness extends ReadinessCheck {
  readonly name = 'database';

  constructor(private readonly dataSource: DataSource) {
    super();
  }

  async isReady(): Promise<boolean> {
    await this.dataSource.query('select 1');
    return true;
  }
}
