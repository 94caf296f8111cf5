import { Injectable } from '@nestjs/common';
import { PortalConfig } from '../portal.config.ts';
import { ProofView, type ProofPath } from '../view/proof-view.schema.ts';
import { ProofUnknownError, SettlementAwayError } from './proof.errors.ts';

const ANSWER_WITHIN_MS = 5000;

/** Hands on what the settlement proves; the browser checks it against the chain. */
@Injectable()
export class ProofService {
  constructor(private readonly config: PortalConfig) {}

  async prove(path: ProofPath): Promise<ProofView> {
    const { PORTAL_SETTLEMENT_URL: base } = this.config;
    if (base === undefined)
      throw new SettlementAwayError('this portal was not told where it is (PORTAL_SETTLEMENT_URL)');
    const { intervalStart, run, memberId } = path;
    const place = [intervalStart, run, memberId].map(encodeURIComponent).join('/');
    const { status, body } = await ask(`${base.replace(/\/$/, '')}/proofs/${place}`);
    if (status === 404) throw new ProofUnknownError(path);
    if (status !== 200) throw new SettlementAwayError(`it answers with status ${status}`);
    const proof = ProofView.safeParse(body);
    if (!proof.success) throw new SettlementAwayError('its answer is no proof', { cause: proof.error });
    return proof.data;
  }
}

async function ask(url: string): Promise<{ status: number; body: unknown }> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    return { status: response.status, body: await response.json() };
  } catch (cause) {
    throw new SettlementAwayError('it does not answer', { cause });
  }
}
