/**
 * Content-Security-Policy of the dashboard: everything from here and nothing inline but styles, which charts and menus set; it may
 * ask the portal and the chain's node.
 *
 * @example contentPolicy('http://127.0.0.1:8545'); // "default-src 'self'; ... connect-src 'self' http://127.0.0.1:8545; ..."
 */
export function contentPolicy(chainRpcUrl?: string): string {
  const chain = chainRpcUrl === undefined ? [] : [new URL(chainRpcUrl).origin];
  return Object.entries({
    'default-src': ["'self'"],
    'script-src': ["'self'"],
    'style-src': ["'self'", "'unsafe-inline'"],
    'img-src': ["'self'", 'data:'],
    'font-src': ["'self'", 'data:'],
    'connect-src': ["'self'", ...chain],
    'worker-src': ["'self'", 'blob:'],
    'object-src': ["'none'"],
    'base-uri': ["'none'"],
    'form-action': ["'self'"],
    'frame-ancestors': ["'none'"],
  })
    .map(([directive, sources]) => `${directive} ${sources.join(' ')}`)
    .join('; ');
}
