import { setTimeout as sleep } from 'node:timers/promises';
import type { MandateSigned, OrderPlaced } from '@wattmesh/events';
import type { RegistryDocument } from '@wattmesh/portal/registry-document';
import { LaunchError } from '../local/launch-error.ts';

const TRIES = 40;
const PAUSE_MS = 100;

interface Problem {
  readonly code?: string;
  readonly detail?: string;
  readonly title?: string;
}

async function post(url: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

async function refusal(response: Response): Promise<string> {
  const problem = (await response.json().catch(() => ({}))) as Problem;
  return `${problem.code ?? response.status}: ${problem.detail ?? problem.title ?? response.statusText}`;
}

/** Posts until it is taken: the service learns of the community by events, which may still be on their way. */
async function postWhenKnown(url: string, body: object, settle: () => Promise<void>): Promise<void> {
  let reason = '';
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    await settle();
    const response = await post(url, body);
    if (response.ok) return;
    reason = await refusal(response);
    await sleep(PAUSE_MS);
  }
  throw new LaunchError(`${url} refused the scenario: ${reason}`);
}

/**
 * Brings a scenario into a running stack by the same interfaces that a community's operator and members use. Once: a
 * second time changes nothing. `settle` lets events in flight arrive.
 */
export async function registerCommunity(
  urls: { portal: string; market: string },
  community: {
    document: RegistryDocument;
    mandates: readonly MandateSigned[];
    orders: readonly OrderPlaced[];
    token: string;
  },
  settle: () => Promise<void>,
): Promise<void> {
  const registered = await post(`${urls.portal}/api/v1/communities`, community.document, {
    authorization: `Bearer ${community.token}`,
  });
  if (!registered.ok) throw new LaunchError(`the portal refused the scenario: ${await refusal(registered)}`);
  for (const { wallet: _wallet, mandateHash: _hash, ...terms } of community.mandates)
    await postWhenKnown(`${urls.market}/mandates`, terms, settle);
  for (const order of community.orders) await postWhenKnown(`${urls.market}/orders`, order, settle);
  await settle();
}
