import { Injectable } from '@nestjs/common';
import { CommandIssued, type CommandProgressed, type DeviceRegistered } from '@wattmesh/events';
import { Clock, intervalStartOf, Metrics } from '@wattmesh/platform';
import { Outbox, Transactions, type Term } from '@wattmesh/platform/database';
import type { EntityManager } from 'typeorm';
import type { LatestReading } from '../plan/assemble-problem.ts';
import { ForecastEntity } from '../forecast/forecast.entity.ts';
import { latestReadings } from '../reading/latest-readings.store.ts';
import { ScheduleEntity } from '../schedule/schedule.entity.ts';
import { slotAt } from '../schedule/slot-at.ts';
import { SignerService } from '../signing/signer.service.ts';
import { DeviceEntity } from '../site/site.entity.ts';
import { boundSetpoint } from './bound-setpoint.ts';
import { CommandEntity } from './command.entity.ts';
import { decideCommand, type LastCommand, type Tick } from './decide-command.ts';
import { describeSlot } from './describe-slot.ts';

/** Period of the correction loop in the field, simulated seconds. */
export const COMMAND_PERIOD_S = 60;
/** Stages in the order a command passes them; the later one is kept, whatever order they come in. */
const STAGES: CommandProgressed['stage'][] = ['accepted', 'applied', 'verified', 'expired', 'reverted', 'refused'];

interface Loaded {
  devices: DeviceRegistered[];
  schedules: Map<string, ScheduleEntity>;
  readings: Map<string, LatestReading>;
  last: Map<string, LastCommand>;
  forecastSiteIds: Set<string>;
}

interface Control {
  tick: Tick;
  revision: number;
}

/** Corrects schedules by commands and keeps their ledger. */
@Injectable()
export class CommandService {
  constructor(
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
    private readonly signer: SignerService,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
  ) {}

