import { EVENTS } from '@wattmesh/events';
import { EventLog } from '@wattmesh/platform/database';
import { KafkaBus } from '@wattmesh/platform/kafka';
import { EVENT_LOG_GROUP } from '@wattmesh/portal/event-log-group';
import { placesOf } from '../earlier-servers.ts';
import { Endings } from '../endings.ts';
import { LaunchError } from '../local/launch-error.ts';
import { freePort } from '../local/ports.ts';
import { operatorOf, startServers, type Servers } from '../local/servers.ts';
import { waitUntilArchived } from '../processes/wait-until-archived.ts';
import { readState, type SavedState } from '../state-file.ts';
import { holderOf, tryHoldState } from '../state-lock.ts';
import { Roster } from '../supervise/roster.ts';
import { audit } from './audit.ts';
import { checkDelivery, type DeliveryFault } from './check-delivery.ts';
import type { History } from './history.ts';
import { readChain } from './read-chain.ts';
import { readHistory } from './read-history.ts';
import { brokenBoth, type Violation } from './violation.ts';

export interface Audited {
  readonly history: History;
  readonly violations: readonly Violation[];
  readonly delivery: readonly DeliveryFault[];
}

/** Reading needs no funds: any key will do to ask with. */
const ANY_KEY = `0x${'1'.repeat(64)}`;

/** What the audit reads, and how it makes sure that the log holds all that is on the bus. */
interface Source {
  readonly servers: Servers;
  readonly untilArchived: () => Promise<void>;
}

/** Audits the stack of a folder, running or finished. Throws LaunchError where there is none. */
export async function auditStack(folder: string, say: (line: string) => void): Promise<Audited> {
  const state = readState(folder);
  if (!state) throw new LaunchError('there is nothing to audit: run npm start first');
  const endings = new Endings();
  try {
    const { servers, untilArchived } = await sourceOf(folder, { state, say, endings });
    const log = await EventLog.open(servers.databaseUrl);
    endings.add(() => log.close());
    const members = (await readHistory(log)).members.map(({ payload }) => payload);
    const look = () => readChain(operatorOf(servers), state.contracts, members);
    const before = await look();
    // Before the log: whatever has a number by now must be in it.
    const taken = await log.numbersTaken();
    const history = await readHistory(log, untilArchived);
    const violations = brokenBoth(audit(history, before), audit(history, await look()));
    return { history, violations, delivery: checkDelivery(history, taken) };
  } finally {
    await endings.run();
  }
}

interface Asked {
  readonly state: SavedState;
  readonly say: (line: string) => void;
  readonly endings: Endings;
}

async function sourceOf(folder: string, asked: Asked): Promise<Source> {
  const hold = await tryHoldState(folder);
  if (!hold) return runningSource(folder, asked);
  asked.endings.add(() => hold.release());
  return finishedSource(folder, asked);
}

function rosterFor({ say }: Asked): Roster {
  const onGiveUp = ({ message }: LaunchError): void => say(message);
  return new Roster({ say, onChange: () => undefined, onGiveUp });
}

async function runningSource(folder: string, asked: Asked): Promise<Source> {
  const { databaseUrl, chainUrl, brokers } = holderOf(folder) ?? {};
  if (databaseUrl === undefined || chainUrl === undefined)
    throw new LaunchError('Wattmesh is just starting, or audited already: ask for the audit again in a moment');
  const addresses = { databaseUrl, chainUrl, operatorKey: ANY_KEY };
  const servers = await startServers({ ...addresses, folder, roster: rosterFor(asked), onProgress: asked.say });
  asked.endings.add(() => servers.stop());
  return { servers, untilArchived: () => untilComplete(brokers) };
}

/** The servers of this folder are started again for as long as the audit takes; what the portal had not copied is copied now. */
async function finishedSource(folder: string, asked: Asked): Promise<Source> {
  const needsKafka = asked.state.bus === 'kafka' && asked.state.brokers === undefined;
  const servers = await startServers({
    ...placesOf(asked.state),
    operatorKey: ANY_KEY,
    folder,
    needsKafka,
    postgresPort: await freePort(),
    chainPort: await freePort(),
    kafkaPorts: [await freePort(), await freePort()],
    roster: rosterFor(asked),
    onProgress: asked.say,
  });
  asked.endings.add(() => servers.stop());
  const { brokers } = servers;
  return {
    servers,
    untilArchived: () => (brokers === undefined ? Promise.resolve() : copyRest(brokers, servers.databaseUrl)),
  };
}

async function copyRest(brokers: readonly string[], databaseUrl: string): Promise<void> {
  const log = await EventLog.open(databaseUrl);
  const bus = new KafkaBus({ brokers, clientId: 'audit' });
  try {
    await bus.subscribe(EVENT_LOG_GROUP, [...EVENTS.keys()], (batch) => log.append(batch));
    await bus.start();
    await untilComplete(brokers);
  } finally {
    await bus.stop();
    await log.close();
  }
}

/** Throws LaunchError where the event log lacks what the brokers have: an audit of it would prove nothing. */
async function untilComplete(brokers: readonly string[] | undefined): Promise<void> {
  const missing = brokers === undefined ? undefined : await waitUntilArchived(brokers);
  if (missing !== undefined)
    throw new LaunchError(`${missing}: look into the portal's log, then ask for the audit again`);
}
