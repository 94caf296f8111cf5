import type { INestApplicationContext } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import type { ConsumerStore } from './consumer-store.ts';
import { subscriptionsOf } from './on-event.ts';
import type { ServiceContext } from '../service/runtime.ts';
import { TopicConsumer, type EventHandler, type TopicSubscription } from './topic.consumer.ts';

/**
 * Nest's transport of events: subscribes the methods marked with `@OnEvent` to the bus as one group. Events come validated
 * and in batches by `TopicConsumer`, so no pipe, guard or filter of Nest stands in their way.
 */
export class BusStrategy implements CustomTransportStrategy {
  readonly transportId = Symbol('wattmesh:bus');
  readonly #inHand = new Set<Promise<void>>();

  constructor(
    private readonly app: INestApplicationContext,
    private readonly service: ServiceContext,
    private readonly store: ConsumerStore,
  ) {}

  listen(onListening: (error?: unknown) => void): void {
    this.#subscribe().then(() => onListening(), onListening);
  }

  /** Takes no more events and finishes the ones in hand. Of a killed service nothing is left to close. */
  async close(): Promise<void> {
    if (!this.service.lifetime.isAlive) return;
    await this.service.bus.unsubscribe(this.service.name);
    await Promise.allSettled(this.#inHand);
  }

  /** Several handlers of one topic run in one transaction, by name. */
  async #subscribe(): Promise<void> {
    const consumers = new Map<string, TopicConsumer>();
    for (const subscription of this.#subscriptions()) {
      subscription.handlers.sort((a, b) => (a.name < b.name ? -1 : 1));
      consumers.set(subscription.event.topic, new TopicConsumer(this.service, this.store, subscription));
    }
    if (consumers.size === 0) return;
    await this.service.bus.subscribe(this.service.name, [...consumers.keys()], async (batch) => {
      const byTopic = Map.groupBy(batch, (record) => record.topic);
      for (const [topic, records] of byTopic) await this.#hold(consumers.get(topic)?.consume(records));
    });
  }

  async #hold(work: Promise<void> = Promise.resolve()): Promise<void> {
    this.#inHand.add(work);
    try {
      await work;
    } finally {
      this.#inHand.delete(work);
    }
  }

  #subscriptions(): TopicSubscription[] {
    const subscriptions = new Map<string, TopicSubscription>();
    for (const instance of this.#instances()) {
      for (const { name, method } of methodsOf(instance)) {
        for (const { event, from } of subscriptionsOf(method)) {
          const subscription = subscriptions.get(event.topic) ?? { event, handlers: [] };
          subscriptions.set(event.topic, subscription);
          const handle = method.bind(instance) as EventHandler['handle'];
          subscription.handlers.push({ name: `${instance.constructor.name}.${name}`, from, handle });
        }
      }
    }
    return [...subscriptions.values()];
  }

  #instances(): Set<object> {
    const discovery = this.app.get(DiscoveryService, { strict: false });
    const wrappers = [...discovery.getProviders(), ...discovery.getControllers()];
    const instances = wrappers.map((wrapper) => wrapper.instance as unknown);
    return new Set(instances.filter((instance) => typeof instance === 'object' && instance !== null));
  }
}

function methodsOf(instance: object): { name: string; method: (...args: unknown[]) => unknown }[] {
  const methods = new Map<string, (...args: unknown[]) => unknown>();
  for (let owner = Object.getPrototypeOf(instance) as object | null; owner !== null && owner !== Object.prototype;) {
    for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(owner))) {
      const method = property.value as unknown;
      if (typeof method === 'function' && name !== 'constructor' && !methods.has(name)) {
        methods.set(name, method as (...args: unknown[]) => unknown);
      }
    }
    owner = Object.getPrototypeOf(owner) as object | null;
  }
  return [...methods].map(([name, method]) => ({ name, method }));
}
