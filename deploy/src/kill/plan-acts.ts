/** One blow: a process is killed, or paused for a while. */
export interface Act {
  readonly kind: 'kill' | 'pause';
  readonly process: string;
}

/**
 * Which processes to strike, in turn: first each is killed, then each is paused, then again, in an order that the seed draws anew
 * for every turn. Pure; `random` answers numbers from 0 to 1.
 *
 * @example planActs(['Kafka', 'market'], { count: 4, random }) // kill, kill, pause, pause
 */
export function planActs(
  processes: readonly string[],
  { count, random }: { count: number; random: () => number },
): Act[] {
  const acts: Act[] = [];
  for (let turn = 0; acts.length < count; turn += 1) {
    const kind = turn % 2 === 0 ? 'kill' : 'pause';
    const drawn = processes.map((process) => ({ process, place: random() }));
    for (const { process } of drawn.sort((a, b) => a.place - b.place)) acts.push({ kind, process });
  }
  return acts.slice(0, count);
}
