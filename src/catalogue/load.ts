// Reads the catalogue's folder. A catalogue with any fault is not loaded at all; every fault is
// named with file, line and reason at once.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Catalogue, CodeList, Element, RecordType } from './catalogue.ts';
import { CatalogueError, type CatalogueFault } from './fault.ts';
import { resolveElement } from './resolve-element.ts';
import { elementFaults, type RuleContext } from './rules.ts';
import {
  catalogueShape,
  codeListsShape,
  type MandatesFile,
  mandatesShape,
  purposesShape,
  type RecordTypeFile,
  recordTypeShape,
  taxonomiesShape,
  triggersShape,
} from './shapes.ts';
import { readYamlFile, type YamlFile } from './yaml-file.ts';

const TYPES_FOLDER = 'record-types';

/** Code lists that the loader makes from `purposes.yaml` and `retention-triggers.yaml`. */
const MADE_LISTS = ['purpose', 'retentionTrigger'];

/** The catalogue in `dir`, deeply frozen. Throws `CatalogueError` with every fault of every file. */
export function loadCatalogue(dir: string): Catalogue {
  const faults: CatalogueFault[] = [];
  const top = readYamlFile(dir, 'catalogue.yaml', catalogueShape, faults);
  const codeLists = readYamlFile(dir, 'code-lists.yaml', codeListsShape, faults);
  const mandates = readYamlFile(dir, 'mandates.yaml', mandatesShape, faults);
  const purposes = readYamlFile(dir, 'purposes.yaml', purposesShape, faults);
  const triggers = readYamlFile(dir, 'retention-triggers.yaml', triggersShape, faults);
  const taxonomies = readYamlFile(dir, 'taxonomies.yaml', taxonomiesShape, faults);
  const files = typeFiles(dir, faults).map((file) => readYamlFile(dir, file, recordTypeShape, faults));
  const shared = top.data && codeLists.data && mandates.data && purposes.data && triggers.data;
  // References into a file that is itself at fault would only add noise to the list.
  if (!shared || !taxonomies.data || !top.data || !codeLists.data || !mandates.data || !triggers.data) {
    throw new CatalogueError(faults);
  }
  const lists: Record<string, CodeList> = {
    purpose: { label: 'Purposes', codes: { ...purposes.data } },
    retentionTrigger: {
      label: 'Retention clocks',
      codes: Object.fromEntries(Object.entries(triggers.data).map(([id, t]) => [id, t.label])),
    },
    ...codeLists.data,
  };
  const context = { codeLists: lists, triggers: triggers.data, taxonomies: taxonomies.data };
  const types = files.flatMap((f) => f.data ? recordType(f, f.data, mandates.data ?? {}, context, faults) : []);
  faults.push(
    ...madeListFaults(codeLists),
    ...orderFaults(top, top.data.recordTypes, files),
    ...triggerFaults(triggers, Object.keys(triggers.data)),
    ...idleFaults(mandates, Object.keys(mandates.data), namedBy(files, 'mandates'), 'mandate'),
    ...idleFaults(codeLists, Object.keys(codeLists.data), types.flatMap((t) => t.elements.map((e) => e.codes)), 'code list'),
  );
  if (faults.length > 0) throw new CatalogueError(faults);
  const order = top.data.recordTypes;
  types.sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
  return deepFreeze({ version: top.data.version, codeLists: lists, types });
}
