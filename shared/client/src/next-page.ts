/**
 * The path of `Link: <…>; rel="next"`. Only path and query are used: the origin that was asked is asked again, and no other.
 */
export function toNextPage(link: string | null): string | null {
  const target = link?.match(/<([^>]*)>\s*;[^,]*\brel="?next"?/)?.[1];
  if (!target) return null;
  const url = new URL(target, 'http://page.invalid/tasks');
  return `${url.pathname}${url.search}`;
}
