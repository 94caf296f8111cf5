import { join } from 'node:path';
import { derivePublicKey } from '@wattmesh/dispatcher/derive-key';
import { dispatcherKeySeed, meterKeySeed } from './build-registry.ts';

/** Where a stack keeps what is durable, and what it talks to. */
export interface StackPlaces {
  /** Folder of the gateway's logs and the forecaster's inputs. */
  readonly folder: string;
  readonly databaseUrl: string;
  /** `http://...`, or `inprocess:NAME` for an EVM inside this process. */
  readonly chainRpc: string;
  readonly operatorKey: string;
  readonly registrationToken: string;
  readonly logLevel: string;
  /** Nothing may depend on how fast this machine is: for stepped runs. */
  readonly isStepped: boolean;
  /** Where each service answers, by the name of its process, as far as that is known. */
  readonly urls?: Readonly<Record<string, string>>;
  /** Wall time after which a device counts as silent, where a run wants another. */
  readonly modbusTimeoutMs?: number;
}

/** A stepped run repeats exactly only if no device times out by the wall and one numeric backend computes. */
const STEPPED = { GATEWAY_MODBUS_TIMEOUT_MS: '20000', FORECASTER_BACKEND: 'wasm' };

export const historyFileOf = (folder: string): string => join(folder, 'forecaster', 'history.csv');
export const weatherFileOf = (folder: string): string => join(folder, 'forecaster', 'weather.csv');

/** What the portal shows besides its own views: the other services, proofs, and the chain, where a browser reaches it. */
function portalEnvironment({ urls = {}, chainRpc }: StackPlaces): Record<string, string> {
  const services = Object.entries(urls).map(([name, url]) => `${name}=${url}`);
  return {
    PORTAL_IS_SIMULATED: 'true',
    ...(services.length === 0 ? {} : { PORTAL_SERVICES: services.join(',') }),
    ...(urls['settlement'] === undefined ? {} : { PORTAL_SETTLEMENT_URL: urls['settlement'] }),
    ...(chainRpc.startsWith('http') ? { PORTAL_CHAIN_RPC: chainRpc } : {}),
  };
}

/** Environment of every service of a stack: what a container would be given. */
export function serviceEnvironment(places: StackPlaces, seed: number): Record<string, string> {
  return {
    LOG_LEVEL: places.logLevel,
    PORTAL_REGISTRATION_TOKEN: places.registrationToken,
    ...portalEnvironment(places),
    GATEWAY_STORE: join(places.folder, 'gateway'),
    GATEWAY_KEY_SEED: meterKeySeed(seed),
    GATEWAY_DISPATCHER_KEY: derivePublicKey(dispatcherKeySeed(seed)),
    DISPATCHER_KEY_SEED: dispatcherKeySeed(seed),
    FORECASTER_HISTORY: historyFileOf(places.folder),
    FORECASTER_WEATHER: weatherFileOf(places.folder),
    SETTLEMENT_CHAIN_RPC: places.chainRpc,
    SETTLEMENT_OPERATOR_KEY: places.operatorKey,
    SETTLEMENT_SALT_SEED: `wattmesh-scenario-${seed}-salts`,
    ...(places.isStepped ? STEPPED : {}),
    ...(places.modbusTimeoutMs === undefined ? {} : { GATEWAY_MODBUS_TIMEOUT_MS: String(places.modbusTimeoutMs) }),
  };
}
