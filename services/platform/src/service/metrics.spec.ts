import { describe, expect, it } from 'vitest';
import { Metrics } from './metrics.ts';

async function lines(metrics: Metrics): Promise<string[]> {
  return (await metrics.registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

describe('a gauge', () => {
  it('is read at each scrape, by whoever asked last', async () => {
    const metrics = new Metrics();
    let lag = 3;
    metrics.gauge('lag', 'records behind', { collect: () => lag });
    expect(await lines(metrics)).toEqual(['lag 3']);
    lag = 4;
    expect(await lines(metrics)).toEqual(['lag 4']);
    metrics.gauge('lag', 'records behind', { collect: () => Promise.resolve(7) });
    expect(await lines(metrics)).toEqual(['lag 7']);
  });

  it('has a line for each set of labels, and drops those that are gone', async () => {
    const metrics = new Metrics('portal');
    let topics = ['a', 'b'];
    const collect = () => topics.map((topic) => ({ labels: { topic }, amount: 1 }));
    metrics.gauge('lag', 'records behind', { labels: ['topic'], collect });
    expect(await lines(metrics)).toEqual(['lag{topic="a",service="portal"} 1', 'lag{topic="b",service="portal"} 1']);
    topics = ['b'];
    expect(await lines(metrics)).toEqual(['lag{topic="b",service="portal"} 1']);
  });

  it('is left out where it cannot be read in time, and holds up no scrape', async () => {
    const metrics = new Metrics();
    let answer: () => Promise<number> = () => Promise.resolve(1);
    metrics.gauge('rows', 'rows that wait', { collect: () => answer() });
    metrics.counter('taken', 'things taken').inc();
    expect(await lines(metrics)).toEqual(['rows 1', 'taken 1']);
    for (const silence of [() => Promise.reject(new Error('away')), () => new Promise<number>(() => undefined)]) {
      answer = silence;
      const beganMs = performance.now();
      expect(await lines(metrics)).toEqual(['taken 1']);
      expect(performance.now() - beganMs).toBeLessThan(1500);
    }
  });

  it('keeps what is set where nobody reads it', async () => {
    const metrics = new Metrics();
    metrics.gauge('planned', 'devices', ['community']).set({ community: 'village' }, 17);
    expect(await lines(metrics)).toEqual(['planned{community="village"} 17']);
    expect(await lines(metrics)).toEqual(['planned{community="village"} 17']);
  });
});
