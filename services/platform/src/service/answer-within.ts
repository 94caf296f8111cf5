/** What `ask` answers, or undefined where it fails or has not answered after `limitMs` of wall time. Never rejects. */
export async function answerWithin<T>(limitMs: number, ask: () => T | Promise<T>): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const outOfTime = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), limitMs)));
  // The caller takes the silence for the answer.
  const answer = Promise.resolve()
    .then(ask)
    .catch(() => undefined);
  try {
    return await Promise.race([answer, outOfTime]);
  } finally {
    clearTimeout(timer);
  }
}
