import type { CommandIssued, ScheduleIssued } from '@wattmesh/events';
import type { Logger } from '@wattmesh/platform';
import type { Clock } from '@wattmesh/platform/clock';
import { COMMAND_KEY, CommandLedger, FORGERY_KEY } from '../command/command-ledger.ts';
import type { CommandState } from '../command/advance-command.ts';
import { judgeCommand, judgeSchedule, UNSIGNED } from '../command/judge-command.ts';
import type { SiteModel } from '../registry/assemble-sites.ts';
import { cutToLimits, nameplateRange } from '../setpoint/allowed-range.ts';
import { FOLLOWING, followEffect, type FollowState } from '../setpoint/follow-effect.ts';
import {
  NO_MEMORY,
  planControl,
  type ControlInput,
  type ControlMemory,
  type PlannedWrite,
} from '../setpoint/plan-control.ts';
import type { StandingSchedule } from '../setpoint/resolve-setpoint.ts';
import { safeSetpointW } from '../setpoint/safe-setpoint.ts';
import { independentPowerW } from '../setpoint/verify-effect.ts';
import type { SiteStore } from '../store/site.store.ts';
import type { DeviceLink } from './device.link.ts';
import type { DeviceReading } from './device-reading.ts';

const SCHEDULE_KEY = 'schedule/';
const MEMORY_KEY = 'control';
const CONTROL_PERIOD_S = 5;

export interface ControlTools {
  clock: Clock;
  store: SiteStore;
  logger: Logger;
  dispatcherKey: string;
}

/** Newest readings of a site by device; a device that was not read is absent. */
export type SiteReadings = ReadonlyMap<string, DeviceReading>;

/** Local control of one site: commands and schedules in, set-points out, effect verified by the independent meter. */
export class ControlLoop {
  private memory: ControlMemory;
  private keptMemory = '';
  private keeping: Promise<void> = Promise.resolve();
  /** Schedules in force that the disk has not taken yet. */
  private unkept: Readonly<Record<string, StandingSchedule>> = {};
  private isExceeding = false;
  private judgedMs = Number.NEGATIVE_INFINITY;
  private readonly follow = new Map<string, FollowState>();
  private readonly ledger: CommandLedger;
  private readonly schedules: Map<string, StandingSchedule>;
  private readonly controlled: readonly DeviceLink[];

  constructor(
    private readonly model: SiteModel,
    private readonly links: ReadonlyMap<string, DeviceLink>,
    private readonly tools: ControlTools,
  ) {
    const { store } = tools;
    this.memory = (store.get(MEMORY_KEY) as ControlMemory | undefined) ?? NO_MEMORY;
    this.ledger = new CommandLedger(model.site.siteId, {
      commands: store.entries<CommandState>(COMMAND_KEY),
      forgeries: store.entries<number>(FORGERY_KEY),
    });
    this.schedules = new Map(store.entries<StandingSchedule>(SCHEDULE_KEY));
    this.controlled = [...links.values()].filter((link) => nameplateRange(link.device) !== undefined);
  }

  /** Keeps a command durably: accepted, or refused with the reason. True where it is new and holds. */
  async receiveCommand(command: CommandIssued): Promise<boolean> {
    const { clock, dispatcherKey } = this.tools;
    const nowMs = clock.now();
    if (this.ledger.isRepeat(command, nowMs)) return false;
    const device = this.links.get(command.deviceId)?.device;
    const facts = {
      dispatcherKey,
      siteId: this.model.site.siteId,
      nowMs,
      toleranceMs: clock.effectivePeriodS(CONTROL_PERIOD_S) * 1000,
    };
    const objection = judgeCommand(command, { ...facts, nameplate: device && nameplateRange(device) });
    // One that nobody enrolled signed is answered but not kept: it must not take the place of the true one of its name.
    if (objection === UNSIGNED) this.ledger.refuse(command, objection, nowMs);
    else this.ledger.enter(command, objection, nowMs);
    await this.keep();
    return objection === undefined;
  }

