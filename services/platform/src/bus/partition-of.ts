const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * Partition that holds a key: FNV-1a (32 bit) of the key's UTF-16 code units, modulo the number of partitions (at least 1).
 * One key always lands in one partition, which is what orders it.
 *
 * @example partitionOf('home-1', 4) // always the same one of 0, 1, 2, 3
 */
export function partitionOf(key: string, partitions: number): number {
  let hash = FNV_OFFSET;
  for (let index = 0; index < key.length; index++) {
    hash = Math.imul(hash ^ key.charCodeAt(index), FNV_PRIME);
  }
  return (hash >>> 0) % partitions;
}
