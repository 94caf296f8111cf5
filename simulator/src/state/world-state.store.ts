import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { DeviceWrite } from '../devices/device-write.ts';
import { ScenarioError } from '../scenario/scenario.errors.ts';
import { WorldState } from '../world.ts';

const Saved = z.object({ version: z.literal(1), simMs: z.number(), world: WorldState });

/** A world as its process left it. */
export interface KeptWorld {
  /** The clock's time when it was saved, simulated epoch ms. */
  readonly simMs: number;
  readonly world: WorldState;
  /** What devices were told since. */
  readonly writes: readonly DeviceWrite[];
}

/**
 * Reads a saved world; undefined where none was saved. Throws a ScenarioError where the file is damaged.
 * It is a line of JSON with the world, and one for each write after it; a last line without an end was never answered.
 */
export function readWorldState(file: string): KeptWorld | undefined {
  if (!existsSync(file)) return undefined;
  const [saved = '', ...writes] = readText(file).split('\n').slice(0, -1);
  const { simMs, world } = parseLine(Saved, saved, { file, number: 1 });
  return {
    simMs,
    world,
    writes: writes.map((line, index) => parseLine(DeviceWrite, line, { file, number: index + 2 })),
  };
}

/** Replaces the saved world in one step, so that a kill leaves the old or the new one. Throws a ScenarioError where it cannot. */
export function writeWorldState(file: string, kept: Omit<KeptWorld, 'writes'> & Partial<KeptWorld>): void {
  const { simMs, world, writes = [] } = kept;
  const saved: z.input<typeof Saved> = { version: 1, simMs, world };
  const draft = `${file}.draft`;
  writing(file, () => {
    writeFileSync(draft, [saved, ...writes].map((line) => `${JSON.stringify(line)}\n`).join(''));
    renameSync(draft, file);
  });
}

/** Adds what a device was told to the saved world. Throws a ScenarioError where it cannot. */
export function appendDeviceWrite(file: string, write: DeviceWrite): void {
  writing(file, () => appendFileSync(file, `${JSON.stringify(write)}\n`));
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ScenarioError(`${file} cannot be read (${(cause as NodeJS.ErrnoException).code}); give another file`, {
      cause,
    });
  }
}

function writing(file: string, write: () => void): void {
  try {
    write();
  } catch (cause) {
    throw new ScenarioError(
      `${file} cannot be written (${(cause as NodeJS.ErrnoException).code}); give a file in a folder with room that may be written to`,
      { cause },
    );
  }
}

function parseLine<T>(schema: z.ZodType<T>, line: string, at: { file: string; number: number }): T {
  const parsed = schema.safeParse(jsonOf(line));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ScenarioError(
    `${at.file} is damaged (line ${at.number}, ${issue?.path.join('.') || 'the line'}: ${issue?.message}); delete it to start the world afresh`,
    { cause: parsed.error },
  );
}

/** Undefined where the line is no JSON: what is missing is said by the schema. */
function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
