/** The policies in force, and copies of them with one file taken out or put in. */
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadPolicies, type Policies } from '../../src/server/gate/policies.ts';
import { tempDir } from './cluster.ts';

export const POLICIES = join(import.meta.dirname, '..', '..', 'policies');

/** Names without ending, sorted; those that begin with `role-` permit, the others forbid. */
export function policyNames(): string[] {
  return readdirSync(POLICIES)
    .filter((name) => name.endsWith('.cedar'))
    .map((name) => name.slice(0, -'.cedar'.length))
    .sort();
}

export function policiesInForce(): Policies {
  return loadPolicies(POLICIES);
}

export function policiesWithout(name: string): Policies {
  const directory = copied();
  rmSync(join(directory, `${name}.cedar`));
  return loadPolicies(directory);
}

/** Throws what loading throws. */
export function policiesWith(name: string, text: string): Policies {
  const directory = copied();
  writeFileSync(join(directory, `${name}.cedar`), text);
  return loadPolicies(directory);
}

let copies: string | undefined;

function copied(): string {
  copies ??= tempDir();
  const directory = mkdtempSync(join(copies, 'policies-'));
  cpSync(POLICIES, directory, { recursive: true });
  return directory;
}
