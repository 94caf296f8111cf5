import type { DeviceRegistered, DeviceStatusChanged } from '@wattmesh/events';
import type { Effects } from '@wattmesh/platform';
import type { Clock } from '@wattmesh/platform/clock';
import { ModbusError } from '../modbus/modbus-error.ts';
import type { ModbusLink } from '../modbus/modbus-link.ts';
import { bindProfile } from '../profile/bind-profile.ts';
import { decodeLimits } from '../profile/decode-limits.ts';
import { decodeReading } from '../profile/decode-reading.ts';
import { decodeSetpoint } from '../profile/decode-setpoint.ts';
import { discoverProfile } from '../profile/discover-profile.ts';
import { findProfile, type Profile } from '../profile/find-profile.ts';
import { readBackPlan, readPlan } from '../profile/plan-reads.ts';
import { effectiveSetpointW, releasePlan, writePlan, type SetpointCommand } from '../profile/plan-write.ts';
import type { LimitName } from '../profile/profile-definition.ts';
import { ProfileError } from '../profile/profile-error.ts';
import type { Discovery } from '../sunspec/discover-device.ts';
import type { Block, Span } from '../sunspec/split-reads.ts';
import { advanceBreaker, CLOSED, jitterOf, OPEN_AFTER, type BreakerState } from './advance-breaker.ts';
import type { DeviceReading } from './device-reading.ts';
import { plausiblePoints } from './plausible-points.ts';

export type DeviceHealth = Pick<DeviceStatusChanged, 'status' | 'cause'>;

/** What became of a write: the set-point read back, or why there is none. */
export type WriteOutcome = { readonly appliedW: number } | { readonly failure: string };

interface LinkTools {
  link: ModbusLink;
  clock: Clock;
  effects: Effects;
}

/** One device on its site's link: discovery with identity check, reads, writes with read-back, circuit breaker. */
export class DeviceLink {
  health: DeviceHealth | undefined;
  private discovery: Discovery | undefined;
  private breaker: BreakerState = CLOSED;
  private writeDoubt: string | undefined;
  private effectDoubt: string | undefined;

  constructor(
    readonly device: DeviceRegistered,
    private readonly tools: LinkTools,
  ) {}

  /** True where the device may be asked now. */
  get isDue(): boolean {
    return this.tools.clock.now() >= this.breaker.openUntilMs;
  }

  /** What the device says of its own limits; empty until it was discovered. */
  get limits(): Partial<Record<LimitName, number>> {
    return this.discovery === undefined ? {} : decodeLimits(findProfile(this.device.profile), this.discovery);
  }

  /** False where each write wears the register out: then it is written on change only (C19). */
  get isRefreshable(): boolean {
    if (this.discovery === undefined) return true;
    return bindProfile(findProfile(this.device.profile), this.discovery).layout.setpoint?.isVolatile ?? true;
  }

  /** Reads the device once. A device that fails gives a reading without points, quality `missing`. */
  async read(): Promise<DeviceReading> {
    const { clock } = this.tools;
    let atMs = clock.now();
    try {
      const profile = findProfile(this.device.profile);
      const discovery = await this.discovered(profile);
      const askedMs = clock.now();
      const blocks = await this.readSpans(readPlan(profile, discovery));
      // The device took its values somewhere between question and answer: the middle errs least, and not to one side.
      atMs = Math.round((askedMs + clock.now()) / 2);
      const { points, quality, counter } = decodeReading(profile, discovery, blocks);
      const checked = plausiblePoints(points, quality);
      this.succeed();
      return {
        deviceId: this.device.deviceId,
        atMs,
        receivedAtMs: clock.now(),
        ...checked,
        ...(counter && { counter }),
      };
    } catch (error) {
      this.fail(error);
      return { deviceId: this.device.deviceId, atMs, receivedAtMs: clock.now(), quality: 'missing', points: {} };
    }
  }

  /** Writes a set-point with its revert timer and reads it back; a write that timed out is settled by the read-back, not repeated. */
  write(command: SetpointCommand): Promise<WriteOutcome> {
    return this.control(async (profile, discovery) => {
      await this.send(writePlan(profile, discovery, command));
      const expectedW = effectiveSetpointW(profile, discovery, command.setpointW);
      const held = decodeSetpoint(profile, discovery, await this.readSpans(readBackPlan(profile, discovery)));
      const isHeld =
        held?.isEnabled === true && held.setpointW !== undefined && Math.abs(held.setpointW - expectedW) < 1;
      return isHeld
        ? { appliedW: expectedW }
        : { failure: `wrote ${expectedW} W, the device holds ${held?.setpointW ?? 'none'}` };
    });
  }

