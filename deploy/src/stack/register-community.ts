import { setTimeout as sleep } from 'node:timers/promises';
import { LaunchError } from '../local/launch-error.ts';
import type { Enrolment } from './enrol-community.ts';

const PAUSE_MS = 100;
/** Refused for good that long: what it refers to would have arrived. */
const REFUSED_FOR_MS = 4000;
/** A service that comes up, or one that waits for its first events. */
const AWAY_FOR_MS = 60_000;

interface Problem {
  readonly code?: string;
  readonly detail?: string;
  readonly title?: string;
}

interface Answer {
  readonly kind: 'taken' | 'refused' | 'later';
  readonly reason: string;
}

async function post(url: string, body: object, headers: Record<string, string>): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    if (response.ok) return { kind: 'taken', reason: '' };
    const problem = (await response.json().catch(() => ({}))) as Problem;
    const reason = `${problem.code ?? response.status}: ${problem.detail ?? problem.title ?? response.statusText}`;
    return { kind: response.status >= 500 ? 'later' : 'refused', reason };
  } catch (error) {
    const { cause, message } = error as Error;
    return { kind: 'later', reason: cause instanceof Error ? cause.message : message };
  }
}

export interface Patience {
  /** Lets events in flight arrive. */
  readonly settle: () => Promise<void>;
  readonly signal?: AbortSignal;
  /** Wall time for which a refusal may be for something that is on its way. */
  readonly refusedForMs?: number;
}

/** Posts until it is taken: a service may be coming up, and learns of the community by events, which may be on their way. */
async function postUntilTaken(
  url: string,
  sent: { body: object; headers?: Record<string, string> },
  { settle, signal, refusedForMs = REFUSED_FOR_MS }: Patience,
): Promise<void> {
  const beganAt = performance.now();
  for (;;) {
    signal?.throwIfAborted();
    await settle();
    const answer = await post(url, sent.body, sent.headers ?? {});
    if (answer.kind === 'taken') return;
    const hasWaitedMs = performance.now() - beganAt;
    if (hasWaitedMs > (answer.kind === 'later' ? AWAY_FOR_MS : refusedForMs))
      throw new LaunchError(`${url} refused the scenario: ${answer.reason}`);
    await sleep(PAUSE_MS);
  }
}

/**
 * Brings a scenario into a running stack by the same interfaces that a community's operator and members use. Once: a
 * second time changes nothing.
 */
export async function registerCommunity(
  urls: Readonly<Record<'portal' | 'market', string>>,
  community: Enrolment & { readonly token: string },
  patience: Patience,
): Promise<void> {
  const headers = { authorization: `Bearer ${community.token}` };
  await postUntilTaken(`${urls.portal}/api/v1/communities`, { body: community.document, headers }, patience);
  for (const { wallet: _wallet, mandateHash: _hash, ...body } of community.mandates)
    await postUntilTaken(`${urls.market}/mandates`, { body }, patience);
  for (const body of community.orders) await postUntilTaken(`${urls.market}/orders`, { body }, patience);
  await patience.settle();
}
