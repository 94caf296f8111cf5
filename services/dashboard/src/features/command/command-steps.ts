import type { CommandView } from '@wattmesh/portal/views';

/**
 * The life of a command as a row of steps: issued, accepted, applied, verified, each reached or not, and what ended it
 * otherwise. Times are seconds after the issue. Pure.
 */
export type StepName = CommandView['stages'][number]['stage'] | 'issued';
export type CommandStep = {
  name: StepName;
  state: 'done' | 'waiting' | 'bad';
  at?: string;
  afterS?: number;
  /** W: written to the device, or seen by the independent meter. */
  powerW?: number;
  reason?: string;
};

const WAY = ['accepted', 'applied', 'verified'] as const;
const BAD: readonly StepName[] = ['refused', 'expired', 'reverted'];

export function commandSteps(command: Pick<CommandView, 'issuedAt' | 'setpointW' | 'stages'>): CommandStep[] {
  const issuedMs = Date.parse(command.issuedAt);
  const reached = new Map(command.stages.map((stage) => [stage.stage, stage]));
  const ended = command.stages.find((stage) => BAD.includes(stage.stage));
  const steps: CommandStep[] = [{ name: 'issued', state: 'done', at: command.issuedAt, powerW: command.setpointW }];
  for (const name of WAY) {
    const stage = reached.get(name);
    if (stage !== undefined) steps.push(toStep(stage, issuedMs));
    else if (ended === undefined) steps.push({ name, state: 'waiting' });
  }
  if (ended !== undefined) steps.push(toStep(ended, issuedMs));
  return steps;
}

function toStep(stage: CommandView['stages'][number], issuedMs: number): CommandStep {
  const powerW = stage.stage === 'verified' ? (stage.measuredW ?? stage.setpointW) : stage.setpointW;
  return {
    name: stage.stage,
    // A command that was verified did its work: that it lapses afterwards is how commands end.
    state: BAD.includes(stage.stage) ? 'bad' : 'done',
    at: stage.at,
    afterS: (Date.parse(stage.at) - issuedMs) / 1000,
    ...(powerW === undefined ? {} : { powerW }),
    ...(stage.reason === undefined ? {} : { reason: stage.reason }),
  };
}
