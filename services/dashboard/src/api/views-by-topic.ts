/** Names of the portal's views as they open a query's key. */
export type ViewName =
  | 'communities'
  | 'now'
  | 'timeline'
  | 'history'
  | 'commands'
  | 'limits'
  | 'clearings'
  | 'batches'
  | 'quality'
  | 'alarms'
  | 'services'
  | 'member'
  | 'earnings'
  | 'statement';

/** Which views an event makes old. A topic that changes no view is there with an empty list. */
export const VIEWS_BY_TOPIC: Readonly<Record<string, readonly ViewName[]>> = {
  'portal.community-configured.v1': ['communities', 'limits', 'now'],
  'portal.site-configured.v1': ['communities', 'limits', 'now'],
  'portal.device-registered.v1': ['communities', 'now'],
  'portal.member-registered.v1': ['communities', 'member'],
  'portal.meter-enrolled.v1': ['quality'],
  'gateway.reading-taken.v1': ['now'],
  'gateway.interval-metered.v1': ['timeline', 'history', 'quality'],
  'gateway.command-progressed.v1': ['commands'],
  'gateway.device-status-changed.v1': ['alarms', 'now'],
  'forecaster.forecast-published.v1': ['timeline'],
  'dispatcher.plan-published.v1': ['timeline'],
  'dispatcher.schedule-issued.v1': [],
  'dispatcher.command-issued.v1': ['commands'],
  'market.mandate-signed.v1': ['member'],
  'market.order-placed.v1': [],
  'market.interval-cleared.v1': ['clearings', 'timeline', 'alarms', 'earnings'],
  'settlement.interval-settled.v1': ['statement', 'earnings'],
  'settlement.batch-confirmed.v1': ['batches', 'statement'],
};

/** Shortest wall time between two refreshes of a view, in ms: a busy stream re-renders nothing more than four times a second. */
export const GAP_MS: Readonly<Record<ViewName, number>> = {
  communities: 5000,
  now: 500,
  timeline: 2000,
  history: 30_000,
  commands: 1000,
  limits: 5000,
  clearings: 2000,
  batches: 2000,
  quality: 3000,
  alarms: 1000,
  services: 5000,
  member: 5000,
  earnings: 2000,
  statement: 2000,
};
