import type { AlarmKind, AlarmView } from '../view/alarm-view.schema.ts';

/** What each kind of alarm means and asks for: an alarm that asks for nothing is an event. */
const KINDS: Record<AlarmKind, Pick<AlarmView, 'priority' | 'consequence' | 'action'> & { what: string }> = {
  'device-fault': {
    priority: 'high',
    what: 'the device reports a fault',
    consequence: 'It is not controlled; its site keeps its limits by the other devices.',
    action: 'Read its fault code at the device and follow its manual; call the installer where it stays.',
  },
  'device-offline': {
    priority: 'medium',
    what: 'the device does not answer',
    consequence: 'Its values are missing, and what it was told last ends by its own timer.',
    action: 'Check its power, its cable and its address in the registry.',
  },
  'device-degraded': {
    priority: 'low',
    what: 'the device answers only in part',
    consequence: 'Some of its values are missing or old.',
    action: 'Look for a busy line or a second reader; replace the cable where it repeats.',
  },
  'meter-suspect': {
    priority: 'high',
    what: 'the meter contradicts the others',
    consequence: 'Its interval is paid on values that may be wrong; a correction follows when they are known.',
    action: 'Compare its register with the sub-meters of its site on the spot.',
  },
  'meter-substituted': {
    priority: 'medium',
    what: 'the meter settles on substituted values',
    consequence: 'Its interval is paid on an estimate; the final or a correction run replaces it.',
    action: 'Bring the meter back within the settlement period, or hand in its register by hand.',
  },
};

/** An alarm in words. Pure. Example: `describeAlarm('device-offline', 'timeout').priority // 'medium'`. */
export function describeAlarm(
  kind: AlarmKind,
  cause: string,
): Pick<AlarmView, 'priority' | 'cause' | 'consequence' | 'action'> {
  const { priority, what, consequence, action } = KINDS[kind];
  return { priority, cause: cause === '' ? what : `${what}: ${cause}`, consequence, action };
}
