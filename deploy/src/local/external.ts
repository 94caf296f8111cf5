import { connect } from 'node:net';
import { Client } from 'pg';
import { chainIdOf } from './chain-rpc.ts';
import { LaunchError } from './launch-error.ts';

const ANSWER_WITHIN_MS = 5000;
/** Kafka's ApiVersions request, version 0, correlation id 1, no client id. */
const API_VERSIONS_REQUEST = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff]);

/** Servers of the person's own, which are left running. */
export interface ExternalServers {
  readonly databaseUrl?: string;
  readonly chainUrl?: string;
  readonly operatorKey?: string;
  /** HOST:PORT of Kafka brokers. */
  readonly brokers?: readonly string[];
}

async function assertDatabaseAnswers(databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: ANSWER_WITHIN_MS });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
  } catch (cause) {
    throw new LaunchError(
      `--database ${new URL(databaseUrl).host}: ${(cause as Error).message || 'nobody answers'}; give the URL of a PostgreSQL that runs`,
      { cause },
    );
  }
}

async function assertChainAnswers(chainUrl: string, operatorKey: string | undefined): Promise<void> {
  if (operatorKey === undefined)
    throw new LaunchError('--chain: set WATTMESH_OPERATOR_KEY to the private key of an account there that has funds');
  if ((await chainIdOf(chainUrl)) === undefined)
    throw new LaunchError(`--chain ${chainUrl}: no EVM node answers there`);
}

/** True where a Kafka broker answers at HOST:PORT. */
export function isKafka(broker: string): Promise<boolean> {
  const end = broker.lastIndexOf(':');
  return new Promise((resolve) => {
    const socket = connect({ host: broker.slice(0, end), port: Number(broker.slice(end + 1)) });
    const answer = (isAnswered: boolean) => {
      socket.destroy();
      resolve(isAnswered);
    };
    socket.setTimeout(ANSWER_WITHIN_MS, () => answer(false));
    socket.once('connect', () => socket.write(API_VERSIONS_REQUEST));
    // Four bytes of length, then the correlation id of the question.
    socket.once('data', (bytes) => answer(bytes.length >= 8 && bytes.readInt32BE(4) === 1));
    socket.once('error', () => answer(false));
    socket.once('close', () => answer(false));
  });
}

async function assertKafkaAnswers(brokers: readonly string[]): Promise<void> {
  if ((await Promise.all(brokers.map(isKafka))).includes(true)) return;
  throw new LaunchError(`--kafka ${brokers.join(',')}: no Kafka broker answers there`);
}

/** Throws LaunchError where a server that was named does not answer. */
export async function assertExternalServersAnswer(external: ExternalServers): Promise<void> {
  if (external.databaseUrl !== undefined) await assertDatabaseAnswers(external.databaseUrl);
  if (external.chainUrl !== undefined) await assertChainAnswers(external.chainUrl, external.operatorKey);
  if (external.brokers !== undefined) await assertKafkaAnswers(external.brokers);
}
