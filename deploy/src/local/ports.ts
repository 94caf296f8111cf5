import { createServer } from 'node:net';
import { LaunchError } from './launch-error.ts';

/** Answers a port of 127.0.0.1 that is free at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

const FIRST_STABLE = 20_000;
const STABLE_PORTS = 10_000;

/**
 * Answers ports of 127.0.0.1 that are free and stay so between two lives of a server: the system gives none of them away to
 * connections.
 */
export async function stablePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  for (let tried = 0; tried < STABLE_PORTS && ports.length < count; tried += 1) {
    const port = FIRST_STABLE + ((process.pid * 16 + tried) % STABLE_PORTS);
    if (await isFree(port)) ports.push(port);
  }
  if (ports.length < count)
    throw new LaunchError(`no ${count} free ports from ${FIRST_STABLE} on: end what holds them`);
  return ports;
}

/** Throws LaunchError where somebody listens on the port already. */
export async function assertPortFree(port: number, server: string, option?: string): Promise<void> {
  if (await isFree(port)) return;
  throw new LaunchError(
    `port ${port} (${server}) is taken: end the program that holds it${option === undefined ? '' : `, or use ${option}`}`,
  );
}
