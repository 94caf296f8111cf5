import { decodeScale, applyScale, decodeRaw, type PointValue } from '../sunspec/decode-point.ts';
import type { Discovery } from '../sunspec/discover-device.ts';
import { findModel } from '../sunspec/find-model.ts';
import type { ModelDefinition, PointDefinition } from '../sunspec/model-definition.ts';
import type { Block } from '../sunspec/split-reads.ts';
import { type Profile, REGISTER_MAP_ID } from './find-profile.ts';
import type { Layout, Source } from './profile-definition.ts';
import { ProfileError } from './profile-error.ts';

export interface BoundModel {
  readonly definition: ModelDefinition;
  readonly address: number;
  /** Registers as read at discovery, from the ID on. */
  readonly words: Uint16Array;
}
export interface BoundPoint {
  readonly model: BoundModel;
  readonly point: PointDefinition;
}
export interface BoundProfile {
  readonly layout: Layout;
  readonly main: BoundModel;
  readonly models: ReadonlyMap<number, BoundModel>;
}

const bindings = new WeakMap<Discovery, BoundProfile>();

/**
 * Fits a profile to a device as discovered: the first layout whose models all stand under one common block of the chain. The
 * result is kept with the discovery, so that binding costs nothing on the poll path.
 */
export function bindProfile(profile: Profile, discovery: Discovery): BoundProfile {
  const known = bindings.get(discovery);
  if (known !== undefined && profile.layouts.includes(known.layout)) return known;
  const bound = findLayout(profile, discovery);
  bindings.set(discovery, bound);
  return bound;
}

function findLayout(profile: Profile, discovery: Discovery): BoundProfile {
  for (const layout of profile.layouts) {
    for (const commonIndex of new Set(discovery.models.map((model) => model.commonIndex))) {
      const models = modelsUnder(profile, discovery, commonIndex);
      const main = layout.main.map((id) => models.get(id)).find((model) => model !== undefined);
      if (main !== undefined && layout.requires.every((id) => models.has(id))) return { layout, main, models };
    }
  }
  const found = discovery.models.map(({ id }) => id).join(', ');
  throw new ProfileError(
    'PROFILE_MISMATCH',
    `profile "${profile.name}" fits no device with the models ${found || '(none)'}`,
  );
}

function modelsUnder(profile: Profile, discovery: Discovery, commonIndex: number): Map<number, BoundModel> {
  const models = new Map<number, BoundModel>();
  for (const { id, address, words, commonIndex: index } of discovery.models) {
    const definition = id === REGISTER_MAP_ID ? profile.map : findModel(id);
    if (index !== commonIndex || words === undefined || definition === undefined || models.has(id)) continue;
    models.set(id, { definition, address, words });
  }
  return models;
}

/** A point of the device, undefined where the device does not hold it. */
export function pointOf(bound: BoundProfile, modelId: number | undefined, name: string): BoundPoint | undefined {
  const model = modelId === undefined ? bound.main : bound.models.get(modelId);
  const point = model?.definition.byName.get(name);
  if (model === undefined || point === undefined || point.offset + point.size > model.words.length) return undefined;
  return { model, point };
}

export function sourcePoint(bound: BoundProfile, source: Source | undefined): BoundPoint | undefined {
  return source === undefined || 'constant' in source ? undefined : pointOf(bound, source.model, source.point);
}

/** Value of a point in its unit from the blocks read, undefined where it is absent, not implemented or not read. */
export function valueIn(blocks: readonly Block[], { model, point }: BoundPoint): PointValue | undefined {
  const raw = rawIn(blocks, { model, point });
  if (raw === undefined || point.scale === undefined) return raw;
  const scale = typeof point.scale === 'number' ? point.scale : rawIn(blocks, { model, point: point.scale });
  return typeof scale === 'number' ? applyScale(raw, scale) : undefined;
}

function rawIn(blocks: readonly Block[], { model, point }: BoundPoint): PointValue | undefined {
  const block = blockOf(blocks, { model, point });
  return block === undefined ? undefined : decodeRaw(point, block.words, block.address - model.address);
}

export function blockOf(blocks: readonly Block[], { model, point }: BoundPoint): Block | undefined {
  const from = model.address + point.offset;
  return blocks.find(({ address, words }) => address <= from && from + point.size <= address + words.length);
}

/** The power of ten of a point as read at discovery. */
export function knownScale({ model, point }: BoundPoint): number | undefined {
  return decodeScale(point, model.words);
}
