/** Which methods an address knows. It says nothing about what exists: the same for every id, and no
 * more than /api/v1/openapi.json tells anybody. */

export interface Route {
  readonly method: string;
  /** With `{name}` for what varies. */
  readonly path: string;
}

/** The methods of the routes that `url` fits, in order; none where there is no such address. */
export function knownMethods(routes: readonly Route[]): (url: string) => string[] {
  const known = routes.map(({ method, path }) => ({ method, parts: path.split('/') }));
  return (url) => {
    const parts = url.split('?')[0]!.split('/');
    const fitting = known.filter((route) => fits(route.parts, parts));
    return [...new Set(fitting.map(({ method }) => method))].sort();
  };
}

function fits(pattern: readonly string[], parts: readonly string[]): boolean {
  if (pattern.length !== parts.length) return false;
  return pattern.every((part, i) => (part.startsWith('{') ? parts[i] !== '' : part === parts[i]));
}
