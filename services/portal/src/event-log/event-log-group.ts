/** Consumer group that copies every topic into the event log: how far it has come says whether the log is complete. */
export const EVENT_LOG_GROUP = 'portal.event-log';