  /** One tick: issues the commands that are due. Returns the devices that have no slot for now though a plan could be made. */
  async correctAll(term: Term): Promise<string[]> {
    const { issued, unscheduled } = await this.transactions.run(async (tx) => {
      await term.fence(tx);
      const loaded = await this.#load(tx);
      const controlled = loaded.devices.filter((device) => device.authority !== undefined);
      const controls = controlled.map((device) => this.#controlOf(device, loaded));
      const commands = controls.flatMap((control) => (control === undefined ? [] : this.#decide(control)));
      if (commands.length > 0)
        await tx.insert(
          CommandEntity,
          commands.map(({ row }) => row),
        );
      await this.outbox.publish(
        tx,
        CommandIssued,
        commands.map(({ command }) => command),
      );
      const unscheduled = controlled.filter(
        (device, index) => controls[index] === undefined && isPlannable(device, loaded),
      );
      return { issued: commands, unscheduled: unscheduled.map(({ deviceId }) => deviceId) };
    });
    const counter = this.metrics.counter(
      'dispatcher_commands_issued_total',
      'Commands by the reason they were given for',
      ['reason'],
    );
    for (const { command } of issued) counter.inc({ reason: command.reason.code });
    return unscheduled;
  }

  /** Notes how far commands got; a stage that comes late never hides a later one. */
  async note(progressed: CommandProgressed[], tx: EntityManager): Promise<void> {
    for (const { commandId, stage, at } of progressed) {
      await tx.query(
        `update command set stage = $2, progressed_at = $3
         where command_id = $1 and (stage is null or array_position($4::text[], stage) < array_position($4::text[], $2))`,
        [commandId, stage, at, STAGES],
      );
    }
    const counter = this.metrics.counter('dispatcher_commands_progressed_total', 'Stages reported by gateways', [
      'stage',
    ]);
    for (const { stage } of progressed) counter.inc({ stage });
  }

  #decide(control: Control): { command: CommandIssued; row: Partial<CommandEntity> }[] {
    const decided = decideCommand(control.tick);
    if (decided === undefined) return [];
    const row = {
      commandId: decided.commandId,
      deviceId: decided.deviceId,
      issuedAt: new Date(decided.issuedAt),
      expiresAt: new Date(decided.expiresAt),
      revision: control.revision,
      intervalStart: new Date(control.tick.intervalStartMs),
      setpointW: decided.setpointW,
      reasonCode: decided.reason.code,
    };
    return [{ command: this.signer.signCommand(decided), row }];
  }

  #controlOf(device: DeviceRegistered, loaded: Loaded): Control | undefined {
    const schedule = loaded.schedules.get(device.deviceId);
    const nowMs = this.clock.now();
    const intervalStartMs = intervalStartOf(nowMs);
    const slot =
      schedule &&
      slotAt({ firstIntervalStartMs: schedule.firstIntervalStart.getTime(), slots: schedule.slots }, intervalStartMs);
    if (schedule === undefined || slot === undefined) return undefined;
    const isFirst = Date.parse(schedule.firstReason.intervalStart) === intervalStartMs;
    const tick: Tick = {
      nowMs,
      intervalStartMs,
      periodMs: this.clock.effectivePeriodS(COMMAND_PERIOD_S) * 1000,
      expiryMs: this.clock.expiryS(COMMAND_PERIOD_S) * 1000,
      device,
      slot,
      reason: isFirst ? schedule.firstReason.reason : { code: slot.code, text: describeSlot(slot) },
      readings: readingsOf(device, loaded),
      last: loaded.last.get(device.deviceId),
    };
    return { tick, revision: schedule.revision };
  }

  async #load(tx: EntityManager): Promise<Loaded> {
    const devices = await tx.find(DeviceEntity, { order: { deviceId: 'ASC' } });
    const schedules = await tx.find(ScheduleEntity);
    const forecasts = await tx.find(ForecastEntity, { select: { siteId: true } });
    const commands: CommandEntity[] = await tx
      .createQueryBuilder(CommandEntity, 'command')
      .distinctOn(['command.deviceId'])
      .orderBy('command.deviceId')
      .addOrderBy('command.issuedAt', 'DESC')
      .getMany();
    return {
      devices: devices.map(({ payload }) => payload),
      schedules: new Map(schedules.map((schedule) => [schedule.deviceId, schedule])),
      readings: await latestReadings(tx),
      last: new Map(commands.map((command) => [command.deviceId, lastOf(command)])),
      forecastSiteIds: new Set(forecasts.map(({ siteId }) => siteId)),
    };
  }
}

function lastOf({ issuedAt, expiresAt, intervalStart, setpointW }: CommandEntity): LastCommand {
  return {
    issuedAtMs: issuedAt.getTime(),
    expiresAtMs: expiresAt.getTime(),
    intervalStartMs: intervalStart.getTime(),
    setpointW,
  };
}

function readingsOf(device: DeviceRegistered, loaded: Loaded): Tick['readings'] {
  const beside = loaded.devices.filter((each) => each.siteId === device.siteId && each.deviceId !== device.deviceId);
  const meter = beside.find((each) => each.meterRole === 'revenue');
  const hasLoad = beside.some((each) => each.meterRole === 'load');
  return {
    device: loaded.readings.get(device.deviceId),
    meter: meter && loaded.readings.get(meter.deviceId),
    // Without a household's own meter the rest of the site is known only as the revenue meter less the device.
    others: hasLoad
      ? beside.filter((each) => each.meterRole !== 'revenue').map((each) => loaded.readings.get(each.deviceId))
      : [undefined],
  };
}

/** Whether a device without a slot would get one: its state is known and so is its site's future. */
function isPlannable(device: DeviceRegistered, { readings, forecastSiteIds, devices }: Loaded): boolean {
  const isKnown = boundSetpoint(device, readings.get(device.deviceId)?.points, 1) !== undefined;
  const isForecast = devices.some(
    (each) => each.siteId === device.siteId && (each.meterRole === 'load' || each.meterRole === 'generation'),
  );
  return isKnown && (isForecast ? forecastSiteIds.has(device.siteId) : forecastSiteIds.size > 0);
}
