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

/** The registry of models. */
@Injectable()
export class ModelStore {
  constructor(
    private readonly database: EntityManager,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** The newest model of a lineage. */
  async newestOf(lineageKey: string): Promise<StoredModel | undefined> {
    const row = await this.database.findOne(ModelEntity, { where: { lineageKey }, order: { trainedAt: 'desc' } });
    if (!row) return undefined;
    const { version, isPromoted, lineage, reports } = row;
    return { version, isPromoted, lineage, reports, models: unpackModels(row.structure, row.weights) };
  }

  /** Keeps a model; one of the same version is the same model and is left as it is. */
  async keep(model: StoredModel, lineageKey: string): Promise<void> {
    const { structure, weights } = packModels(model.models);
    const { version, isPromoted, lineage, reports } = model;
    const row = {
      version,
      lineageKey,
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
  }
}
