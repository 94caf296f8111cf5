import type { CommandIssued } from '@wattmesh/events';
import { deriveUuid } from '@wattmesh/dispatcher/derive-uuid';
import type { StandingCommand } from '../setpoint/resolve-setpoint.ts';
import type { Emission } from '../store/emission.ts';
import {
  advanceCommand,
  isLive,
  isOver,
  type CommandNews,
  type CommandState,
  type CommandStep,
} from './advance-command.ts';
import { commandProgress } from './command-progress.ts';

/** A command is remembered this long after its expiry, so that a late repeat is known. */
const REMEMBERED_MS = 3_600_000;
/** Key of a command in the site's store. */
export const COMMAND_KEY = 'command/';
/** Key of a forgery that was answered: by its content, for its name is another's. */
export const FORGERY_KEY = 'forgery/';
const MAX_FORGERIES = 500;

/** What a site's store holds of commands. */
export interface KeptCommands {
  readonly commands: readonly [string, CommandState][];
  /** When each forgery was answered. */
  readonly forgeries?: readonly [string, number][];
}

/**
 * The commands of one site: which one holds for a device, and what each step means for the store and for the world.
 *
 * Holds no clock and does no I/O; `pending` hands over what has changed, to be kept as one.
 */
export class CommandLedger {
  private readonly commands: Map<string, CommandState>;
  private readonly forgeries: Map<string, number>;
  private emissions: Emission[] = [];
  private set: Record<string, unknown> = {};

  constructor(
    private readonly siteId: string,
    kept: KeptCommands,
  ) {
    this.commands = new Map(kept.commands);
    this.forgeries = new Map([...(kept.forgeries ?? [])].sort(([, one], [, other]) => one - other));
  }

  /** True where a command was answered before, or is so old that it may have been: a repeat changes nothing and says nothing. */
  isRepeat(command: CommandIssued, nowMs: number): boolean {
    const isForgotten = nowMs >= Date.parse(command.expiresAt) + REMEMBERED_MS;
    return isForgotten || this.commands.has(command.commandId) || this.forgeries.has(contentId(command));
  }

  /** The command that may move the device now, the newest. */
  standing(deviceId: string, nowMs: number): (StandingCommand & CommandState) | undefined {
    return this.ofDevice(deviceId).find((command) => isLive(command) && nowMs < command.expiresAtMs);
  }

  /** Enters a command: accepted, or refused with the objection. */
  enter(command: CommandIssued, objection: string | undefined, nowMs: number): void {
    const { commandId, deviceId, setpointW, minW, maxW } = command;
    const times = { issuedAtMs: Date.parse(command.issuedAt), expiresAtMs: Date.parse(command.expiresAt) };
    const newer = this.ofDevice(deviceId).find((other) => isLive(other) && other.issuedAtMs > times.issuedAtMs);
    const reason = objection ?? (newer === undefined ? undefined : `older than ${newer.commandId}, which holds`);
    const state: CommandState = { commandId, deviceId, setpointW, minW, maxW, ...times, stage: 'accepted' };
    if (reason !== undefined) {
      this.keep({ ...state, stage: 'refused' });
      this.announce(state, { stage: 'refused', reason }, nowMs);
      return;
    }
    for (const other of this.ofDevice(deviceId))
      this.step(other.commandId, { kind: 'superseded', byCommandId: commandId }, nowMs);
    this.keep(state);
    this.announce(state, { stage: 'accepted' }, nowMs);
  }

  /** Answers a forgery: it must not take the place of the true command of its name, and is known by its content. */
  refuse(command: CommandIssued, reason: string, nowMs: number): void {
    const id = contentId(command);
    this.forgeries.set(id, nowMs);
    this.set[FORGERY_KEY + id] = nowMs;
    const [oldest] = this.forgeries.keys();
    if (this.forgeries.size > MAX_FORGERIES && oldest !== undefined) this.forgetForgery(oldest);
    const news = { stage: 'refused' as const, reason, atIso: new Date(nowMs).toISOString() };
    this.emissions.push({ ...commandProgress(command, this.siteId, news), name: `${id}:${nowMs}` });
  }

  step(commandId: string, step: CommandStep, nowMs: number): void {
    const before = this.commands.get(commandId);
    if (before === undefined) return;
    const { state, news } = advanceCommand(before, step);
    if (state !== before) this.keep(state);
    if (news !== undefined) this.announce(state, news, nowMs);
  }

  /** Ends what has run out and forgets what is long over. */
  expire(nowMs: number): void {
    for (const command of this.commands.values()) {
      if (nowMs >= command.expiresAtMs) this.step(command.commandId, { kind: 'expired' }, nowMs);
      const isForgotten =
        isOver(this.commands.get(command.commandId) ?? command) && nowMs >= command.expiresAtMs + REMEMBERED_MS;
      if (!isForgotten) continue;
      this.commands.delete(command.commandId);
      this.set[COMMAND_KEY + command.commandId] = null;
    }
    for (const [id, atMs] of this.forgeries) if (nowMs >= atMs + REMEMBERED_MS) this.forgetForgery(id);
  }

  /** The device follows another layer: commands that had moved it and are past their end are reverted. */
  revert(deviceId: string, held: { setpointW: number; commandId?: string }, nowMs: number): void {
    for (const command of this.ofDevice(deviceId)) {
      const isPast = nowMs >= command.expiresAtMs && command.commandId !== held.commandId;
      if (isPast) this.step(command.commandId, { kind: 'reverted', setpointW: held.setpointW }, nowMs);
    }
  }

  /** What has changed and is not kept yet; `keptAll` forgets it once it is. */
  pending(): { emissions: readonly Emission[]; set: Readonly<Record<string, unknown>>; keptAll: () => void } {
    const [emissions, set] = [[...this.emissions], { ...this.set }];
    const keptAll = (): void => {
      this.emissions = this.emissions.slice(emissions.length);
      this.set = Object.fromEntries(Object.entries(this.set).filter(([key, value]) => set[key] !== value));
    };
    return { emissions, set, keptAll };
  }

  private ofDevice(deviceId: string): CommandState[] {
    const own = [...this.commands.values()].filter((command) => command.deviceId === deviceId);
    return own.sort((one, other) => other.issuedAtMs - one.issuedAtMs || (one.commandId < other.commandId ? -1 : 1));
  }

  private forgetForgery(id: string): void {
    this.forgeries.delete(id);
    this.set[FORGERY_KEY + id] = null;
  }

  private keep(state: CommandState): void {
    this.commands.set(state.commandId, state);
    this.set[COMMAND_KEY + state.commandId] = state;
  }

  private announce(state: Pick<CommandState, 'commandId' | 'deviceId'>, news: CommandNews, nowMs: number): void {
    this.emissions.push(commandProgress(state, this.siteId, { ...news, atIso: new Date(nowMs).toISOString() }));
  }
}

const contentId = (command: CommandIssued): string => deriveUuid(JSON.stringify(command));
