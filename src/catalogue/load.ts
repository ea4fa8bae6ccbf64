// Reads the catalogue's folder. A catalogue with any fault is not loaded at all; every fault is
// named with file, line and reason at once.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Catalogue, CodeList, Element, RecordType } from './catalogue.ts';
import { migrationFaults } from './check-migrations.ts';
import { crossFaults, type SharedFiles } from './cross-check.ts';
import { deepFreeze } from './deep-freeze.ts';
import { CatalogueError, type CatalogueFault } from './fault.ts';
import { recordTypeFaults, referenceFaults } from './record-type-rules.ts';
import { resolveElement } from './resolve-element.ts';
import { elementFaults, type RuleContext } from './rules.ts';
import {
  catalogueShape,
  codeListsShape,
  mandatesShape,
  purposesShape,
  type RecordTypeFile,
  recordTypeShape,
  taxonomiesShape,
  triggersShape,
} from './shapes.ts';
import { readYamlFile, type YamlFile, type YamlPath } from './yaml-file.ts';

const RECORD_TYPES = 'record-types';

/** The catalogue in `dir`, deeply frozen. Throws `CatalogueError` with every fault of every file. */
export function loadCatalogue(dir: string): Catalogue {
  return loadWithRules(dir).catalogue;
}

/** The same with what elements refer to outside their files, by which a client's own are checked. */
export function loadWithRules(dir: string): { catalogue: Catalogue; rules: RuleContext } {
  const faults: CatalogueFault[] = [];
  const shared = readSharedFiles(dir, faults);
  const files = recordTypeFiles(dir).map((file) =>
    readYamlFile(dir, file, recordTypeShape, faults),
  );
  // References into a file that is itself at fault would only bury its faults among others.
  if (!shared) throw new CatalogueError(faults);

  const codeLists = allCodeLists(shared);
  const context = { codeLists, triggers: shared.triggers.data, taxonomies: shared.taxonomies.data };
  const types = files.flatMap((file) =>
    file.data ? [recordTypeOf(file, file.data, shared, context, faults)] : [],
  );
  faults.push(...crossFaults(shared, files));
  for (const { type, reason } of referenceFaults(types)) {
    const file = files.find(({ data }) => data?.id === type)!;
    faults.push({
      file: file.file,
      line: file.lineOf(['refersTo']),
      reason: `${type}: refersTo: ${reason}`,
    });
  }
  const { version, migrations, recordTypes } = shared.catalogue.data;
  types.sort((a, b) => recordTypes.indexOf(a.id) - recordTypes.indexOf(b.id));
  const catalogue = { version, ...(migrations && { migrations }), codeLists, types };
  // With a type missing, every step to it would look wrong.
  if (types.length === files.length) {
    for (const { path, reason } of migrationFaults(catalogue)) {
      faults.push({ file: shared.catalogue.file, line: shared.catalogue.lineOf(path), reason });
    }
  }
  if (faults.length > 0) throw new CatalogueError(faults);
  return deepFreeze({ catalogue, rules: context });
}

function readSharedFiles(dir: string, faults: CatalogueFault[]): SharedFiles | undefined {
  const files = {
    catalogue: readYamlFile(dir, 'catalogue.yaml', catalogueShape, faults),
    codeLists: readYamlFile(dir, 'code-lists.yaml', codeListsShape, faults),
    mandates: readYamlFile(dir, 'mandates.yaml', mandatesShape, faults),
    purposes: readYamlFile(dir, 'purposes.yaml', purposesShape, faults),
    triggers: readYamlFile(dir, 'retention-triggers.yaml', triggersShape, faults),
    taxonomies: readYamlFile(dir, 'taxonomies.yaml', taxonomiesShape, faults),
  };
  const whole = Object.values(files).every((file) => file.data !== undefined);
  return whole ? (files as SharedFiles) : undefined;
}

function recordTypeFiles(dir: string): string[] {
  try {
    const names = readdirSync(join(dir, RECORD_TYPES)).filter((name) => name.endsWith('.yaml'));
    return names.sort().map((name) => `${RECORD_TYPES}/${name}`);
  } catch {
    return [];
  }
}

/** The lists of `code-lists.yaml` and those that purposes and retention triggers amount to. */
function allCodeLists({ codeLists, purposes, triggers }: SharedFiles): Record<string, CodeList> {
  const clocks = Object.entries(triggers.data).map(([id, trigger]) => [id, trigger.label]);
  return {
    purpose: { label: 'Purpose', codes: { ...purposes.data } },
    retentionTrigger: { label: 'Retention clock', codes: Object.fromEntries(clocks) },
    ...codeLists.data,
  };
}

function recordTypeOf(
  file: YamlFile<RecordTypeFile>,
  data: RecordTypeFile,
  shared: SharedFiles,
  context: RuleContext,
  faults: CatalogueFault[],
): RecordType {
  const { defaults = {}, elements: entries, ...type } = data;
  const elements: Element[] = [];
  entries.forEach((entry, i) => {
    const fault = (field: string, reason: string) =>
      faults.push({
        file: file.file,
        line: file.lineOf(pathOf(data, i, field)),
        reason: `${type.id}.${entry.id}: ${field}: ${reason}`,
      });
    if (elements.some((earlier) => earlier.id === entry.id)) fault('id', 'is there twice');
    const resolved = resolveElement(entry, defaults, shared.mandates.data);
    if ('missing' in resolved) {
      for (const { field, reason } of resolved.missing) fault(field, reason);
      return;
    }
    for (const { field, reason } of elementFaults(resolved.element, type.compartment, context)) {
      fault(field, reason);
    }
    elements.push(resolved.element);
  });
  const resolved = { ...type, elements } as RecordType;
  // With an element missing from the sum, what only it is would look missing too.
  const whole = elements.length === entries.length ? recordTypeFaults(resolved) : [];
  for (const { field, reason } of whole) {
    faults.push({ file: file.file, line: file.lineOf([field]), reason: `${type.id}: ${reason}` });
  }
  return resolved;
}

/** Where an element's field is written: at the element, among the defaults, or nowhere. */
function pathOf(data: RecordTypeFile, index: number, field: string): YamlPath {
  if (field in (data.elements[index] ?? {})) return ['elements', index, field];
  return field in (data.defaults ?? {}) ? ['defaults', field] : ['elements', index, 'id'];
}