  /**
   * Keeps a schedule durably where it is newer than the one in force; a bad one is left out with a warning. While the disk
   * refuses it is followed all the same, and kept as soon as it can be.
   */
  async receiveSchedule(schedule: ScheduleIssued): Promise<boolean> {
    const { dispatcherKey, logger } = this.tools;
    const { deviceId, scheduleId, revision } = schedule;
    const known = this.schedules.get(deviceId);
    if (known !== undefined && known.revision >= revision) return false;
    const unknown = this.links.has(deviceId) ? undefined : 'the device is not of this site';
    const objection = judgeSchedule(schedule, { dispatcherKey, siteId: this.model.site.siteId }) ?? unknown;
    if (objection !== undefined) {
      logger.warn({ deviceId, scheduleId, objection }, 'schedule refused');
      return false;
    }
    const standing = { revision, firstIntervalMs: Date.parse(schedule.firstIntervalStart), slotsW: schedule.slotsW };
    this.schedules.set(deviceId, standing);
    this.unkept = { ...this.unkept, [SCHEDULE_KEY + deviceId]: standing };
    await this.keep();
    return true;
  }

  /** True where a command was written after the newest readings that were judged. */
  get awaitsEffect(): boolean {
    return Object.values(this.memory.written).some(
      (written) => written.commandId !== undefined && written.atMs > this.judgedMs,
    );
  }

  /** Looks for the effects of what was written, and nothing else. */
  async judge(readings: SiteReadings): Promise<void> {
    this.judgeEffects(readings, this.siteW(readings));
    await this.keep();
  }

  /** One loop: judge effects, end what has run out, plan, write what is due, keep the news. */
  async run(readings: SiteReadings): Promise<void> {
    const { clock, logger } = this.tools;
    const nowMs = clock.now();
    const siteW = this.siteW(readings);
    this.judgeEffects(readings, siteW);
    this.ledger.expire(nowMs);
    const { importLimitW, exportLimitW, siteId } = this.model.site;
    const refreshMs = (this.revertS() / 3) * 1000;
    const inputs = this.controlled.map((link) => this.input(link, readings));
    const plan = planControl({ nowMs, siteW, limits: { importLimitW, exportLimitW }, refreshMs }, inputs, this.memory);
    if (plan.excessW > 0 && !this.isExceeding) {
      logger.warn(
        { siteId, excessW: Math.round(plan.excessW) },
        'site exceeds its static share: nothing left to narrow',
      );
    }
    this.isExceeding = plan.excessW > 0;
    this.memory = plan.memory;
    const failed = new Set<string>();
    for (const write of plan.writes) if (!(await this.write(write))) failed.add(write.deviceId);
    for (const [deviceId, held] of plan.setpoints) {
      const command = held.commandId === undefined ? {} : { commandId: held.commandId };
      if (!failed.has(deviceId)) this.ledger.revert(deviceId, { setpointW: held.powerW, ...command }, clock.now());
    }
    await this.keep();
  }

  private siteW(readings: SiteReadings): number | undefined {
    const revenue = this.model.devices.find((device) => device.meterRole === 'revenue');
    return revenue === undefined ? undefined : readings.get(revenue.deviceId)?.points.powerW;
  }

  private input(link: DeviceLink, readings: SiteReadings): ControlInput {
    const { device } = link;
    const { powerW, socPct, isPluggedIn } = readings.get(device.deviceId)?.points ?? {};
    return {
      device: cutToLimits(device, link.limits),
      isRefreshable: link.isRefreshable,
      condition: { powerW, socPct, isPluggedIn },
      command: this.ledger.standing(device.deviceId, this.tools.clock.now()),
      schedule: this.schedules.get(device.deviceId),
      isFollowing: this.follow.get(device.deviceId)?.isFollowing ?? true,
    };
  }

