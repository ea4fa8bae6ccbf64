// What becomes of an element from one version of the catalogue to a later one. The steps are data of
// the catalogue (`migrations` in catalogue.yaml), so that a lawyer can read them too.
import type { Catalogue, MigrationStep } from './catalogue.ts';
import { findElement, findType } from './find.ts';

/** `to` is `<type>.<element>` in the later catalogue, null when it is no longer held. `codes` maps codes
 * that were given another name. */
export interface Destiny {
  readonly to: string | null;
  readonly codes: Readonly<Record<string, string>>;
}

const destinies = new WeakMap<Catalogue, Map<string, Destiny>>();

/**
 * What the element `id` of the catalogue's version `version` is in `catalogue`: itself when nothing
 * happened to it. An element that `catalogue` does not hold is no longer held.
 */
export function destinyOf(catalogue: Catalogue, version: number, id: string): Destiny {
  const known = destinies.get(catalogue) ?? new Map<string, Destiny>();
  destinies.set(catalogue, known);
  const key = `${version} ${id}`;
  const destiny = known.get(key) ?? follow(catalogue, version, id);
  known.set(key, destiny);
  return destiny;
}

/** Whether anything at all is renamed, moved or mapped after `version`. */
export function hasSteps(catalogue: Catalogue, version: number): boolean {
  return stepsAfter(catalogue, version).length > 0;
}

/** What is left of a record in place, under a later catalogue. */
export interface Carried<Value> {
  /** The record's type there; null when it is not held any more, or only as parts of other records. */
  readonly type: string | null;
  readonly values: Readonly<Record<string, Value>>;
  /** What went to other types, by type. */
  readonly moved: Readonly<Record<string, Record<string, Value>>>;
  /** Whether something is no longer held, or is held in another compartment only. */
  readonly isDestroyed: boolean;
  readonly isChanged: boolean;
}

/**
 * A record of the type `typeId` with `values` by element, written under the catalogue's `version` and
 * in `compartment`, as `catalogue` has it. A type all of whose elements went to one type of the same
 * compartment was renamed: the record stays where it is.
 */
export function carryRecord<Value>(
  catalogue: Catalogue,
  version: number,
  compartment: string,
  typeId: string,
  values: Readonly<Record<string, Value>>,
): Carried<Value> {
  const byType = new Map<string, Record<string, Value>>();
  let isDestroyed = false;
  let isChanged = false;
  for (const [element, value] of Object.entries(values)) {
    const id = `${typeId}.${element}`;
    const { to, codes } = destinyOf(catalogue, version, id);
    const mapped = mapCode(codes, value) as Value;
    if (to !== id || mapped !== value) isChanged = true;
    if (to === null) {
      isDestroyed = true;
      continue;
    }
    const [type, name] = to.split('.') as [string, string];
    if (findType(catalogue, type)!.compartment !== compartment) isDestroyed = true;
    const held = byType.get(type) ?? {};
    held[name] = mapped;
    byType.set(type, held);
  }
  const type = typeLeft(catalogue, compartment, typeId, [...byType.keys()]);
  const { [type ?? '']: own = {}, ...moved } = Object.fromEntries(byType);
  return { type, values: own, moved, isDestroyed, isChanged };
}

function typeLeft(
  catalogue: Catalogue,
  compartment: string,
  typeId: string,
  types: readonly string[],
): string | null {
  if (findType(catalogue, typeId)) return typeId;
  const [only] = types;
  if (types.length !== 1 || findType(catalogue, only!)!.compartment !== compartment) return null;
  return only!;
}

/** A code as the later catalogue names it. */
function mapCode(codes: Destiny['codes'], value: unknown): unknown {
  return typeof value === 'string' && Object.hasOwn(codes, value) ? codes[value] : value;
}

function follow(catalogue: Catalogue, version: number, id: string): Destiny {
  let current: string | null = id;
  let codes: Record<string, string> = {};
  for (const step of stepsAfter(catalogue, version)) {
    if (step.element !== current) continue;
    if ('becomes' in step) current = step.becomes;
    else if ('codes' in step) codes = composed(codes, step.codes);
    else current = null;
  }
  if (current !== null && !findElement(catalogue, current)) current = null;
  return { to: current, codes };
}

function stepsAfter(catalogue: Catalogue, version: number): MigrationStep[] {
  return (catalogue.migrations ?? []).flatMap((one) => (one.version > version ? one.steps : []));
}

function composed(first: Record<string, string>, then: Record<string, string>) {
  const both = Object.entries(first).map(([from, to]) => [from, then[to] ?? to]);
  return { ...then, ...Object.fromEntries(both) };
}
