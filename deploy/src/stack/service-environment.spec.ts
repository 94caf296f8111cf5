import { describe, expect, it } from 'vitest';
import { serviceEnvironment } from './service-environment.ts';

const places = {
  folder: '/state',
  databaseUrl: 'postgres://ours',
  chainRpc: 'http://127.0.0.1:8545',
  operatorKey: '0xsecret',
  registrationToken: 'a token',
  logLevel: 'info',
  isStepped: false,
};

describe('the environment of the portal', () => {
  it('names the other services, where proofs are, and the chain as a browser reaches it', () => {
    const urls = {
      portal: 'http://127.0.0.1:1',
      settlement: 'http://127.0.0.1:2',
      'settlement-2': 'http://127.0.0.1:3',
    };
    expect(serviceEnvironment({ ...places, urls }, 1)).toMatchObject({
      PORTAL_SERVICES: 'portal=http://127.0.0.1:1,settlement=http://127.0.0.1:2,settlement-2=http://127.0.0.1:3',
      PORTAL_SETTLEMENT_URL: 'http://127.0.0.1:2',
      PORTAL_CHAIN_RPC: 'http://127.0.0.1:8545',
      PORTAL_IS_SIMULATED: 'true',
    });
  });

  it('offers no chain that no browser reaches', () => {
    const environment = serviceEnvironment({ ...places, chainRpc: 'inprocess:spec' }, 1);
    expect(environment).not.toHaveProperty('PORTAL_CHAIN_RPC');
    expect(environment).not.toHaveProperty('PORTAL_SERVICES');
  });
});
