import { describe, expect, it } from 'vitest';
import { findReason } from './find-reason.ts';

describe('the last words of a process', () => {
  it('come down to the error that they name', () => {
    const words = [
      'node:internal/process/promises:394',
      '      triggerUncaughtException(err, true);',
      '',
      'Error: connect ECONNREFUSED 127.0.0.1:5433',
      '    at TCPConnectWrap.afterConnect (node:net:1611:16) {',
      "  code: 'ECONNREFUSED'",
      '}',
      'Node.js v24.21.0',
    ];
    expect(findReason(words.join('\n'))).toBe('Error: connect ECONNREFUSED 127.0.0.1:5433');
    expect(findReason('QueryFailedError [Fatal]: terminating connection\nat x\nNode.js v24.21.0')).toBe(
      'QueryFailedError [Fatal]: terminating connection',
    );
  });

  it('come down to their last line where none names an error', () => {
    expect(findReason('starting\ngateway: GATEWAY_STORE is full\n\n')).toBe('gateway: GATEWAY_STORE is full');
    expect(findReason('')).toBe('');
  });
});
