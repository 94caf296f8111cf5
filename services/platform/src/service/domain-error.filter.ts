import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Response } from 'express';
import { STATUS_CODES } from 'node:http';
import { isOutage } from '../consumer/is-outage.ts';
import { DomainError } from './domain-error.ts';
import { CrashError } from './effects.ts';
import type { Logger } from './logger.ts';

interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  errors?: unknown;
}

/** Answers every error as `application/problem+json` (RFC 9457) with a stable code. */
@Catch()
export class DomainErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const problem = problemOf(error);
    if (problem.status >= 500) this.logger.error({ err: error, code: problem.code }, 'request failed');
    const response = host.switchToHttp().getResponse<Response>();
    if (response.headersSent) response.end();
    else response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  }
}

function problemOf(error: unknown): Problem {
  if (error instanceof DomainError) {
    const status = error.httpStatus ?? (error.retriable ? 503 : 422);
    return { ...titled(status), detail: error.message, code: error.code };
  }
  if (error instanceof HttpException) {
    const status = error.getStatus();
    const body = error.getResponse();
    const messages = typeof body === 'object' ? (body as { message?: unknown }).message : undefined;
    const problem = { ...titled(status), detail: error.message, code: httpCodeOf(status) };
    return Array.isArray(messages) ? { ...problem, detail: messages.join('; '), errors: messages } : problem;
  }
  if (isOutage(error)) {
    const detail = 'a server that the service needs is away: try again in a while';
    return { ...titled(503), detail, code: 'PLATFORM_SERVER_AWAY' };
  }
  const detail = error instanceof CrashError ? 'the service stopped' : 'the service failed: its log says why';
  return { ...titled(500), detail, code: 'PLATFORM_INTERNAL' };
}

function titled(status: number): Pick<Problem, 'type' | 'title' | 'status'> {
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status };
}

function httpCodeOf(status: number): string {
  const name = (STATUS_CODES[status] ?? 'error').toUpperCase().replaceAll(/[^A-Z]+/g, '_');
  return `HTTP_${name}`;
}
