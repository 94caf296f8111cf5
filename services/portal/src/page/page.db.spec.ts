import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PortalBench } from '../testing/portal-bench.ts';
import { choosePage } from './choose-page.ts';

const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

describe('the dashboard', () => {
  let bench: PortalBench;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wattmesh-page-'));
    for (const path of ['dist/assets', 'dist/api', 'dist/health']) mkdirSync(join(folder, path), { recursive: true });
    writeFileSync(join(folder, 'secret.txt'), 'treasure');
    const files = ['favicon.svg', 'assets/index-Ab12cd34.js', 'api/docs-json', 'health/live', '.env'];
    for (const file of files) writeFileSync(join(folder, 'dist', file), `file ${file}`);
    bench = await PortalBench.open(process.env['WATTMESH_TEST_DATABASE'], 'portal_page');
    await bench.start({ PORTAL_DASHBOARD: join(folder, 'dist') });
  });
  afterAll(async () => {
    await bench.close();
    rmSync(folder, { recursive: true });
  });

  const open = async (path: string, headers: Record<string, string> = HTML) => {
    const answer = await fetch(`${bench.service.url}${path}`, { headers });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };
  /** The path as it is written: `fetch` would tidy it up. */
  const openRaw = (path: string): Promise<{ status: number; text: string }> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(bench.service.url);
      const asked = request({ hostname, port, path, headers: HTML }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
      });
      asked.once('error', reject).end();
    });

  it('says how to build it where it is not there, to a person; and names its paths to a program', async () => {
    const page = await open('/');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.text).toContain('npm run build');
    expect(page.text).not.toContain('<script');
    expect((await open('/', { accept: 'application/json' })).text).toContain('/api/docs');
    expect(JSON.parse((await open('/', {})).text)).toMatchObject({ name: 'Wattmesh portal' });
    expect((await open('/members/home-1')).status).toBe(404);
  });

  it('is served on every path of its own as soon as it is built, and never kept by the browser', async () => {
    writeFileSync(join(folder, 'dist', 'index.html'), '<!doctype html>the app');
    for (const path of ['/', '/index.html', '/members/home-1', '/apiary', '/%']) {
      const page = await open(path);
      expect([page.status, page.text], path).toEqual([200, '<!doctype html>the app']);
      expect(page.headers.get('cache-control')).toBe('no-cache');
      expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    }
    expect((await open('/', {})).text).toContain('the app');
  });

  it('gives its hashed files once for ever, and others to be asked for again', async () => {
    const asset = await open('/assets/index-Ab12cd34.js');
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(asset.headers.get('content-type')).toMatch(/javascript/);
    expect((await open('/favicon.svg')).headers.get('cache-control')).toBe('no-cache');
    const missing = await open('/assets/gone-Ab12cd34.js');
    expect([missing.status, missing.headers.get('content-type')]).toEqual([
      404,
      'application/problem+json; charset=utf-8',
    ]);
  });

  it('never stands before a route of the service', async () => {
    expect((await open('/health/live')).text).toContain('"status":"ok"');
    expect((await open('/api/docs-json')).text).toContain('"openapi":"3.1.0"');
    expect((await open('/metrics')).text).toContain('# HELP');
    expect((await open('/api/v1/nothing')).status).toBe(404);
  });

  it('lets nothing out of its folder, however the path is written', async () => {
    const paths = [
      '/../secret.txt',
      '/..%2fsecret.txt',
      '/%2e%2e/secret.txt',
      '/assets/../../secret.txt',
      '/..%5csecret.txt',
    ];
    for (const path of [...paths, '/.env', `/${encodeURIComponent(join(folder, 'secret.txt'))}`, '/a%00.txt']) {
      const { text } = await openRaw(path);
      expect(text, path).not.toContain('treasure');
      expect(text, path).not.toContain('file .env');
    }
  });

  it('runs no script but its own, and may ask a node of the member’s own choice', async () => {
    const policy = (await open('/')).headers.get('content-security-policy')!;
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("connect-src 'self' http: https:;");
    expect(policy).toContain("frame-ancestors 'none'");
  });
});

describe('choosePage', () => {
  it('tells routes, files and client routes apart', () => {
    const kinds = ['/api', '/api/x', '/apiary', '/metrics', '/health/ready', '/', '/a/b', '/a/b.css', '/index.html'];
    expect(kinds.map((path) => choosePage(path).kind)).toEqual([
      'route',
      'route',
      'index',
      'route',
      'route',
      'index',
      'index',
      'file',
      'index',
    ]);
    expect(choosePage('/assets/main-x1y2z3w4.css')).toMatchObject({ isHashed: true });
    expect(choosePage('/assets/main.css')).toMatchObject({ isHashed: false });
  });
});
