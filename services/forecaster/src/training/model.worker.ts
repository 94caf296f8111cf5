import { parentPort, workerData } from 'node:worker_threads';
import { openBackend } from './backend.link.ts';
import { forecastSites } from './forecast-sites.ts';
import type { Answer, Request, WantedBackend } from './messages.ts';
import { trainModels } from './train-models.ts';

const port = parentPort;
if (!port) throw new Error('model.worker runs as a worker thread only');
const say = (answer: Answer): void => port.postMessage(answer);

function answer(request: Request): Answer {
  const { id, panel } = request;
  if (request.kind === 'forecast') return { kind: 'forecasted', id, forecasts: forecastSites(panel, request.models) };
  return {
    kind: 'trained',
    id,
    result: trainModels(panel, request.options, (share) => say({ kind: 'progress', id, share })),
  };
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

port.on('message', (request: Request) => {
  try {
    say(answer(request));
  } catch (error) {
    say({ kind: 'failed', id: request.id, reason: reasonOf(error) });
  }
});

try {
  say({ kind: 'ready', backend: await openBackend((workerData as { backend: WantedBackend }).backend) });
} catch (error) {
  say({ kind: 'failed', reason: reasonOf(error) });
}
