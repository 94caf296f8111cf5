import 'reflect-metadata';
import type { EventDefinition, PayloadOf } from '@wattmesh/events';
import type { EntityManager } from 'typeorm';

/** How a consumer begins. */
export interface OnEventOptions {
  /** `beginning`: it first sees what is retained (compacted topics: the newest of each key). `now`: only what comes. */
  from?: 'beginning' | 'now';
}

/** A handler as the decorator noted it. */
export interface EventSubscription {
  event: EventDefinition;
  from: 'beginning' | 'now';
}

type EventMethod<E extends EventDefinition> = (events: PayloadOf<E>[], tx: EntityManager) => Promise<void> | void;

const SUBSCRIPTIONS = Symbol('wattmesh:subscriptions');

/**
 * Subscribes a method of a provider or controller to an event. Batches come validated, each event once, in one
 * transaction where the service has a database. Throw to fail.
 */
export function OnEvent<E extends EventDefinition>(event: E, options: OnEventOptions = {}) {
  return <M extends EventMethod<E>>(
    _target: object,
    _name: string | symbol,
    descriptor: TypedPropertyDescriptor<M>,
  ): void => {
    const method = descriptor.value;
    if (method === undefined) throw new TypeError('@OnEvent belongs on a method');
    const subscriptions = [...subscriptionsOf(method), { event, from: options.from ?? 'beginning' }];
    Reflect.defineMetadata(SUBSCRIPTIONS, subscriptions, method);
  };
}

/** What a method is subscribed to. */
export function subscriptionsOf(method: object): EventSubscription[] {
  return (Reflect.getMetadata(SUBSCRIPTIONS, method) as EventSubscription[] | undefined) ?? [];
}
