import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { CommandIssued, CommandProgressed, IntervalMetered, ScheduleIssued } from '@wattmesh/events';
import { GatewayHarness } from './gateway.harness.ts';

/** What a gateway did while its disk was full, was freed, and was full at its start. */
export interface FullDiskReport {
  readonly whileFull: { scheduledW: number; commandedW: number; guardedW: number; isReady: boolean; metrics: string };
  /** Whether it kept everything again within one poll. */
  readonly isReadyOnceFree: boolean;
  readonly startedFull: { scheduledW: number; isReady: boolean };
  readonly isReadyInTheEnd: boolean;
  readonly stages: string[];
  readonly meterings: { run: string; quality: string; startWh: number; endWh: number }[];
  /** Import of the meter between the first interval's start and the last one's end, by the device itself. */
  readonly importWh: number;
  readonly areContiguous: boolean;
}

const METER = 'home-1-meter';
const FILLER = 'filler';

/** Lives two hours on a small disk that is full from minute 10 to 50, and from 65 to 80 with a restart in between. */
export async function liveOnAFullDisk(folder: string): Promise<FullDiskReport> {
  const change = (scenario: GatewayHarness['scenario']): void => {
    const site = scenario.sites.find(({ siteId }) => siteId === 'village-battery');
    if (site !== undefined) site.importLimitW = 1_500;
  };
  const harness = new GatewayHarness({ sites: ['home-1', 'village-battery'], change, folder, storeMaxMb: 1 });
  const startWh = harness.world.reading(METER).importWh;
  await harness.start();
  await harness.publish(ScheduleIssued, harness.schedule('home-1-ess', [1_000, -800, 600, 600, 600, -700, -700, -700]));
  await harness.runTo(10);
  fill(folder);
  const whileFull = await liveWhileFull(harness);
  await harness.runTo(50);
  rmSync(join(folder, FILLER));
  await harness.runTo(50.5);
  const isReadyOnceFree = await isReady(harness);
  await harness.runTo(65);
  fill(folder);
  await harness.killGateway();
  await harness.startGateway();
  await harness.runTo(80);
  const scheduledW = harness.world.controlOf('home-1-ess').targetW ?? Number.NaN;
  const startedFull = { scheduledW, isReady: await isReady(harness) };
  rmSync(join(folder, FILLER));
  await harness.runTo(90.6);
  const importWh = harness.world.reading(METER).importWh - startWh;
  const isReadyInTheEnd = await isReady(harness);
  const report = { whileFull, isReadyOnceFree, startedFull, isReadyInTheEnd, importWh, ...seenBy(harness) };
  await harness.stop();
  return report;
}

async function liveWhileFull(harness: GatewayHarness): Promise<FullDiskReport['whileFull']> {
  await harness.runTo(20);
  const scheduledW = harness.world.controlOf('home-1-ess').targetW ?? Number.NaN;
  await harness.publish(CommandIssued, harness.command('village-battery-ess'));
  await harness.runTo(21);
  const commandedW = harness.world.controlOf('village-battery-ess').targetW ?? Number.NaN;
  await harness.runTo(24);
  harness.world.control('village-battery-ess', { targetW: 5_000 });
  await harness.runTo(24.6);
  const guardedW = harness.world.reading('village-battery-meter').powerW;
  return { scheduledW, commandedW, guardedW, isReady: await isReady(harness), metrics: await harness.metrics() };
}

function seenBy(harness: GatewayHarness): Pick<FullDiskReport, 'stages' | 'meterings' | 'areContiguous'> {
  const meterings = harness
    .events(IntervalMetered)
    .filter(({ meterId }) => meterId === METER)
    .map(({ run, quality, counters }) => ({
      run,
      quality,
      startWh: counters.startImportWh,
      endWh: counters.endImportWh,
    }));
  const areContiguous = [...harness.sequences().values()].every((numbers) =>
    numbers.every((sequence, index) => sequence === index + 1),
  );
  return { stages: harness.events(CommandProgressed).map(({ stage }) => stage), meterings, areContiguous };
}

async function isReady(harness: GatewayHarness): Promise<boolean> {
  return (await harness.readiness()).checks['stores'] === true;
}

/** Takes every byte that is left. */
function fill(folder: string): void {
  const handle = openSync(join(folder, FILLER), 'w');
  for (let bytes = 65_536; bytes >= 1;) {
    try {
      writeSync(handle, Buffer.alloc(bytes));
    } catch {
      bytes = Math.floor(bytes / 2);
    }
  }
  closeSync(handle);
}
