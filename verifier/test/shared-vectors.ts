// The public test vectors beside the repository; a test that needs them is skipped with a notice where they are absent.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../shared/vectors', import.meta.url));

/** `false`, or the notice why the vectors cannot be read: what `skip` of a test takes. */
export const noVectors: string | false = existsSync(ROOT)
  ? false
  : 'skipped: no ../shared/vectors beside the repository';

/** Every JSON file below `folder` of the vectors, by its path. */
export function readVectors<T>(folder: string): { path: string; vector: T }[] {
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith('.json') && statSync(join(ROOT, folder, name)).isFile())
    .map((path) => ({ path, vector: readVector<T>(join(folder, path)) }));
}

export function readVector<T>(name: string): T {
  return JSON.parse(readFileSync(join(ROOT, name), 'utf8'));
}
