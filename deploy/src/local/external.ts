import { Client } from 'pg';
import { chainIdOf } from './chain-rpc.ts';
import { answersKafka } from './kafka/answers-kafka.ts';
import { LaunchError } from './launch-error.ts';

const ANSWER_WITHIN_MS = 5000;

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

async function assertKafkaAnswers(brokers: readonly string[]): Promise<void> {
  if ((await Promise.all(brokers.map(answersKafka))).includes(true)) return;
  throw new LaunchError(`--kafka ${brokers.join(',')}: no Kafka broker answers there`);
}

/** Throws LaunchError where a server that was named does not answer. */
export async function assertExternalServersAnswer(external: ExternalServers): Promise<void> {
  if (external.databaseUrl !== undefined) await assertDatabaseAnswers(external.databaseUrl);
  if (external.chainUrl !== undefined) await assertChainAnswers(external.chainUrl, external.operatorKey);
  if (external.brokers !== undefined) await assertKafkaAnswers(external.brokers);
}
