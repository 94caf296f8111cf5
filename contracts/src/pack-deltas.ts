const MEMBERS_PER_GROUP = 4;
const HEX_DIGITS_PER_MEMBER = 12;
const MAX_DELTA = 2n ** 47n - 1n;
const MIN_DELTA = -(2n ** 47n);

/**
 * Packs the netted amounts of a settlement period into the batch of `Settlement.execute`: one big-endian int48 per
 * member in index order, zeros up to a multiple of four members.
 *
 * Units: micro-units of the currency. Sign: POSITIVE IS A CREDIT (the balance grows), so a ledger row's debit enters
 * negated. Preconditions: amounts sum to zero and fit 48 bits (about 140 million units of currency).
 *
 * @example packDeltas(new Map([[0, -5n], [2, 5n]])) // '0xfffffffffffb000000000000000000000005000000000000'
 */
export function packDeltas(deltas: ReadonlyMap<number, bigint>): string {
  let sum = 0n;
  let memberCount = 0;
  for (const [memberIndex, delta] of deltas) {
    if (!Number.isInteger(memberIndex) || memberIndex < 0) throw new RangeError(`not a member index: ${memberIndex}`);
    if (delta > MAX_DELTA || delta < MIN_DELTA)
      throw new RangeError(`amount of member ${memberIndex} needs more than 48 bits`);
    sum += delta;
    if (delta !== 0n) memberCount = Math.max(memberCount, memberIndex + 1);
  }
  if (sum !== 0n) throw new RangeError(`the amounts of a batch sum to ${sum} instead of zero`);
  const length = Math.ceil(memberCount / MEMBERS_PER_GROUP) * MEMBERS_PER_GROUP;
  const words = Array.from({ length }, (_, memberIndex) => toInt48Hex(deltas.get(memberIndex) ?? 0n));
  return `0x${words.join('')}`;
}

function toInt48Hex(value: bigint): string {
  return BigInt.asUintN(48, value).toString(16).padStart(HEX_DIGITS_PER_MEMBER, '0');
}
