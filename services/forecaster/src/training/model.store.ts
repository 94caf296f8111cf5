import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '@wattmesh/platform';
import { Transactions } from '@wattmesh/platform/database';
import { EntityManager } from 'typeorm';
import { ModelEntity, type Lineage } from './model.entity.ts';
import { packModels, unpackModels } from './pack-models.ts';
import type { Training } from './train-models.ts';

/** A trained model as it serves, or as it lost to the baselines. */
export interface StoredModel {
  version: string;
  isPromoted: boolean;
  lineage: Lineage;
  reports: Training['reports'];
  models: Training['models'];
}

/** What decides a training's outcome: models of the same origin can stand in for each other. */
export type ModelOrigin = Pick<Lineage, 'algorithm' | 'seed' | 'epochs' | 'hidden' | 'historyHash'>;

/** The registry of models. */
@Injectable()
export class ModelStore {
  constructor(
    private readonly database: EntityManager,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** The newest model of an origin. */
  async newestOf(origin: ModelOrigin): Promise<StoredModel | undefined> {
    const where = { lineageKey: keyOf(origin) };
    const row = await this.database.findOne(ModelEntity, { where, order: { trainedAt: 'desc' } });
    if (!row) return undefined;
    const { version, isPromoted, lineage, reports } = row;
    return { version, isPromoted, lineage, reports, models: unpackModels(row.structure, row.weights) };
  }

  /** Keeps what a training brought, named by its content: one of the same version is the same model and is left as it is. */
  async keep(training: Training, origin: Omit<Lineage, 'parameters'>): Promise<StoredModel> {
    const { models, reports, parameters, isBetter: isPromoted } = training;
    const { structure, weights } = packModels(models);
    const content = createHash('sha256').update(JSON.stringify(reports)).update(weights).digest('hex');
    const version = `${origin.algorithm}-${content.slice(0, 12)}`;
    const lineage = { ...origin, parameters };
    const row = {
      version,
      lineageKey: keyOf(origin),
      lineage,
      isPromoted,
      reports,
      structure,
      weights: Buffer.from(weights),
      trainedAt: new Date(this.clock.now()),
    };
    await this.transactions.run(async (tx) => {
      await tx.createQueryBuilder().insert().into(ModelEntity).values(row).orIgnore().execute();
    });
    return { version, isPromoted, lineage, reports, models };
  }
}

function keyOf({ algorithm, seed, epochs, hidden, historyHash }: ModelOrigin): string {
  return createHash('sha256')
    .update(JSON.stringify([algorithm, seed, epochs, hidden, historyHash]))
    .digest('hex');
}
