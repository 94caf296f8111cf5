import type { Group, Lane } from './bus-group.ts';

/** All lanes of one topic that a group takes as one batch. */
export interface NextBatch {
  group: Group;
  lanes: Lane[];
}

/**
 * What a serial bus delivers next, independent of the order in which publishers came: the oldest round first, within it
 * by topic, then by group; all partitions of the topic in one batch. Undefined where nothing is ready. O(lanes).
 *
 * @example chooseNextBatch(groups)?.group.name
 */
export function chooseNextBatch(groups: Iterable<Group>): NextBatch | undefined {
  const ready = [...groups].flatMap((group) => group.readyLanes().map((lane) => ({ group, lane })));
  const first = ready
    .map(({ group, lane }) => ({ group, topic: lane.topic, round: lane.queue[0]?.round ?? 0 }))
    .sort((a, b) => a.round - b.round || compare(a.topic, b.topic) || compare(a.group.name, b.group.name))[0];
  if (first === undefined) return undefined;
  const lanes = ready.filter(({ group, lane }) => group === first.group && lane.topic === first.topic);
  return { group: first.group, lanes: lanes.map(({ lane }) => lane).sort((a, b) => a.partition - b.partition) };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
