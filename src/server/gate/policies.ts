/** The Cedar policies, validated against their schema when loaded. Any error in a decision refuses. */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type CedarValueJson,
  type EntityJson,
  preparsePolicySet,
  preparseSchema,
  statefulIsAuthorized,
  validate,
} from '@cedar-policy/cedar-wasm/nodejs';
import { jcs } from '#verifier/jcs.ts';

export interface PolicyRequest {
  readonly user: string;
  readonly role: string;
  readonly operation: string;
  readonly resource: { readonly type: 'Client' | 'Provider'; readonly id: string };
  readonly context: Readonly<Record<string, CedarValueJson>>;
}

export interface PolicyAnswer {
  readonly allowed: boolean;
  /** Ids of the forbidding policies; `role-not-permitted` when nothing permits. */
  readonly reasons: readonly string[];
}

export interface Policies {
  /** File name → bytes: what an evidence bundle carries. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** SHA-256 of JCS({name: SHA-256 of the file}), hex. */
  readonly digest: string;
  decide(request: PolicyRequest): PolicyAnswer;
}

/** Roles and the groups that policies speak of. */
const GROUPS: Readonly<Record<string, string>> = {
  servicing: 'team',
  product: 'team',
  hr: 'client',
  executive: 'client',
  manager: 'client',
  staff: 'client',
  auditor: 'client',
};

/** Loads every file of `directory`; throws with the policy's name when one is not valid. */
export function loadPolicies(directory: string): Policies {
  const files = new Map<string, Buffer>();
  for (const name of readdirSync(directory).sort()) {
    if (/\.cedar(schema)?$/.test(name)) files.set(name, readFileSync(join(directory, name)));
  }
  const digest = digestOfFiles(files);
  const schema = textOf(files, 'schema.cedarschema');
  const staticPolicies: Record<string, string> = {};
  for (const [name, bytes] of files) {
    if (name.endsWith('.cedar')) staticPolicies[name.slice(0, -'.cedar'.length)] = bytes.toString();
  }
  const checked = validate({ schema, policies: { staticPolicies } });
  if (checked.type === 'failure') throw new Error(`policies: ${messages(checked.errors)}`);
  if (checked.validationErrors.length > 0) {
    const faults = checked.validationErrors.map((e) => `${e.policyId}: ${e.error.message}`);
    throw new Error(`policies: ${faults.join('; ')}`);
  }
  must(preparseSchema(digest, schema));
  must(preparsePolicySet(digest, { staticPolicies }));
  return { files, digest, decide: (request) => decide(digest, request) };
}

/** The digest that a `policies.loaded` fact carries. */
function digestOfFiles(files: ReadonlyMap<string, Uint8Array>): string {
  const digests = [...files].map(([name, bytes]) => [name, sha256(bytes)]);
  return sha256(Buffer.from(jcs(Object.fromEntries(digests))));
}

function decide(set: string, request: PolicyRequest): PolicyAnswer {
  const { user, role, operation, resource, context } = request;
  const answer = statefulIsAuthorized({
    principal: { type: 'User', id: user },
    action: { type: 'Action', id: operation },
    resource,
    context,
    entities: entitiesOf(user, role),
    preparsedPolicySetId: set,
    preparsedSchemaName: set,
    validateRequest: true,
  });
  if (answer.type !== 'success' || answer.response.diagnostics.errors.length > 0) {
    return { allowed: false, reasons: ['decision-failed'] };
  }
  const { decision, diagnostics } = answer.response;
  if (decision === 'allow') return { allowed: true, reasons: [] };
  const reasons = diagnostics.reason.map((id) => id.replace(/-team$/, ''));
  return { allowed: false, reasons: reasons.length > 0 ? reasons : ['role-not-permitted'] };
}

function entitiesOf(user: string, role: string): EntityJson[] {
  const group = GROUPS[role];
  return [
    { uid: { type: 'User', id: user }, attrs: {}, parents: [{ type: 'Role', id: role }] },
    {
      uid: { type: 'Role', id: role },
      attrs: {},
      parents: group ? [{ type: 'Role', id: group }] : [],
    },
  ];
}

function textOf(files: ReadonlyMap<string, Buffer>, name: string): string {
  const bytes = files.get(name);
  if (!bytes) throw new Error(`policies: ${name} is missing`);
  return bytes.toString();
}

function must(answer: { type: string; errors?: { message: string }[] }): void {
  if (answer.type !== 'success') throw new Error(`policies: ${messages(answer.errors ?? [])}`);
}

function messages(errors: readonly { message: string }[]): string {
  return errors.map((error) => error.message).join('; ');
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
