const NUL = /\0/g;
const REPLACEMENT = '\uFFFD';

/**
 * Text that Postgres and JSON can keep, at most `limit` UTF-16 code units of it: NUL and half surrogate pairs become U+FFFD.
 *
 * @example plainText('a\0b', 100) // 'a\uFFFDb'
 */
export function plainText(text: string, limit: number): string {
  return text.slice(0, limit).replaceAll(NUL, REPLACEMENT).toWellFormed();
}
