/**
 * Seeded noise without state: the value at an index is a hash of seed and index, so any instant can be asked in any order.
 *
 * Method: FNV-1a for keys, the murmur3 finaliser for indices, Box-Muller for the normal distribution.
 *
 * @example normalAt(seedOf(7, 'home-1', 'kettle'), 42)
 */
export function seedOf(...parts: (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const char of parts.join('/')) {
    hash ^= char.codePointAt(0) ?? 0;
    hash = Math.imul(hash, 0x01000193);
  }
  return mix(hash);
}

/** Uniform in [0, 1). */
export function uniformAt(seed: number, index: number): number {
  return (
    mix(seed ^ Math.imul(index | 0, 0x9e3779b1) ^ Math.imul(Math.floor(index / 2 ** 32) | 0, 0x85ebca6b)) / 2 ** 32
  );
}

/** Standard normal. */
export function normalAt(seed: number, index: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniformAt(seed, 2 * index)));
  return radius * Math.cos(2 * Math.PI * uniformAt(seed, 2 * index + 1));
}

/** Standard normal that changes smoothly: nodes at whole positions, unit variance between them too. */
export function smoothNormalAt(seed: number, position: number): number {
  const node = Math.floor(position);
  const weight = position - node;
  const value = (1 - weight) * normalAt(seed, node) + weight * normalAt(seed, node + 1);
  return value / Math.sqrt((1 - weight) ** 2 + weight ** 2);
}

function mix(value: number): number {
  let hash = value >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
