import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ReadinessCheck } from '../service/readiness-check.ts';

/** Ready where the database answers. */
@Injectable()
export class DatabaseReadiness extends ReadinessCheck {
  readonly name = 'database';
  #asked: Promise<boolean> | undefined;

  constructor(private readonly dataSource: DataSource) {
    super();
  }

  /** Who asks while a question is open waits for the same answer: a database that is paused gets no pile of them. */
  isReady(): Promise<boolean> {
    this.#asked ??= this.dataSource
      .query('select 1')
      .then(() => true)
      .finally(() => (this.#asked = undefined));
    return this.#asked;
  }
}
