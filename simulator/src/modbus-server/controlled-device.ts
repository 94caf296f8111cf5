import { EXCEPTION } from '@wattmesh/gateway/modbus/modbus-error';
import type { PointValue } from '@wattmesh/gateway/sunspec/decode-point';
import type { PublishedValues, Ranges, RegisterImage } from './register-image.ts';
import type { Refusal, RegisterDevice } from './register-device.ts';
import type { RegisterMemory } from './register-memory.ts';
import { type ControlValues, type ReversionControl, startReversion, stepReversion } from './step-reversion.ts';

/** A control of one model that reverts by itself. */
export interface DeviceReversion extends ReversionControl {
  readonly model: number;
}

export interface DeviceHooks {
  /** Values to publish before each read, by model id; points left out keep their registers. */
  refresh?: (nowMs: number) => Readonly<Record<number, PublishedValues>>;
  /** After each accepted write: all points it covered, in their units. */
  onWrite?: (modelId: number, written: Readonly<Record<string, PointValue>>, nowMs: number) => void;
  /** Ranges of writable points by model id. */
  ranges?: Readonly<Record<number, Ranges>>;
}

/** A device on a register image: publishes before it is read, takes writes whole or not at all, reverts its controls in time. */
export class ControlledDevice implements RegisterDevice {
  private readonly image: RegisterImage;
  private readonly hooks: DeviceHooks;
  private readonly timers: { readonly control: DeviceReversion; dueMs: number | undefined }[];

  constructor(image: RegisterImage, reversions: readonly DeviceReversion[], hooks: DeviceHooks) {
    this.image = image;
    this.hooks = hooks;
    this.timers = reversions.map((control) => ({ control, dueMs: undefined }));
  }

  read(address: number, count: number, nowMs: number): Uint16Array | Refusal {
    this.advance(nowMs);
    return this.refresh(nowMs) ?? this.image.read(address, count);
  }

  write(address: number, words: Uint16Array, nowMs: number): Refusal | undefined {
    this.advance(nowMs);
    const points = this.image.inspect(address, words, (modelId) => this.hooks.ranges?.[modelId]);
    if (typeof points === 'number') return points;
    this.image.commit(address, words);
    const written = new Map<number, Record<string, PointValue>>();
    for (const { model, point } of points) {
      const values = written.get(model.definition.id) ?? {};
      const value = this.image.valueOf(model.definition.id, point.name);
      if (value !== undefined) values[point.name] = value;
      written.set(model.definition.id, values);
    }
    for (const [modelId, values] of written) {
      this.restartTimers(modelId, new Set(Object.keys(values)), nowMs);
      this.hooks.onWrite?.(modelId, values, nowMs);
    }
    return undefined;
  }

  valueOf(modelId: number, name: string): PointValue | undefined {
    return this.image.valueOf(modelId, name);
  }

  /** When a control reverts, undefined while its timer does not run. */
  dueMsOf(modelId: number, enable: string): number | undefined {
    return this.timers.find(({ control }) => control.model === modelId && control.enable === enable)?.dueMs;
  }

  /** What survives the process: the next device of its kind goes on from it. */
  memory(): RegisterMemory {
    const running = this.timers.flatMap(({ control, dueMs }) => (dueMs === undefined ? [] : [[keyOf(control), dueMs]]));
    return { words: this.image.writableWords(), dueMs: Object.fromEntries(running) as Record<string, number> };
  }

  /** Goes on from the memory of an earlier process. Throws a RangeError where it is another kind of device's. */
  remember(memory: RegisterMemory): void {
    this.image.restoreWords(memory.words);
    for (const timer of this.timers) timer.dueMs = memory.dueMs[keyOf(timer.control)];
  }

  /** Lets the controls that are due revert. */
  advance(nowMs: number): void {
    for (const timer of this.timers) {
      const { model } = timer.control;
      const step = stepReversion(timer.control, this.controlValues(timer.control), { dueMs: timer.dueMs, nowMs });
      timer.dueMs = step.dueMs;
      this.image.publish(model, step.changes);
    }
  }

  /** A value that its register cannot hold (NaN, out of range) is a failure of the device, never another value. */
  private refresh(nowMs: number): Refusal | undefined {
    try {
      for (const [modelId, values] of Object.entries(this.hooks.refresh?.(nowMs) ?? {}))
        this.image.publish(Number(modelId), values);
      return undefined;
    } catch (error) {
      if (error instanceof RangeError) return EXCEPTION.deviceFailure;
      throw error;
    }
  }

  private restartTimers(modelId: number, written: ReadonlySet<string>, nowMs: number): void {
    for (const timer of this.timers) {
      if (timer.control.model !== modelId) continue;
      const values = this.controlValues(timer.control);
      timer.dueMs = startReversion(timer.control, { values, written, nowMs }, timer.dueMs);
    }
  }

  private controlValues({ model, enable, value, seconds, revertEnable, revertValue }: DeviceReversion): ControlValues {
    const names = [enable, value, seconds, revertEnable, revertValue].filter((name) => name !== undefined);
    return Object.fromEntries(
      names.map((name) => {
        const current = this.image.valueOf(model, name);
        return [name, current === undefined ? undefined : Number(current)];
      }),
    );
  }
}

const keyOf = ({ model, enable }: DeviceReversion): string => `${model}.${enable}`;