  private judgeEffects(readings: SiteReadings, siteW: number | undefined): void {
    for (const { atMs } of readings.values()) this.judgedMs = Math.max(this.judgedMs, atMs);
    const behindMeter = this.model.devices.filter(
      (device) => device.meterRole !== 'revenue' && device.meterRole !== 'head',
    );
    const metered = behindMeter.map(({ deviceId }) => ({ deviceId, powerW: readings.get(deviceId)?.points.powerW }));
    for (const link of this.controlled) {
      const { deviceId, kind, ratedW } = link.device;
      const written = this.memory.written[deviceId];
      const reading = readings.get(deviceId);
      if (written === undefined || reading === undefined || reading.atMs <= written.atMs) continue;
      const measuredW = independentPowerW(deviceId, siteW, metered);
      const seen = followEffect(this.follow.get(deviceId) ?? FOLLOWING, {
        kind,
        setpointW: written.powerW,
        ratedW,
        measuredW,
      });
      this.follow.set(deviceId, seen);
      if (seen.isReached) link.setDoubt(undefined);
      else if (!seen.isFollowing)
        link.setDoubt(`set-point of ${written.powerW} W without effect at the independent meter`);
      if (written.commandId === undefined || measuredW === undefined) continue;
      const step = { kind: 'measured', measuredW: Math.round(measuredW), isReached: seen.isReached } as const;
      this.ledger.step(written.commandId, step, this.tools.clock.now());
    }
  }

  private async write(planned: PlannedWrite): Promise<boolean> {
    const link = this.links.get(planned.deviceId);
    const { clock, logger } = this.tools;
    if (link === undefined || !link.isDue) return false;
    const command = planned.commandId === undefined ? undefined : this.ledger.standing(planned.deviceId, clock.now());
    if (planned.commandId !== command?.commandId) return false;
    const isFree = link.device.kind === 'inverter' && planned.powerW <= -link.device.ratedW;
    const revertAfterS = this.revertS();
    const { exportLimitW } = this.model.site;
    const revertToW = safeSetpointW(link.device, { exportLimitW, devices: this.model.devices });
    const outcome = isFree
      ? await link.release()
      : await link.write({ setpointW: planned.powerW, revertAfterS, revertToW });
    if ('failure' in outcome) {
      logger.warn(
        { deviceId: planned.deviceId, powerW: planned.powerW, failure: outcome.failure },
        'set-point not applied',
      );
      return false;
    }
    const { powerW, source, commandId } = planned;
    const written = { powerW, source, atMs: clock.now(), ...(commandId !== undefined && { commandId }) };
    this.memory = { ...this.memory, written: { ...this.memory.written, [planned.deviceId]: written } };
    if (commandId !== undefined)
      this.ledger.step(commandId, { kind: 'applied', setpointW: outcome.appliedW }, clock.now());
    return true;
  }

  private revertS(): number {
    return this.tools.clock.expiryS(CONTROL_PERIOD_S);
  }

  /** One at a time: what one keeps must not be announced again by the next. */
  private keep(): Promise<void> {
    const keep = (): Promise<void> => this.keepNews();
    return (this.keeping = this.keeping.then(keep, keep));
  }

  /** What the disk does not take now goes with the next news. */
  private async keepNews(): Promise<void> {
    const { emissions, set, keptAll } = this.ledger.pending();
    const { unkept } = this;
    // What was written is kept so that a restart goes on in the same rhythm; losing it only costs a write.
    const { guard, written, blocked } = this.memory;
    const memory = JSON.stringify({ guard, written, blocked });
    const changed = { ...set, ...unkept, ...(memory !== this.keptMemory && { [MEMORY_KEY]: this.memory }) };
    const isUrgent = emissions.length > 0 || Object.keys(unkept).length > 0;
    if (!(await this.tools.store.record({ emissions, set: changed, isUrgent }))) return;
    this.keptMemory = memory;
    this.unkept = Object.fromEntries(Object.entries(this.unkept).filter(([key, value]) => unkept[key] !== value));
    keptAll();
  }
}
