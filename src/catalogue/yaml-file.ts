// One YAML file of the catalogue, checked against a shape, with the line of every value kept so
// that a fault can say where it is.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import type { CatalogueFault } from './fault.ts';

export type YamlPath = readonly (string | number)[];

/** A file's checked content; `data` is undefined where it has faults of syntax or shape. */
export interface YamlFile<T> {
  file: string;
  data: T | undefined;
  /** The line of the value at `path`, or of its nearest parent that is there. */
  lineOf(path: YamlPath): number;
}

/** Reads and checks `dir/file`, adding to `faults` what is wrong with it. Never throws for content. */
export function readYamlFile<T>(
  dir: string,
  file: string,
  shape: z.ZodType<T>,
  faults: CatalogueFault[],
): YamlFile<T> {
  let text: string;
  try {
    text = readFileSync(join(dir, file), 'utf8');
  } catch {
    faults.push({ file, line: 1, reason: 'the file is missing or cannot be read' });
    return { file, data: undefined, lineOf: () => 1 };
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineOf = (path: YamlPath) => lineAt(document, lines, path);
  if (document.errors.length > 0 || document.warnings.length > 0) {
    for (const error of [...document.errors, ...document.warnings]) {
      faults.push({
        file,
        line: lines.linePos(error.pos[0]).line,
        reason: `YAML: ${error.message}`,
      });
    }
    return { file, data: undefined, lineOf };
  }
  const parsed = shape.safeParse(document.toJS({ maxAliasCount: 0 }), { reportInput: true });
  if (parsed.success) return { file, data: parsed.data, lineOf };
  for (const issue of parsed.error.issues) faults.push(...shapeFaults(file, issue, lineOf));
  return { file, data: undefined, lineOf };
}

function shapeFaults(
  file: string,
  issue: z.core.$ZodIssue,
  lineOf: (path: YamlPath) => number,
): CatalogueFault[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      file,
      line: lineOf([...path, key]),
      reason: `${[...path, key].join('.')}: no such field`,
    }));
  }
  const missing = issue.code === 'invalid_type' && issue.input === undefined;
  const reason = missing ? 'is missing' : issue.message;
  const at = path.join('.');
  return [{ file, line: lineOf(path), reason: at === '' ? reason : `${at}: ${reason}` }];
}

function lineAt(document: Document, lines: LineCounter, path: YamlPath): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const step of path) {
    const pair = isMap(node) ? node.items.find(({ key }) => keyText(key) === step) : undefined;
    node = pair ? pair.value : isSeq(node) ? node.items[Number(step)] : undefined;
    const start = startOf(pair ? pair.key : node);
    if (start === undefined) break;
    offset = start;
  }
  return lines.linePos(offset).line;
}

function keyText(key: unknown): string | undefined {
  return isScalar(key) ? String(key.value) : undefined;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
