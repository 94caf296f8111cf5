import type { EventLog } from '@wattmesh/platform/database';

/** The services of the control plane as a run sees them, in one process or in many. */
export interface RunningStack {
  readonly urls: Readonly<Record<'portal' | 'market', string>>;
  /** Every event so far. */
  readonly eventLog: EventLog;
  /** Names of services that are not ready yet. */
  notReady(): Promise<string[]>;
  /** The worst service's 99th percentile of simulated ms from an event's time to its commit. */
  lagP99Ms(): number | Promise<number>;
  /** Ends all services in order; the event log holds all that they published, and can still be read. */
  stopServices(): Promise<void>;
  /** Ends the services, where they have not ended, and closes the event log. */
  stop(): Promise<void>;
}
