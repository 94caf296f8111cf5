import { MODEL_TABLES } from './generated/models.ts';
import { defineModel, type ModelDefinition } from './model-definition.ts';

const MODELS: ReadonlyMap<number, ModelDefinition> = new Map(
  MODEL_TABLES.map((table) => [table.id, defineModel(table)]),
);

/** Definition of a SunSpec model, undefined where the gateway has no table of it. */
export function findModel(modelId: number): ModelDefinition | undefined {
  return MODELS.get(modelId);
}
