/** A part of a service that works in the background from its start: the outbox relay. */
export abstract class EventProducer {
  abstract start(): Promise<void>;

  abstract stop(): Promise<void>;
}
