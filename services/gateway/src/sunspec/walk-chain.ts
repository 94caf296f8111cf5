/** A model in a device's chain; `address` is that of its ID register, `length` its L (ID and L not counted). */
export interface ChainModel {
  id: number;
  address: number;
  length: number;
  /** Which common block (model 1) it belongs to, from 0: one chain may hold several logical devices. */
  commonIndex: number;
}
export interface Chain {
  base: number;
  models: ChainModel[];
}
export interface ReadStep {
  address: number;
  count: number;
}

const BASES = [40_000, 50_000, 0];
const SUNS = [0x5375, 0x6e53];
const END_ID = 0xffff;
const MAX_MODELS = 512;

/**
 * Walks a SunSpec model chain step by step (C2): yields the registers to read next, takes them (undefined where the device
 * answered an exception), returns the chain, or undefined where no base holds "SunS". The end is the marker 0xFFFF, an
 * exception in place of it, or the end of the address space; near it, ID and L are read one by one, for devices that refuse to read
 * across it. Pure: the caller does the reading.
 *
 * Example: registers `SunS, 1, 66, ..., 103, 50, ..., 0xFFFF, 0` at 40000 give models 1 at 40002 and 103 at 40070.
 */
export function* walkChain(): Generator<ReadStep, Chain | undefined, Uint16Array | undefined> {
  for (const base of BASES) {
    const mark = yield { address: base, count: 2 };
    if (mark !== undefined && mark[0] === SUNS[0] && mark[1] === SUNS[1])
      return { base, models: yield* walkModels(base + 2) };
  }
  return undefined;
}

function* walkModels(first: number): Generator<ReadStep, ChainModel[], Uint16Array | undefined> {
  const models: ChainModel[] = [];
  let address = first;
  let commonIndex = -1;
  while (address + 1 < 65_536 && models.length < MAX_MODELS) {
    const header = yield* readHeader(address);
    if (header === undefined) break;
    if (header.id === 1) commonIndex += 1;
    models.push({ id: header.id, address, length: header.length, commonIndex: Math.max(0, commonIndex) });
    address += 2 + header.length;
  }
  return models;
}

function* readHeader(
  address: number,
): Generator<ReadStep, { id: number; length: number } | undefined, Uint16Array | undefined> {
  const both = yield { address, count: 2 };
  const id = both?.[0] ?? (yield { address, count: 1 })?.[0];
  if (id === undefined || id === END_ID || id === 0) return undefined;
  const length = both?.[1] ?? (yield { address: address + 1, count: 1 })?.[0];
  return length === undefined ? undefined : { id, length };
}
