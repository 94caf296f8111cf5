import { connect } from 'node:net';

const WITHIN_MS = 1000;
const API_VERSIONS = 18;
const CORRELATION = 7;

/** Request frame of ApiVersions version 0, which every broker answers before it is told anything else. */
function apiVersionsRequest(): Buffer {
  const frame = Buffer.alloc(14);
  frame.writeInt32BE(frame.length - 4, 0);
  frame.writeInt16BE(API_VERSIONS, 4);
  frame.writeInt16BE(0, 6);
  frame.writeInt32BE(CORRELATION, 8);
  frame.writeInt16BE(-1, 12); // no client id
  return frame;
}

/** Whether a Kafka broker that serves requests listens at HOST:PORT. */
export function answersKafka(broker: string): Promise<boolean> {
  const end = broker.lastIndexOf(':');
  return new Promise((resolve) => {
    const socket = connect({ host: broker.slice(0, end), port: Number(broker.slice(end + 1)) });
    const settle = (isKafka: boolean) => {
      socket.destroy();
      resolve(isKafka);
    };
    let answer = Buffer.alloc(0);
    socket.setTimeout(WITHIN_MS, () => settle(false));
    socket.once('connect', () => socket.write(apiVersionsRequest()));
    socket.on('data', (chunk) => {
      answer = Buffer.concat([answer, chunk]);
      // Length, correlation id, error code.
      if (answer.length >= 10) settle(answer.readInt32BE(4) === CORRELATION && answer.readInt16BE(8) === 0);
    });
    socket.once('error', () => settle(false));
    socket.once('close', () => resolve(false));
  });
}
