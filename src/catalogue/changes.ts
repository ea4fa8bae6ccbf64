// What changes for a client that adopts another catalogue: nobody should learn it afterwards.
import type { Catalogue, MigrationStep } from './catalogue.ts';
import { findElement } from './find.ts';
import { destinyOf } from './migration.ts';
import { retentionWords } from './words.ts';

interface Change {
  /** `<type>.<element>`: in what is held now, or for what is added in what will be. */
  readonly element: string;
  readonly label: string;
}

export interface CatalogueChanges {
  readonly added: readonly Change[];
  readonly removed: readonly (Change & { readonly reason: string | null })[];
  /** Another id in the same type. */
  readonly renamed: readonly (Change & { readonly becomes: string })[];
  /** In another type, and perhaps another compartment. */
  readonly moved: readonly (Change & { readonly becomes: string; readonly compartment: string })[];
  readonly recoded: readonly (Change & { readonly codes: Readonly<Record<string, string>> })[];
  readonly retention: readonly (Change & { readonly before: string; readonly after: string })[];
  /** Record types of which held records must be rewritten. */
  readonly types: readonly string[];
}

/** From what is held (`before`) to what will be (`after`). */
export function catalogueChanges(before: Catalogue, after: Catalogue): CatalogueChanges {
  const added: CatalogueChanges['added'][number][] = [];
  const removed: CatalogueChanges['removed'][number][] = [];
  const renamed: CatalogueChanges['renamed'][number][] = [];
  const moved: CatalogueChanges['moved'][number][] = [];
  const recoded: CatalogueChanges['recoded'][number][] = [];
  const retention: CatalogueChanges['retention'][number][] = [];
  const types = new Set<string>();
  const reached = new Set<string>();
  for (const type of before.types) {
    for (const { id, label, retention: held } of type.elements) {
      const element = `${type.id}.${id}`;
      const { to, codes } = destinyOf(after, before.version, element);
      if (to === null) {
        removed.push({ element, label, reason: reasonOf(after, before.version, element) });
        types.add(type.id);
        continue;
      }
      reached.add(to);
      const found = findElement(after, to)!;
      if (to !== element) {
        const { id: typeId, compartment } = found.type;
        if (typeId === type.id) renamed.push({ element, label, becomes: to });
        else moved.push({ element, label, becomes: to, compartment });
        types.add(type.id);
      }
      if (Object.keys(codes).length > 0) {
        recoded.push({ element, label, codes });
        types.add(type.id);
      }
      const [was, is] = [
        retentionWords(before, held),
        retentionWords(after, found.element.retention),
      ];
      if (was !== is) retention.push({ element, label, before: was, after: is });
    }
  }
  for (const type of after.types) {
    for (const { id, label } of type.elements) {
      const element = `${type.id}.${id}`;
      if (!reached.has(element)) added.push({ element, label });
    }
  }
  return { added, removed, renamed, moved, recoded, retention, types: [...types] };
}

/** Types that two record types cannot hold alike: nothing of the one fits into the other. */
export function impossibleMoves(before: Catalogue, after: Catalogue): string[] {
  return catalogueChanges(before, after).moved.flatMap(({ element, becomes }) => {
    const from = findElement(before, element)!.type;
    const to = findElement(after, becomes)!.type;
    const fits = from.cardinality === to.cardinality && from.about === to.about;
    return fits ? [] : [`${element} to ${becomes}`];
  });
}

function reasonOf(catalogue: Catalogue, version: number, element: string): string | null {
  const steps = (catalogue.migrations ?? []).flatMap((one) =>
    one.version > version ? one.steps : [],
  );
  const isRemoval = (step: MigrationStep): step is Extract<MigrationStep, { removed: string }> =>
    'removed' in step && step.element === element;
  return steps.find(isRemoval)?.removed ?? null;
}
