/** Wall time of the device in ms since 1970, only for how long this page waits; the community's time comes from the stream. */
export function wallNowMs(): number {
  return performance.timeOrigin + performance.now();
}
