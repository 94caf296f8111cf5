import { Injectable } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PortalConfig } from '../portal.config.ts';
import { choosePage } from './choose-page.ts';
import { contentPolicy } from './content-policy.ts';
import { NOT_BUILT } from './not-built.ts';

const BUILT = fileURLToPath(new URL('../../../dashboard/dist', import.meta.url));
const A_YEAR_MS = 31_536_000_000;

/** Serves the dashboard's built files on every path that is none of the service's own. */
@Injectable()
export class PageService {
  readonly #folder: string;
  readonly #policy: string;

  constructor(config: PortalConfig) {
    this.#folder = config.PORTAL_DASHBOARD ?? BUILT;
    this.#policy = contentPolicy();
  }

  /** Express middleware, before all routes. */
  serve(request: Request, response: Response, next: NextFunction): void {
    response.set({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
    const page = choosePage(request.path);
    if (page.kind === 'route' || (request.method !== 'GET' && request.method !== 'HEAD')) return next();
    response.set('content-security-policy', this.#policy);
    if (page.kind === 'file') return this.#send(page.path, response, { next, isHashed: page.isHashed });
    const wantsHtml = request.accepts(['html', 'json']) === 'html';
    if (!wantsHtml) return next();
    // Asked each time: it may be built while the portal runs.
    if (existsSync(join(this.#folder, 'index.html')))
      return this.#send('index.html', response, { next, isHashed: false });
    if (request.path !== '/') return next();
    // Who names html gets a page; who takes anything, as programs do, gets the index of paths.
    if (!String(request.headers.accept).includes('html')) return next();
    response.type('html').send(NOT_BUILT);
  }

  /** `root` keeps the path inside the folder, however it is written. */
  #send(path: string, response: Response, { next, isHashed }: { next: NextFunction; isHashed: boolean }): void {
    const headers = { 'cache-control': 'no-cache' };
    const cached = isHashed ? { maxAge: A_YEAR_MS, immutable: true } : { cacheControl: false, headers };
    response.sendFile(path, { root: this.#folder, dotfiles: 'ignore', ...cached }, (error?: Error) => {
      // Not there, or not ours to show: the routes answer, with a problem.
      if (error !== undefined && !response.headersSent) next();
    });
  }
}
