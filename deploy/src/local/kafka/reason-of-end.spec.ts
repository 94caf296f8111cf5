import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reasonOfEnd } from './reason-of-end.ts';

describe('why Kafka ended', () => {
  let folder = '';
  const log = (text: string) => writeFileSync(join(folder, 'log', 'kafka.0.log'), text);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wattmesh-reason-'));
    mkdirSync(join(folder, 'log'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is the innermost exception of its log', () => {
    log(
      'SEVERE Fatal error during startup\norg.apache.kafka.common.KafkaException: Socket server failed\n\tat kafka.X\n' +
        'Caused by: java.net.BindException: Address already in use\n\tat sun.nio\n',
    );
    expect(reasonOfEnd(folder, '')).toBe('Address already in use');
  });

  it('is a full disk wherever that is said', () => {
    log('java.io.IOException: No space left on device\nCaused by: java.lang.RuntimeException: something else\n');
    expect(reasonOfEnd(folder, '')).toBe(`no space is left in ${folder}: free some`);
  });

  it('is what Java printed where the log says nothing', () => {
    expect(reasonOfEnd(folder, 'Error: Could not create the Java Virtual Machine.\n')).toContain('Could not create');
    expect(reasonOfEnd(folder, '')).toBeUndefined();
  });
});
