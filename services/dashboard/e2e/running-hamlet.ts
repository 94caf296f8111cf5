import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CommunityView, StatementLine, StatementView } from '@wattmesh/portal/views';
import { chromium, type Browser, type BrowserContext, type Locator, type Page } from 'playwright-core';
import { freePort } from '../../../deploy/src/local/ports.ts';
import { buildEverything } from '../../../deploy/src/testing/build-everything.ts';
import { Launcher } from '../../../deploy/src/testing/launcher.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const MINUTE_MS = 60_000;
/** Longer than an interval, its closing and its settlement take at speed 60. */
export const PATIENCE_MS = 120_000;

/** The small scenario, with an inverter that is silent for five minutes out of ten. */
function writeScenario(folder: string): string {
  const hamlet = JSON.parse(readFileSync(join(ROOT, 'simulator', 'scenarios', 'hamlet.json'), 'utf8')) as {
    startsAt: string;
    devices: { deviceId: string; kind: string }[];
  };
  const deviceId = hamlet.devices.find(({ kind }) => kind === 'inverter')?.deviceId;
  const at = (minutes: number): string => new Date(Date.parse(hamlet.startsAt) + minutes * MINUTE_MS).toISOString();
  const faults = Array.from({ length: 60 }, (_, index) => ({
    kind: 'offline',
    deviceId,
    fromAt: at(10 * index + 5),
    untilAt: at(10 * index + 10),
  }));
  const file = join(folder, 'scenario.json');
  writeFileSync(file, JSON.stringify({ ...hamlet, faults }));
  return file;
}

/** Waits until something is so, and answers how long that took. */
export async function until(isSo: () => Promise<boolean>, withinMs: number, what: string): Promise<number> {
  const since = performance.now();
  while (!(await isSo())) {
    if (performance.now() - since > withinMs) throw new Error(`${what}: not within ${withinMs / 1000} s`);
    await sleep(100);
  }
  return performance.now() - since;
}

export interface PageLook {
  width?: number;
  colorScheme?: 'light' | 'dark';
  /** Comes before the first page of the context. */
  prepare?: (context: BrowserContext) => Promise<unknown>;
}

/** `npm start -- --bus memory` on the small scenario, and a browser. */
export class RunningHamlet {
  readonly #folder = mkdtempSync(join(tmpdir(), 'wattmesh-pages-'));
  readonly #contexts: BrowserContext[] = [];
  #launcher: Launcher | undefined;
  #browser: Browser | undefined;
  url = '';

  get launcher(): Launcher {
    if (this.#launcher === undefined) throw new Error('nothing was started');
    return this.#launcher;
  }

  async start(executablePath: string): Promise<void> {
    buildEverything();
    const port = await freePort();
    this.url = `http://127.0.0.1:${port}`;
    const scenario = ['--scenario', writeScenario(this.#folder), '--speed', '60'];
    this.#launcher = new Launcher([...scenario, '--bus', 'memory', '--port', String(port)]);
    await this.#launcher.start();
    this.#browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  }

  async stop(): Promise<void> {
    await this.#browser?.close();
    await this.#launcher?.remove();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async open(path: string, { width = 1440, colorScheme = 'light', prepare }: PageLook = {}): Promise<Page> {
    if (this.#browser === undefined) throw new Error('no browser runs');
    const context = await this.#browser.newContext({
      viewport: { width, height: 900 },
      colorScheme,
      locale: 'en-GB',
    });
    this.#contexts.push(context);
    await prepare?.(context);
    const page = await context.newPage();
    await page.goto(`${this.url}${path}`);
    await page.getByRole('heading', { level: 1 }).waitFor({ timeout: PATIENCE_MS });
    return page;
  }

  async closePages(): Promise<void> {
    for (const context of this.#contexts.splice(0)) await context.close();
  }

  async ask<T>(path: string): Promise<T> {
    const response = await fetch(`${this.url}/api/v1${path}`);
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return (await response.json()) as T;
  }

  async community(): Promise<CommunityView> {
    const [first] = await this.ask<CommunityView[]>('/communities');
    if (first === undefined) throw new Error('no community is registered');
    return first;
  }

  /** The first line of anybody's statement that is as it should be, waited for. */
  async lineWhere(isIt: (line: StatementLine) => boolean): Promise<{ memberId: string; line: StatementLine }> {
    const { members } = await this.community();
    let found: { memberId: string; line: StatementLine } | undefined;
    const look = async (): Promise<boolean> => {
      for (const { memberId, role } of members) {
        if (role !== 'prosumer' || found !== undefined) continue;
        const { lines } = await this.ask<StatementView>(`/members/${memberId}/statement`);
        const line = lines.find(isIt);
        if (line !== undefined) found = { memberId, line };
      }
      return found !== undefined;
    };
    await until(look, PATIENCE_MS, 'a line is as it should be');
    if (found === undefined) throw new Error('unreachable');
    return found;
  }
}

/** The card of a page under a heading. */
export function cardOf(page: Page, heading: string): Locator {
  const title = page.getByRole('heading', { name: heading, exact: true });
  return page.locator('section').filter({ has: title }).first();
}
