// What must hold between the catalogue's files: nothing named that is not there, nothing there
// that is not named, and each record type in the file of its name.
import type { z } from 'zod';
import type { CatalogueFault } from './fault.ts';
import type {
  CodeListsFile,
  catalogueShape,
  MandatesFile,
  purposesShape,
  RecordTypeFile,
  TaxonomiesFile,
  TriggersFile,
} from './shapes.ts';
import type { YamlFile, YamlPath } from './yaml-file.ts';

type Sound<T> = Omit<YamlFile<T>, 'data'> & { data: T };

/** The files that record types refer to, all of sound shape. */
export interface SharedFiles {
  catalogue: Sound<z.infer<typeof catalogueShape>>;
  codeLists: Sound<CodeListsFile>;
  mandates: Sound<MandatesFile>;
  purposes: Sound<z.infer<typeof purposesShape>>;
  triggers: Sound<TriggersFile>;
  taxonomies: Sound<TaxonomiesFile>;
}

/** The faults between `shared` and the record types' `files`. */
export function crossFaults(
  shared: SharedFiles,
  files: readonly YamlFile<RecordTypeFile>[],
): CatalogueFault[] {
  const faults = [...orderFaults(shared, files), ...nameFaults(files), ...triggerFaults(shared)];
  // With a file missing from the sum, what only it names would look idle.
  if (files.every((file) => file.data)) faults.push(...idleFaults(shared, files));
  return faults;
}

function orderFaults({ catalogue }: SharedFiles, files: readonly YamlFile<RecordTypeFile>[]) {
  const order = catalogue.data.recordTypes;
  const faults = order.flatMap((id, i) => {
    const at: YamlPath = ['recordTypes', i];
    if (order.indexOf(id) < i) return [faultAt(catalogue, at, `${id}: is there twice`)];
    const there = files.some(({ file }) => file === fileOf(id));
    return there ? [] : [faultAt(catalogue, at, `${id}: there is no ${fileOf(id)}`)];
  });
  for (const file of files) {
    if (file.data && !order.includes(file.data.id)) {
      faults.push(faultAt(file, ['id'], `${file.data.id}: is not in catalogue.yaml`));
    }
  }
  return faults;
}

function nameFaults(files: readonly YamlFile<RecordTypeFile>[]) {
  return files.flatMap((file) =>
    file.data && file.file !== fileOf(file.data.id)
      ? [faultAt(file, ['id'], `${file.data.id}: belongs in ${fileOf(file.data.id)}`)]
      : [],
  );
}

function triggerFaults({ triggers, mandates, codeLists }: SharedFiles) {
  const known = (id: string) => Object.hasOwn(triggers.data, id);
  const covers = Object.entries(triggers.data).flatMap(([id, trigger]) =>
    trigger.covers.flatMap((covered, i) =>
      known(covered) ? [] : [faultAt(triggers, [id, 'covers', i], `${id}: no trigger ${covered}`)],
    ),
  );
  const named = Object.entries(mandates.data).flatMap(([key, { trigger }]) =>
    trigger === undefined || known(trigger)
      ? []
      : [faultAt(mandates, [key, 'trigger'], `${key}: no trigger ${trigger}`)],
  );
  const taken = ['purpose', 'retentionTrigger'].flatMap((id) =>
    Object.hasOwn(codeLists.data, id)
      ? [faultAt(codeLists, [id], `${id}: is made from another file`)]
      : [],
  );
  return [...covers, ...named, ...taken];
}

function idleFaults(
  { mandates, codeLists, triggers }: SharedFiles,
  files: readonly YamlFile<RecordTypeFile>[],
) {
  const named = {
    mandates: new Set<string>(),
    codes: new Set<string>(),
    triggers: new Set<string>(),
  };
  for (const { data } of files) {
    for (const part of data ? [data.defaults, ...data.elements] : []) {
      for (const key of part?.mandates ?? []) named.mandates.add(key);
      if (part?.retention) named.triggers.add(part.retention.trigger);
    }
    for (const { codes } of data?.elements ?? []) if (codes !== undefined) named.codes.add(codes);
  }
  for (const { trigger } of Object.values(mandates.data)) {
    if (trigger !== undefined) named.triggers.add(trigger);
  }
  return [
    ...idle(mandates, named.mandates),
    ...idle(codeLists, named.codes),
    ...idle(triggers, named.triggers),
  ];
}

function idle(file: Sound<object>, named: ReadonlySet<string>) {
  const keys = Object.keys(file.data).filter((key) => !named.has(key));
  return keys.map((key) => faultAt(file, [key], `${key}: nothing names it`));
}

function faultAt(file: YamlFile<unknown>, path: YamlPath, reason: string): CatalogueFault {
  return { file: file.file, line: file.lineOf(path), reason };
}

function fileOf(typeId: string): string {
  const kebab = typeId.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return `record-types/${kebab}.yaml`;
}
