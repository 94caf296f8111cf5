import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { ScenarioError } from '../scenario/scenario.errors.ts';

/**
 * Holds a saved world for this process. Throws a ScenarioError where another process does. It listens on an abstract socket named after the
 * file: the kernel lets one process have it and frees it when that ends, however it ends.
 */
export async function holdWorldState(file: string): Promise<void> {
  const name = createHash('sha256').update(realFileOf(file)).digest('hex');
  const server = createServer((socket) => socket.destroy()).unref();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        cause.code === 'EADDRINUSE'
          ? new ScenarioError(`${file} is in use by another process: end it first or give another file`, { cause })
          : cause,
      ),
    );
    server.listen(`\0wattmesh-${name}`, resolve);
  });
}

function realFileOf(file: string): string {
  try {
    return join(realpathSync(dirname(file)), basename(file));
  } catch (cause) {
    throw new ScenarioError(`${file} has no folder; make it or give another file`, { cause });
  }
}
