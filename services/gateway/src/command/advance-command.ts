import type { CommandProgressed } from '@wattmesh/events';

/** A command's life at the gateway; plain data, so that it survives a restart. */
export interface CommandState {
  readonly commandId: string;
  readonly deviceId: string;
  readonly setpointW: number;
  readonly minW: number;
  readonly maxW: number;
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
  readonly stage: CommandProgressed['stage'];
  /** Set-point written to the device and read back. */
  readonly appliedW?: number;
}

/** Something that happened to a command. */
export type CommandStep =
  | { readonly kind: 'applied'; readonly setpointW: number }
  | { readonly kind: 'measured'; readonly measuredW: number; readonly isReached: boolean }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'superseded'; readonly byCommandId: string }
  | { readonly kind: 'expired' }
  | { readonly kind: 'reverted'; readonly setpointW: number };

/** What to publish about it. */
export type CommandNews = Pick<CommandProgressed, 'stage'> &
  Partial<Pick<CommandProgressed, 'setpointW' | 'measuredW' | 'reason'>>;

/**
 * Next stage of a command: accepted, applied, verified; or refused; and in the end expired and reverted.
 *
 * Rules: stages never go back; a step that changes nothing gives no news, so steps may be repeated after a restart. A
 * command that was not verified before its end is `expired` with the reason; every command whose set-point was
 * written ends `reverted` once the device follows the next layer. A newer command ends an older one without a revert, because
 * the device goes on under the newer. `refused` is final.
 *
 * Example: applied, then measured at the set-point: verified, with the measured power.
 */
export function advanceCommand(state: CommandState, step: CommandStep): { state: CommandState; news?: CommandNews } {
  switch (step.kind) {
    case 'applied':
      if (state.stage !== 'accepted') return { state: isLive(state) ? { ...state, appliedW: step.setpointW } : state };
      return to({ ...state, appliedW: step.setpointW }, { stage: 'applied', setpointW: step.setpointW });
    case 'measured':
      if (state.stage !== 'applied' || !step.isReached) return { state };
      return to(state, {
        stage: 'verified',
        measuredW: step.measuredW,
        ...(state.appliedW !== undefined && { setpointW: state.appliedW }),
      });
    case 'refused':
      return state.stage === 'accepted' ? to(state, { stage: 'refused', reason: step.reason }) : { state };
    case 'superseded':
      if (state.stage === 'verified') return { state: { ...state, stage: 'reverted' } };
      return isLive(state)
        ? to({ ...state, stage: 'reverted' }, { stage: 'expired', reason: `superseded by ${step.byCommandId}` }, true)
        : { state };
    case 'expired':
      if (state.stage === 'accepted')
        return to(state, { stage: 'expired', reason: 'the device was not reached before the expiry' });
      if (state.stage !== 'applied') return { state };
      return to(state, { stage: 'expired', reason: 'no effect at the independent meter before the expiry' });
    default: {
      const isWritten = state.appliedW !== undefined && (state.stage === 'verified' || state.stage === 'expired');
      return isWritten ? to(state, { stage: 'reverted', setpointW: step.setpointW }) : { state };
    }
  }
}

/** True while the command may still move the device. */
export function isLive(state: CommandState): boolean {
  return state.stage === 'accepted' || state.stage === 'applied' || state.stage === 'verified';
}

/** True once nothing more will be said about the command. */
export function isOver(state: CommandState): boolean {
  return (
    state.stage === 'refused' ||
    state.stage === 'reverted' ||
    (state.stage === 'expired' && state.appliedW === undefined)
  );
}

function to(state: CommandState, news: CommandNews, isFinal = false): { state: CommandState; news: CommandNews } {
  return { state: isFinal ? state : { ...state, stage: news.stage }, news };
}
