import { z } from 'zod';
import { ClockSetting, HeldClock, type Clock } from '../clock/clock.ts';

const Release = z.object({ clock: ClockSetting });

/** Where another process started this one with a channel: it releases the held clock, and this one ends with it. */
export function followParent(clock: Clock, end: () => void): void {
  if (process.send === undefined) return;
  if (!process.connected) return end();
  process.once('disconnect', end);
  process.on('message', (message) => {
    const release = Release.safeParse(message);
    if (release.success && clock instanceof HeldClock) clock.release(release.data.clock);
  });
}
