import type { ClockSetting } from '@wattmesh/platform/clock';
import { z } from 'zod';
import type { SiteEndpoint } from '../devices/devices.link.ts';
import { readClock } from './read-clock.ts';

/** `wallMs,simMs,speed`: from now on time passes like this. */
const Release = z.object({ clock: z.string() });

/** The process that started this one, where it opened a channel: it is told what is served, and it lets time pass. */
export class ParentLink {
  /** Resolves when the parent is gone; never where there is none. */
  gone(): Promise<void> {
    return new Promise((resolve) => {
      if (process.send === undefined) return;
      process.once('disconnect', resolve);
      if (!process.connected) resolve();
    });
  }

  /** Resolves with the mapping when the parent releases the clock. Rejects with a ScenarioError where it cannot be read. */
  release(): Promise<ClockSetting> {
    return new Promise((resolve, reject) => {
      process.on('message', (message) => {
        const release = Release.safeParse(message);
        if (!release.success) return;
        try {
          resolve(readClock('the release of the clock', release.data.clock));
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  tellReady(endpoints: ReadonlyMap<string, SiteEndpoint>): void {
    // A parent that is gone ends this process by its disconnect.
    process.send?.({ ready: { endpoints: Object.fromEntries(endpoints) } }, undefined, {}, () => undefined);
  }
}
