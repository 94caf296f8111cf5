import { DomainError } from '@wattmesh/platform';

export class StreamFullError extends DomainError {
  readonly code = 'PORTAL_STREAM_FULL';

  constructor(clients: number) {
    super(`${clients} streams are open, and this portal takes no more: close one, or try again in a while`, {
      retriable: true,
    });
  }
}
