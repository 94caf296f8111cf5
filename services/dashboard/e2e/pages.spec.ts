import { AxeBuilder } from '@axe-core/playwright';
import { readMemberIndexes, settlementAbi } from '@wattmesh/contracts';
import type { StatementLine } from '@wattmesh/portal/views';
import { Contract, JsonRpcProvider, Wallet } from 'ethers';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DEPOSIT_MICRO } from '../../../deploy/src/stack/set-up-chain.ts';
import { CHAIN_PORT } from '../../../deploy/src/local/servers.ts';
import { cardOf, PATIENCE_MS, RunningHamlet, until } from './running-hamlet.ts';

const executablePath = process.env['WATTMESH_TEST_CHROMIUM'];
const FOLLOWS_WITHIN_MS = 5000;

/** What an operator must find, by the heading of its card, and a view that changes it. */
const CARDS = [
  ['Power now', 'now'],
  ['Batteries', 'now'],
  ['Past and plan', 'clearings'],
  ['Commands and why', 'commands'],
  ['Trades among neighbours', 'clearings'],
  ['On the chain', 'batches'],
  ['Meters and their data', 'quality'],
  ['Alarms', 'alarms'],
  ['Limits in force', 'now'],
  ['Services', 'services'],
] as const;

describe.skipIf(executablePath === undefined)('the pages', () => {
  const hamlet = new RunningHamlet();
  beforeAll(() => hamlet.start(executablePath ?? ''), 900_000);
  afterEach(() => hamlet.closePages());
  afterAll(() => hamlet.stop());

  /** What a view says, without the times at which it was asked. */
  const said = async (view: string): Promise<string> => {
    const { communityId } = await hamlet.community();
    const answer = await hamlet.ask(`/communities/${communityId}/${view}`);
    return JSON.stringify(answer).replaceAll(/"(asOf|checkedAt)":"[^"]*"/g, '');
  };

  it.each(CARDS)(
    'show an operator "%s", and what is new of it within 5 s',
    async (heading, view) => {
      const page = await hamlet.open('/');
      const card = cardOf(page, heading);
      await until(async () => (await card.innerText()).length > heading.length + 20, PATIENCE_MS, `${heading} is seen`);
      // Data may change without a change of the words: some change of them must be followed.
      const follows = async (): Promise<boolean> => {
        const [text, before] = [await card.innerText(), await said(view)];
        await until(async () => (await said(view)) !== before, PATIENCE_MS, `${view} changes`);
        return until(async () => (await card.innerText()) !== text, FOLLOWS_WITHIN_MS, heading).then(
          () => true,
          () => false,
        );
      };
      await until(follows, PATIENCE_MS, `${heading} follows its data`);
    },
    300_000,
  );

  const openProof = async (page: Page, { intervalStart, lineId }: StatementLine): Promise<string> => {
    const more = page.getByRole('button', { name: /earlier interval/ });
    const interval = page.locator('details', { has: page.locator(`time[datetime="${intervalStart}"]`) });
    await interval.or(more).first().waitFor({ timeout: PATIENCE_MS });
    if ((await interval.count()) === 0) await more.click();
    if ((await interval.getAttribute('open')) === null) await interval.locator('summary').click();
    expect(lineId).not.toBe('');
    await interval
      .getByRole('button', { name: /^Verify/ })
      .first()
      .click();
    const overall = page.locator('.verify-overall');
    await until(async () => !(await overall.innerText()).startsWith('…'), PATIENCE_MS, 'the proof is judged');
    return overall.innerText();
  };
  const isPaidTrade = ({ kind, run, executionTransactionHash }: StatementLine): boolean =>
    (kind === 'sold' || kind === 'bought') && run === 'preliminary' && executionTransactionHash !== undefined;

  it('prove a trade in the browser, from its leaf to the chain and the payment', async () => {
    const { memberId, line } = await hamlet.lineWhere(isPaidTrade);
    const page = await hamlet.open(`/members/${memberId}`);
    expect(await openProof(page, line)).toContain('Proven: the line, its place in the tree and the chain agree.');
  }, 400_000);

  it('refuse a proof that somebody tampered with on its way', async () => {
    const { memberId, line } = await hamlet.lineWhere(isPaidTrade);
    const page = await hamlet.open(`/members/${memberId}`, {
      prepare: (context) =>
        context.route('**/proofs/**', async (route) => {
          const response = await route.fetch();
          const body = (await response.text()).replaceAll(
            /"energyWh":(\d+)/g,
            (_, wh: string) => `"energyWh":${+wh + 1}`,
          );
          await route.fulfill({ response, body });
        }),
    });
    expect(await openProof(page, line)).toContain('Refused');
  }, 400_000);

  it("give a statement as CSV whose on-chain lines sum to the chain's change of the member's balance", async () => {
    const { memberId } = await hamlet.lineWhere(isPaidTrade);
    const { chain } = await hamlet.community();
    const provider = new JsonRpcProvider(`http://127.0.0.1:${CHAIN_PORT}`);
    // Reading needs no funds: any key will do to ask with.
    const reader = new Wallet(`0x${'1'.repeat(64)}`, provider);
    const index = (await readMemberIndexes(reader, chain.registry, [memberId])).get(memberId) ?? -1;
    const ledger = new Contract(chain.settlement, settlementAbi, reader);
    const change = async (): Promise<number> => {
      const { balanceMicro } = (await ledger.getFunction('account')(index)) as { balanceMicro: bigint };
      return Number(balanceMicro) - DEPOSIT_MICRO;
    };
    const summed = async (): Promise<number> => {
      const csv = await (await fetch(`${hamlet.url}/api/v1/members/${memberId}/statement.csv`)).text();
      const [head = '', ...rows] = csv.trim().split(/\r?\n/);
      const at = (name: string): number => head.split(',').indexOf(name);
      const paid = rows.map((row) => row.split(',')).filter((row) => row[at('executionTransactionHash')] !== '');
      return paid.reduce((sum, row) => sum + Number(row[at('amountMicro')]), 0);
    };
    // A payment may come between the two looks: then both are taken again.
    await until(
      async () => (await change()) !== 0 && -(await summed()) === (await change()),
      PATIENCE_MS,
      'they are equal',
    );
    provider.destroy();
  }, 300_000);

  const LOOKS = ['/', '/members/home-1'].flatMap((path) =>
    [390, 1440].flatMap((width) => (['light', 'dark'] as const).map((colorScheme) => ({ path, width, colorScheme }))),
  );
  it.each(LOOKS)(
    '$path at $width px, $colorScheme: nothing overlaps or runs out, axe finds nothing',
    async (look) => {
      const page = await hamlet.open(look.path, look);
      await page.locator('main section').nth(2).waitFor({ timeout: PATIENCE_MS });
      await page.waitForTimeout(2000);
      const layout = await page.evaluate(() => {
        const boxes = [...document.querySelectorAll('main section')].map((each) => each.getBoundingClientRect());
        const holds = (a: DOMRect, b: DOMRect): boolean =>
          a.left <= b.left && a.right >= b.right && a.top <= b.top && a.bottom >= b.bottom;
        const meets = (a: DOMRect, b: DOMRect): boolean =>
          a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
        const overlaps = boxes.flatMap((a, index) =>
          boxes.slice(index + 1).filter((b) => meets(a, b) && !holds(a, b) && !holds(b, a)),
        );
        return { overlaps: overlaps.length, excessPx: document.documentElement.scrollWidth - window.innerWidth };
      });
      expect(layout).toEqual({ overlaps: 0, excessPx: 0 });
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    },
    300_000,
  );

  it('go on without being loaded again when the portal was killed and came back', async () => {
    const page = await hamlet.open('/');
    const badge = page.getByRole('banner').locator('.stream');
    const isLive = async (): Promise<boolean> => (await badge.innerText()).includes('Live');
    await until(isLive, PATIENCE_MS, 'the page is live');
    await page.evaluate(() => document.body.setAttribute('data-same', 'yes'));
    await hamlet.launcher.end('SIGKILL');
    await until(async () => !(await isLive()), PATIENCE_MS, 'the loss is shown');
    await hamlet.launcher.start();
    await until(isLive, PATIENCE_MS, 'the page is live again');
    const card = cardOf(page, 'Power now');
    const before = await card.innerText();
    await until(async () => (await card.innerText()) !== before, 2 * FOLLOWS_WITHIN_MS, 'values move again');
    expect(await page.locator('body').getAttribute('data-same')).toBe('yes');
  }, 600_000);
});
