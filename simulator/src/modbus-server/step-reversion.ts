/** Names of the points by which one control reverts: 704 WSet*, 704 WMaxLimPct*, 123 WMaxLimPct*, or a vendor's own. */
export interface ReversionControl {
  readonly enable: string;
  readonly value: string;
  readonly seconds: string;
  readonly revertEnable?: string | undefined;
  readonly revertValue?: string | undefined;
  readonly remaining?: string | undefined;
}
export type ControlValues = Readonly<Record<string, number | undefined>>;

/**
 * When a control reverts, decided at a write: the timer starts anew with every write of its enable, value or time while the
 * control is enabled and the time is not 0 (REV-1, REV-2); disabling it or a time of 0 cancels it (REV-3). A write of other points
 * leaves the timer as it was. `values` are those after the write, in seconds; times are epoch ms.
 *
 * Example: enabled with 60 s at 0 is due at 60000.
 */
export function startReversion(
  control: ReversionControl,
  write: { values: ControlValues; written: ReadonlySet<string>; nowMs: number },
  dueMs: number | undefined,
): number | undefined {
  const touched = [control.enable, control.value, control.seconds].some((name) => write.written.has(name));
  if (!touched) return dueMs;
  const seconds = write.values[control.seconds] ?? 0;
  return write.values[control.enable] === 1 && seconds > 0 ? write.nowMs + seconds * 1000 : undefined;
}

export interface ReversionStep {
  readonly dueMs: number | undefined;
  /** Points to publish. */
  readonly changes: Record<string, number>;
}

/**
 * What a control's registers become at an instant: the countdown in whole seconds, rounded up, while the timer runs; at its end
 * the reversion value and enable. Without a reversion enable the reversion value stays in force; without a reversion value the
 * control is disabled and the device follows its own default.
 *
 * Example: 704 with WSetRvrt 0 and WSetEnaRvrt 1 becomes WSet 0, WSetEna 1, WSetRvrtRem 0.
 */
export function stepReversion(
  control: ReversionControl,
  values: ControlValues,
  at: { dueMs: number | undefined; nowMs: number },
): ReversionStep {
  const { dueMs, nowMs } = at;
  const changes: Record<string, number> = {};
  if (dueMs === undefined || nowMs < dueMs) {
    if (control.remaining !== undefined)
      changes[control.remaining] = dueMs === undefined ? 0 : Math.ceil((dueMs - nowMs) / 1000);
    return { dueMs, changes };
  }
  const revertValue = control.revertValue === undefined ? undefined : values[control.revertValue];
  const revertEnable = control.revertEnable === undefined ? undefined : values[control.revertEnable];
  if (revertValue !== undefined) changes[control.value] = revertValue;
  changes[control.enable] = revertEnable ?? (revertValue === undefined || control.revertEnable !== undefined ? 0 : 1);
  if (control.remaining !== undefined) changes[control.remaining] = 0;
  return { dueMs: undefined, changes };
}
