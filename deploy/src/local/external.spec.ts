import { createServer, type AddressInfo, type Server } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { assertExternalServersAnswer } from './external.ts';
import { answersKafka } from './kafka/answers-kafka.ts';
import { freePort } from './ports.ts';

let server: Server | undefined;
afterEach(() => void server?.close());

/** Listens, and answers whatever it is told with these bytes. */
async function answering(bytes: readonly number[]): Promise<string> {
  const listening = createServer((socket) =>
    socket.on('data', () => socket.write(Buffer.from(bytes))).on('error', () => undefined),
  ).listen(0, '127.0.0.1');
  server = listening;
  await once(listening, 'listening');
  return `127.0.0.1:${(listening.address() as AddressInfo).port}`;
}

describe('servers of the person’s own', () => {
  it.each([
    ['--database', async (port: number) => ({ databaseUrl: `postgres://me:secret@127.0.0.1:${port}/mine` })],
    ['--chain', async (port: number) => ({ chainUrl: `http://127.0.0.1:${port}`, operatorKey: '0x1' })],
    ['--chain', async (port: number) => ({ chainUrl: `http://127.0.0.1:${port}` })],
    ['--kafka', async (port: number) => ({ brokers: [`127.0.0.1:${port}`] })],
  ])('are refused in one line without secrets where none answers: %s', async (option, externalAt) => {
    const external = await externalAt(await freePort());
    await expect(assertExternalServersAnswer(external)).rejects.toThrow(new RegExp(`^${option}[^\\n]*$`));
    await expect(assertExternalServersAnswer(external)).rejects.not.toThrow(/secret/);
  });

  it('are Kafka where they answer the question that every Kafka client asks first', async () => {
    expect(await answersKafka(await answering([0, 0, 0, 6, 0, 0, 0, 7, 0, 0]))).toBe(true);
  });

  it('are no Kafka where they speak something else', async () => {
    expect(await answersKafka(await answering([...Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')]))).toBe(false);
  });

  it('suffice where one of several brokers answers', async () => {
    const broker = await answering([0, 0, 0, 6, 0, 0, 0, 7, 0, 0]);
    await assertExternalServersAnswer({ brokers: [`127.0.0.1:${await freePort()}`, broker] });
  });
});
