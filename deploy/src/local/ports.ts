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

/** Throws LaunchError where somebody listens on the port already. */
export function assertPortFree(port: number, server: string, option?: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', () =>
      reject(
        new LaunchError(
          `port ${port} (${server}) is taken: end the program that holds it${option === undefined ? '' : `, or use ${option}`}`,
        ),
      ),
    );
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve()));
  });
}
