/**
 * Content-Security-Policy of the dashboard: everything from here and nothing inline but styles, which charts and menus set. It may
 * ask any node of a chain: a member verifies payments at a node of its own choice, not of the portal's.
 *
 * @example contentPolicy(); // "default-src 'self'; ... connect-src 'self' http: https:; ..."
 */
export function contentPolicy(): string {
  return Object.entries({
    'default-src': ["'self'"],
    'script-src': ["'self'"],
    'style-src': ["'self'", "'unsafe-inline'"],
    'img-src': ["'self'", 'data:'],
    'font-src': ["'self'", 'data:'],
    'connect-src': ["'self'", 'http:', 'https:'],
    'worker-src': ["'self'", 'blob:'],
    'object-src': ["'none'"],
    'base-uri': ["'none'"],
    'form-action': ["'self'"],
    'frame-ancestors': ["'none'"],
  })
    .map(([directive, sources]) => `${directive} ${sources.join(' ')}`)
    .join('; ');
}
