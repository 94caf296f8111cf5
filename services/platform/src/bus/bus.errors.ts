import { DomainError } from '../service/domain-error.ts';

/** The bus stopped before the records were safe: publish them again after its start. */
export class BusStoppedError extends DomainError {
  readonly code = 'PLATFORM_BUS_STOPPED';

  constructor() {
    super('the bus stopped before every consumer had the records: publish them again when it runs', {
      retriable: true,
    });
  }
}

/** A record that no broker takes. */
export class RecordTooLargeError extends DomainError {
  readonly code = 'PLATFORM_RECORD_TOO_LARGE';

  constructor(topic: string, bytes: number, limitBytes: number) {
    super(`a record of ${topic} has ${bytes} bytes: split it, a record may have ${limitBytes} at most`);
  }
}

/** Topics that the broker took and then did not lead. */
export class TopicsMissingError extends DomainError {
  readonly code = 'PLATFORM_TOPICS_MISSING';

  constructor(topics: readonly string[]) {
    super(`the broker has no leader for ${topics.join(', ')}: see whether all brokers run`, { retriable: true });
  }
}
