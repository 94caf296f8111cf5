/** A site on a feeder: the share it may always use, and what it expects to need, W. */
export interface EnvelopeClaim {
  siteId: string;
  staticW: number;
  needW: number;
}

/**
 * Power each site may use of one feeder limit, in the order of the claims.
 *
 * Method: static shares first, scaled down together where they sum to more than the rating, so that silence is safe; what the sites
 * leave of their shares is lent to those that need more, in proportion to what they lack; what is then still free is spread
 * by static share. The sum never passes the rating and nobody gets less than the smaller of need and share.
 * Units: W. Preconditions: no negative numbers. Complexity: linear.
 *
 * Example: rating 10, shares 5 and 5, needs 2 and 7: the first gets 2.5, the second 7.5.
 */
export function allocateEnvelopes(ratingW: number, claims: readonly EnvelopeClaim[]): number[] {
  const staticTotalW = total(claims.map((claim) => claim.staticW));
  const scale = staticTotalW > ratingW ? ratingW / staticTotalW : 1;
  const granted = claims.map((claim) => Math.min(claim.needW, claim.staticW * scale));
  const lacking = claims.map((claim, index) => claim.needW - granted[index]!);
  const freeW = Math.max(0, ratingW - total(granted));
  const lent = spread(freeW, lacking).map((shareW, index) => Math.min(shareW, lacking[index]!));
  const restW = Math.max(0, freeW - total(lent));
  const rest = spread(
    restW,
    claims.map((claim) => claim.staticW),
  );
  return claims.map((_, index) => granted[index]! + lent[index]! + rest[index]!);
}

function spread(amountW: number, weights: readonly number[]): number[] {
  const weight = total(weights);
  return weights.map((part) => (weight > 0 ? (amountW * part) / weight : 0));
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
