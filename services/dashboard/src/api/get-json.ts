import type { z } from 'zod';

/** The portal refused or failed: its problem+json in words. */
export class PortalProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: string | undefined,
    message: string,
  ) {
    super(message);
    this.name = 'PortalProblem';
  }
}

/** The portal could not be reached at all. */
export class PortalAway extends Error {
  constructor(cause: unknown) {
    super('the portal does not answer', { cause });
    this.name = 'PortalAway';
  }
}

/** The portal's answer does not have the shape that both sides agreed on. */
export class AnswerUnreadable extends Error {
  constructor(path: string, cause: z.core.$ZodError) {
    const [first] = cause.issues;
    super(`${path}: ${first?.path.join('.') ?? ''} ${first?.message ?? ''}`, { cause });
    this.name = 'AnswerUnreadable';
  }
}

/** Fetches a view of the portal and parses it by its schema: what reaches the page has the type it says. */
export async function getJson<S extends z.ZodType>(
  path: string,
  schema: S,
  signal?: AbortSignal,
): Promise<z.output<S>> {
  const response = await fetch(path, {
    headers: { accept: 'application/json' },
    ...(signal === undefined ? {} : { signal }),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new PortalAway(error);
  });
  if (!response.ok) throw await readProblem(response);
  const parsed = schema.safeParse(await response.json());
  if (!parsed.success) throw new AnswerUnreadable(path, parsed.error);
  return parsed.data;
}

async function readProblem(response: Response): Promise<PortalProblem> {
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  if (!type.includes('json')) return new PortalProblem(response.status, undefined, response.statusText);
  const problem = JSON.parse(text) as { code?: string; detail?: string; title?: string };
  return new PortalProblem(response.status, problem.code, problem.detail ?? problem.title ?? response.statusText);
}

/** `path?a=1&b=2` of the parameters that are there. */
export function withQuery(path: string, query: Record<string, string | number | undefined>): string {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined);
  if (entries.length === 0) return path;
  return `${path}?${new URLSearchParams(entries.map(([name, value]) => [name, String(value)])).toString()}`;
}