  /** Ends the set-point: the device follows its own default again. */
  release(): Promise<WriteOutcome> {
    return this.control(async (profile, discovery) => {
      await this.send(releasePlan(profile, discovery));
      const held = decodeSetpoint(profile, discovery, await this.readSpans(readBackPlan(profile, discovery)));
      return held?.isEnabled === false
        ? { appliedW: -this.device.ratedW }
        : { failure: 'the device keeps its set-point' };
    });
  }

  /** Notes that the device answers but does not do as told; undefined takes it back. */
  setDoubt(cause: string | undefined): void {
    this.effectDoubt = cause;
    if (this.health?.status === 'online' || this.health?.status === 'degraded') this.succeed();
  }

  private async control(
    work: (profile: Profile, discovery: Discovery) => Promise<WriteOutcome>,
  ): Promise<WriteOutcome> {
    try {
      const profile = findProfile(this.device.profile);
      const outcome = await work(profile, await this.discovered(profile));
      this.writeDoubt = 'failure' in outcome ? outcome.failure : undefined;
      this.succeed();
      return outcome;
    } catch (error) {
      const isUnfit = error instanceof ProfileError && error.code !== 'PROFILE_MISMATCH';
      if (!isUnfit) this.fail(error);
      else this.writeDoubt = error.message;
      return { failure: error instanceof Error ? error.message : String(error) };
    }
  }

  private async send(writes: readonly { address: number; words: Uint16Array }[]): Promise<void> {
    for (const { address, words } of writes) {
      await this.tools.effects.run('gateway.write', () => this.tools.link.write(this.device.unitId, address, words));
    }
  }

  private async readSpans(spans: readonly Span[]): Promise<Block[]> {
    const blocks: Block[] = [];
    for (const { address, count } of spans) {
      blocks.push({ address, words: await this.tools.link.read(this.device.unitId, address, count) });
    }
    return blocks;
  }

  private async discovered(profile: Profile): Promise<Discovery> {
    if (this.discovery !== undefined) return this.discovery;
    const { unitId, serial, kind } = this.device;
    const found = await discoverProfile(profile, (address, count) => this.tools.link.read(unitId, address, count));
    if (found === undefined) throw new ProfileError('PROFILE_MISMATCH', `unit ${unitId} shows no SunSpec model chain`);
    if (found.serial !== serial) {
      throw new ProfileError(
        'PROFILE_MISMATCH',
        `serial is "${found.serial ?? 'none'}", registered is "${serial}": register the new device`,
      );
    }
    const foundKind = bindProfile(profile, found).layout.kind;
    if (foundKind !== kind)
      throw new ProfileError('PROFILE_MISMATCH', `the device is a ${foundKind}, registered is a ${kind}`);
    this.discovery = found;
    return found;
  }

  private succeed(): void {
    this.breaker = CLOSED;
    const doubt = this.writeDoubt ?? this.effectDoubt;
    this.health = doubt === undefined ? { status: 'online', cause: 'answers' } : { status: 'degraded', cause: doubt };
  }

  private fail(error: unknown): void {
    if (!(error instanceof ModbusError) && !(error instanceof ProfileError)) throw error;
    const { clock } = this.tools;
    const jitter = jitterOf(`${this.device.deviceId}:${this.breaker.failures}`);
    const effectiveS = (periodS: number): number => clock.effectivePeriodS(periodS);
    this.breaker = advanceBreaker(this.breaker, 'failure', { nowMs: clock.now(), jitter, effectiveS });
    const isOpen = this.breaker.failures >= OPEN_AFTER;
    // Whoever answers after a silence, or with other registers, proves again who it is.
    if (isOpen || (error instanceof ModbusError && error.kind === 'EXCEPTION')) this.discovery = undefined;
    const cause = error.message;
    if (error instanceof ProfileError) this.health = { status: 'fault', cause };
    else
      this.health = isOpen
        ? { status: 'offline', cause: `${error.code}: silent ${OPEN_AFTER} times` }
        : { status: 'degraded', cause: error.code };
  }
}
