/** Where a clearing price lies from feed-in (0) to retail (1); undefined where nothing was shared or there is no corridor. */
export function corridorShare(clearing: {
  priceMicroPerKwh?: number | undefined;
  retailMicroPerKwh: number;
  feedInMicroPerKwh: number;
}): number | undefined {
  const widthMicro = clearing.retailMicroPerKwh - clearing.feedInMicroPerKwh;
  if (clearing.priceMicroPerKwh === undefined || widthMicro <= 0) return undefined;
  return Math.min(1, Math.max(0, (clearing.priceMicroPerKwh - clearing.feedInMicroPerKwh) / widthMicro));
}
