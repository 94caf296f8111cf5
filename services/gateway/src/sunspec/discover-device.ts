import { isException } from '../modbus/modbus-error.ts';
import { decodeModel } from './decode-model.ts';
import { findModel } from './find-model.ts';
import { type Span, splitReads } from './split-reads.ts';
import { type ChainModel, walkChain } from './walk-chain.ts';

export type ReadRegisters = (address: number, count: number) => Promise<Uint16Array>;

export interface DiscoveredModel extends ChainModel {
  /** Registers from the ID on, as they were at discovery; absent where the gateway has no table or the device refused. */
  words?: Uint16Array;
}
export interface Identity {
  manufacturer: string | undefined;
  model: string | undefined;
  version: string | undefined;
  serial: string | undefined;
}
/** A device as found; `manufacturer`, `model`, `version`, `serial` are those of its first common block. */
export interface Discovery extends Identity {
  base: number;
  models: DiscoveredModel[];
  /** By `commonIndex`. */
  identities: Identity[];
}

/**
 * Finds a SunSpec device and reads every model the gateway knows once (C2); undefined where there is none. An exception of the
 * device means "not there"; any other fault of `read` rejects, so that a silent device is not taken for a bare one.
 */
export async function discoverDevice(read: ReadRegisters): Promise<Discovery | undefined> {
  const attempt = (span: Span): Promise<Uint16Array | undefined> =>
    read(span.address, span.count).catch(absentOnException);
  const walk = walkChain();
  let step = walk.next();
  while (step.done !== true) step = walk.next(await attempt(step.value));
  if (step.value === undefined) return undefined;
  const models: DiscoveredModel[] = [];
  for (const model of step.value.models) models.push(await withWords(model, attempt));
  const identities = models.filter(({ id }) => id === 1).map(identityOf);
  return { base: step.value.base, models, identities, ...(identities[0] ?? identityOf({ id: 1 })) };
}

function absentOnException(error: unknown): undefined {
  if (!isException(error)) throw error;
}

async function withWords(
  model: ChainModel,
  attempt: (span: Span) => Promise<Uint16Array | undefined>,
): Promise<DiscoveredModel> {
  const words = new Uint16Array(2 + model.length);
  const spans = spansOf(model);
  if (spans.length === 0) return model;
  for (const span of splitReads(spans)) {
    const part = await attempt(span);
    if (part === undefined) return model;
    words.set(part, span.address - model.address);
  }
  return { ...model, words };
}

/** Registers of the points of a known model that the device holds whole (its L may be shorter or longer than the table). */
function spansOf(model: ChainModel): Span[] {
  const points = findModel(model.id)?.points ?? [];
  return points
    .filter(({ offset, size }) => offset + size <= 2 + model.length)
    .map(({ offset, size }) => ({ address: model.address + offset, count: size }));
}

function identityOf({ words }: { id: number; words?: Uint16Array }): Identity {
  const values = words === undefined ? {} : decodeModel(1, words);
  const text = (name: string): string | undefined => values[name]?.toString();
  return { manufacturer: text('Mn'), model: text('Md'), version: text('Vr'), serial: text('SN') };
}
