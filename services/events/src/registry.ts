import type { EventDefinition } from './define-event.ts';
import * as dispatcher from './dispatcher.ts';
import * as forecaster from './forecaster.ts';
import * as gateway from './gateway.ts';
import * as market from './market.ts';
import * as portal from './portal.ts';
import * as settlement from './settlement.ts';

const isEvent = (exported: object): exported is EventDefinition => 'topic' in exported;

/** Every event of the system by its topic. */
export const EVENTS: ReadonlyMap<string, EventDefinition> = new Map(
  [portal, gateway, forecaster, dispatcher, market, settlement]
    .flatMap((owner): object[] => Object.values(owner))
    .filter(isEvent)
    .map((event) => [event.topic, event]),
);
