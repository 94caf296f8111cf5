import { Injectable } from '@nestjs/common';
import { ReadinessCheck } from '@wattmesh/platform';
import { ChainLink } from './chain.link.ts';

/** Ready while the chain's node answers. */
@Injectable()
export class ChainReadiness extends ReadinessCheck {
  readonly name = 'chain';

  constructor(private readonly chain: ChainLink) {
    super();
  }

  isReady(): Promise<boolean> {
    return this.chain.blockNumber().then(
      () => true,
      () => false,
    );
  }
}
