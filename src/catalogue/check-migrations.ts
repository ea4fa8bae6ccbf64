// What must hold of the steps from older versions of the catalogue to this one.
import type { Catalogue } from './catalogue.ts';
import { findElement } from './find.ts';

/** Reasons, each with the place in `migrations` that it is about. */
export function migrationFaults(
  catalogue: Catalogue,
): { path: (string | number)[]; reason: string }[] {
  const faults: { path: (string | number)[]; reason: string }[] = [];
  const migrations = catalogue.migrations ?? [];
  for (const [i, { version, steps }] of migrations.entries()) {
    const fault = (path: (string | number)[], reason: string) =>
      faults.push({ path: ['migrations', i, ...path], reason });
    if (version > catalogue.version) fault(['version'], `${version} is yet to come`);
    if (version <= (migrations[i - 1]?.version ?? 1)) {
      fault(['version'], `${version} does not follow the one before`);
    }
    for (const [j, step] of steps.entries()) {
      const later = [...steps.slice(j + 1), ...migrations.slice(i + 1).flatMap((m) => m.steps)];
      const isLeft = (id: string) =>
        later.some((other) => other.element === id && !('codes' in other));
      const wrong = (reason: string) => fault(['steps', j], `${step.element}: ${reason}`);
      if ('codes' in step) {
        if (isLeft(step.element)) continue;
        const found = findElement(catalogue, step.element);
        const list = catalogue.codeLists[found?.element.codes ?? '']?.codes;
        if (!list) wrong('is no element with a code list');
        for (const [from, to] of Object.entries(step.codes)) {
          if (list && Object.hasOwn(list, from)) wrong(`code ${from} is still in the list`);
          const isMapped = later.some(
            (other) => 'codes' in other && other.element === step.element && other.codes[to],
          );
          if (list && !Object.hasOwn(list, to) && !isMapped) wrong(`code ${to} is not in the list`);
        }
        continue;
      }
      if (findElement(catalogue, step.element)) wrong('is still in the catalogue');
      if ('becomes' in step) {
        const { becomes } = step;
        if (!findElement(catalogue, becomes) && !isLeft(becomes)) wrong(`there is no ${becomes}`);
        const [before, after] = [step.element, becomes].map((id) =>
          catalogue.types.find((type) => type.id === id.split('.')[0]),
        );
        if (before && after && before.cardinality !== after.cardinality) {
          wrong(
            `cannot move from ${before.id} to ${after.id}: one holds ${before.cardinality}, the other ${after.cardinality}`,
          );
        }
        if (before && after && before.about !== after.about) {
          wrong(
            `cannot move from a record about the ${before.about} to one about the ${after.about}`,
          );
        }
      }
    }
  }
  return faults;
}
