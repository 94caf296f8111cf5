import { CommandProgressed } from '@wattmesh/events';
import { emit, type Emission } from '../store/emission.ts';
import type { CommandNews, CommandState } from './advance-command.ts';

/** The event of a command's new stage; a command reaches each stage once. */
export function commandProgress(
  command: Pick<CommandState, 'commandId' | 'deviceId'>,
  siteId: string,
  news: CommandNews & { atIso: string },
): Emission {
  const { atIso, ...stage } = news;
  const payload = { commandId: command.commandId, deviceId: command.deviceId, siteId, at: atIso, ...stage };
  return emit(CommandProgressed, payload, `${command.commandId}:${news.stage}`);
}
