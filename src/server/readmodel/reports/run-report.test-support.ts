/** For tests of reports: runs one over what is held, as the worker does. */
import assert from 'node:assert/strict';
import { type Bitmap, newBitmap, setBit } from '../bitmap.ts';
import { ClientReports } from '../client-reports.ts';
import { dayOf } from '../day.ts';
import { catalogue } from '../held-people.test-support.ts';
import type { RunType } from '../held-types.ts';
import type { ReportPlace } from '../messages.ts';
import type { ModelData } from '../model-data.ts';
import type { Table } from '../table.ts';
import { View } from '../view.ts';
import { checkParameters } from './parameters.ts';
import type { ReportReference } from './report.ts';
import { findReport } from './reports.ts';

export const TODAY = '2026-11-23';

export interface Asked {
  readonly parameters?: Record<string, unknown>;
  readonly suppress?: boolean;
  readonly people?: (data: ModelData) => Bitmap;
  readonly opened?: Partial<Record<RunType, Table>>;
  readonly reference?: ReportReference;
}

/** The result of a run; its parameters must be allowed. */
export async function run(data: ModelData, report: string, asked: Asked = {}) {
  const { question, take, close, reports } = open(data, report, asked);
  try {
    return await reports.run(question, take, () => true, new AbortController().signal);
  } finally {
    close();
  }
}

/** The uuids of the people behind a figure. */
export async function peopleBehind(
  data: ModelData,
  report: string,
  place: ReportPlace,
  asked: Asked = {},
): Promise<string[]> {
  const { question, take, close, reports } = open(data, report, asked);
  try {
    const { people } = await reports.people(question, place, take, new AbortController().signal);
    return people.map((person) => data.people.uuidAt(person)).sort();
  } finally {
    close();
  }
}

export function bitmapOf(people: readonly number[]): Bitmap {
  const bitmap = newBitmap(64);
  for (const person of people) setBit(bitmap, person);
  return bitmap;
}

function open(data: ModelData, report: string, asked: Asked) {
  const { suppress = false, parameters = {}, reference } = asked;
  const checked = checkParameters(findReport(report)!.parameters, parameters, {
    today: TODAY,
    suppress,
  });
  assert.ok('parameters' in checked, JSON.stringify(checked));
  const reports = new ClientReports(catalogue, 128);
  const view = new View(data, dayOf(TODAY));
  const scope = asked.people
    ? ({ kind: 'under', subject: 'x' } as const)
    : ({ kind: 'all' } as const);
  const turn = {
    dataVersion: 1,
    view,
    people: asked.people?.(data) ?? null,
    loadForRun: async (type: RunType) => asked.opened?.[type],
  };
  const question = {
    report,
    parameters: checked.parameters,
    today: TODAY,
    scope,
    suppress,
    ...(reference && { reference }),
  };
  return { reports, question, take: () => turn, close: () => reports.close() };
}
