import type { AlarmKind } from '../view/alarm-view.schema.ts';

/** An alarm as it is raised. */
export interface RaisedAlarm {
  readonly kind: AlarmKind;
  readonly objectId: string;
  readonly siteId?: string;
  readonly cause: string;
}

/** Which alarms of some kinds and objects are active from a moment on; those that are not named end. */
export interface ActiveAlarms {
  readonly at: string;
  readonly communityId: string | undefined;
  readonly kinds: readonly AlarmKind[];
  /** Objects that the statement is about. */
  readonly objectIds: readonly string[];
  readonly raised: readonly RaisedAlarm[];
}
