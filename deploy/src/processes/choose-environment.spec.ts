import { describe, expect, it } from 'vitest';
import { chooseEnvironment } from './choose-environment.ts';
import { nameInstances } from './name-instances.ts';

const from = {
  machine: {
    PATH: '/bin',
    HTTPS_PROXY: 'http://proxy',
    WATTMESH_OPERATOR_KEY: '0xsecret',
    npm_config_cache: '/c',
    NODE_OPTIONS: '--inspect',
    DATABASE_URL: 'postgres://other',
    GATEWAY_STORE: '/elsewhere',
    PORT: '1',
    gone: undefined,
  },
  settings: { LOG_LEVEL: 'info', SETTLEMENT_OPERATOR_KEY: '0xsecret', GATEWAY_STORE: '/store' },
  told: { WATTMESH_BUS: 'kafka', PORT: '20001' },
  databaseUrl: 'postgres://ours',
};

describe('the environment of a service’s process', () => {
  it('holds its own settings and nobody else’s secrets', () => {
    expect(chooseEnvironment('market', from)).toEqual({
      PATH: '/bin',
      HTTPS_PROXY: 'http://proxy',
      LOG_LEVEL: 'info',
      WATTMESH_BUS: 'kafka',
      PORT: '20001',
      DATABASE_URL: 'postgres://ours',
    });
    expect(chooseEnvironment('settlement', from)).toMatchObject({ SETTLEMENT_OPERATOR_KEY: '0xsecret' });
  });

  it('leads the gateway to no database', () => {
    expect(chooseEnvironment('gateway', from)).toMatchObject({ GATEWAY_STORE: '/store' });
    expect(chooseEnvironment('gateway', from)).not.toHaveProperty('DATABASE_URL');
  });
});

describe('the processes of a control plane', () => {
  it('are each service once', () => {
    expect(nameInstances(1).map(({ name }) => name)).toEqual([
      'portal',
      'gateway',
      'forecaster',
      'dispatcher',
      'market',
      'settlement',
    ]);
  });

  it('are several of each where asked for, but one gateway', () => {
    const names = nameInstances(2).map(({ name }) => name);
    expect(names).toHaveLength(11);
    expect(names).toContain('settlement-2');
    expect(names).not.toContain('gateway-2');
  });
});
