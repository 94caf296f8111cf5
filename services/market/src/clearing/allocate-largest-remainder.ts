/**
 * Splits a whole total in proportion to whole weights so that the parts sum to it exactly.
 *
 * Method: largest remainder (Hamilton). Each part is the floor of its exact share; the units left over go one by one to
 * the largest fractions, equal fractions in the order of the weights. Exact for any safe integers. O(n log n).
 *
 * Preconditions: `total` is a whole number of any sign, weights are whole and not negative, their sum is positive.
 *
 * @example allocateLargestRemainder(10, [1, 1, 1]); // [4, 3, 3]
 */
export function allocateLargestRemainder(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((all, weight) => all + weight, 0);
  if (sum <= 0) throw new RangeError('weights must have a positive sum');
  const parts = weights.map((weight) => floorShare(total, weight, sum));
  const left = total - parts.reduce((all, part) => all + part.floor, 0);
  const order = parts.map((_, index) => index).sort((a, b) => compare(parts[b]!.rest, parts[a]!.rest) || a - b);
  const winners = new Set(order.slice(0, left));
  return parts.map((part, index) => part.floor + (winners.has(index) ? 1 : 0));
}

function floorShare(total: number, weight: number, sum: number): { floor: number; rest: number | bigint } {
  const product = total * weight;
  if (Number.isSafeInteger(product)) {
    const floor = Math.floor(product / sum);
    const rest = product - floor * sum;
    return rest < 0 ? { floor: floor - 1, rest: rest + sum } : { floor, rest };
  }
  const exact = BigInt(total) * BigInt(weight);
  const divisor = BigInt(sum);
  const rest = ((exact % divisor) + divisor) % divisor;
  return { floor: Number((exact - rest) / divisor), rest };
}

const compare = (a: number | bigint, b: number | bigint): number => (a < b ? -1 : a > b ? 1 : 0);
