/** What a path of the portal is answered with. */
export type Page =
  | { readonly kind: 'route' }
  | { readonly kind: 'index' }
  | { readonly kind: 'file'; readonly path: string; readonly isHashed: boolean };

/** Never a file's: whatever the dashboard's folder holds, it does not stand before them. */
const ROUTES = /^\/(api|health|metrics)(\/|$)/;
/** Vite puts a hash of the content into the names below `assets`. */
const HASHED = /^assets\/.+-[\w-]{8,}\.\w+$/;

/**
 * Decides what a request is for: a route of the service, a file of the dashboard, or its index, which shows its own routes.
 *
 * @example choosePage('/members/home-1'); // { kind: 'index' }
 */
export function choosePage(path: string): Page {
  if (ROUTES.test(path)) return { kind: 'route' };
  const relative = decoded(path).replace(/^\/+/, '');
  const name = relative.slice(relative.lastIndexOf('/') + 1);
  return name.includes('.') && relative !== 'index.html'
    ? { kind: 'file', path: relative, isHashed: HASHED.test(relative) }
    : { kind: 'index' };
}

/** A path that is no path names no file. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return '';
    throw error;
  }
}
