import { Metrics, RealEffects } from '@wattmesh/platform';
import { StepClock } from '@wattmesh/platform/clock';
import { describe, expect, it } from 'vitest';
import { LogStore } from '../store/log.store.ts';
import { StoreWatch } from '../store/store-watch.ts';
import { MemoryDisk } from '../store/testing/memory-disk.ts';
import { ListeningLogger } from '../testing/listening-logger.ts';
import { RegistryStore } from './registry.store.ts';

function open(disk: MemoryDisk): { store: RegistryStore; watch: StoreWatch } {
  const clock = new StepClock({ simMs: 0, speed: 1 });
  const watch = new StoreWatch('registry', { clock, logger: new ListeningLogger(), metrics: new Metrics() });
  return {
    store: new RegistryStore(new LogStore({ folder: '/store', effects: new RealEffects(), disk }), watch),
    watch,
  };
}

describe('registry on a disk that refuses', () => {
  it('is known from memory, and kept as soon as it can be', async () => {
    const disk = new MemoryDisk();
    const { store, watch } = open(disk);
    await store.set({ 'site/home-1': 1, 'site/home-2': 2 });
    disk.faultOf = () => 'refused';
    await store.set({ 'site/home-1': null, 'site/home-3': 3 });
    expect(store.entries('site/')).toEqual([
      ['home-2', 2],
      ['home-3', 3],
    ]);
    expect([store.get('site/home-1'), store.isBehind, watch.trouble !== undefined]).toEqual([undefined, true, true]);
    disk.faultOf = () => undefined;
    await store.keep();
    expect([store.isBehind, watch.trouble]).toEqual([false, undefined]);
    expect(open(disk).store.entries('site/')).toEqual([
      ['home-2', 2],
      ['home-3', 3],
    ]);
  });
});
