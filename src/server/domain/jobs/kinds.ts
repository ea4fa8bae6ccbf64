/** Every kind of job, so that a server can take up what another one left. */
import { catalogueMigration } from '../catalogue/migration/catalogue-migration.ts';
import { keyRotation } from '../keys/key-rotation.ts';
import type { JobKind } from './job-kind.ts';

const KINDS: readonly JobKind[] = [keyRotation, catalogueMigration];

/** The kind of a stored job; undefined for one of a newer version. */
export function jobKind(name: string): JobKind | undefined {
  return KINDS.find(({ kind }) => kind === name);
}
