/** Addresses that the router can always read. */

/**
 * `url` with every '%' of its path that begins no valid escape sequence made literal: a malformed id
 * then reaches its operation and is refused there, like any other unknown id.
 */
export function routableUrl(url: string): string {
  if (!url.includes('%')) return url;
  const end = url.indexOf('?');
  const path = end < 0 ? url : url.slice(0, end);
  return path.split('/').map(routablePart).join('/') + url.slice(path.length);
}

function routablePart(part: string): string {
  try {
    decodeURIComponent(part);
    return part;
  } catch {
    return part.replaceAll('%', '%25');
  }
}
