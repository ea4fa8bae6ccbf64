/** A run in the form that the caller accepts: JSON, CSV or XLSX. */
import { toId } from '../../../contract/ids.ts';
import type { ReportResult } from '../../readmodel/reports/report.ts';
import { findReport } from '../../readmodel/reports/reports.ts';
import type { Input } from '../operation.ts';
import { toCsv } from './csv.ts';
import { type KeptRun, madeAt } from './kept-run.ts';
import { toXlsx } from './xlsx.ts';

export interface ShownRun extends KeptRun {
  /** With those who could not be placed, as long as the run is new. */
  readonly exceptions: ReportResult['exceptions'];
}

const XLSX_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

export async function answerRun(input: Input, run: ShownRun): Promise<unknown> {
  const { meta, result, id } = run;
  const { columns, rows } = result;
  if (input.accept?.includes('text/csv')) {
    return {
      csv: toCsv(
        columns.map((column) => column.label),
        rows,
      ),
    };
  }
  if (input.accept?.includes(XLSX_TYPE)) return { xlsx: await toXlsx(columns, rows, aboutOf(run)) };
  const { report, parameters, asOf, dataVersion, suppressed, digest, name } = meta;
  return {
    id: toId('run', id),
    report,
    parameters,
    asOf,
    dataVersion,
    columns,
    rows,
    suppressed,
    withheld: result.withheld,
    exceptions: run.exceptions && {
      count: run.exceptions.count,
      items: run.exceptions.items.map((item) => ({
        ...item,
        subject: toId('subject', item.subject),
      })),
    },
    digest,
    name,
  };
}

/** What a sheet must say of itself once it has left the system. */
function aboutOf({ id, user, meta, result }: ShownRun): [string, string | number | Date][] {
  const report = findReport(meta.report);
  const parameters = Object.entries(meta.parameters).map(([name, value]): [string, string] => [
    `Parameter ${name}`,
    String(value),
  ]);
  return [
    ['Report', report?.label ?? meta.report],
    ['What is counted', report?.description ?? ''],
    ...(meta.name === null ? [] : [['Name', meta.name] as [string, string]]),
    ...parameters,
    ['As of', new Date(`${meta.asOf}T00:00:00Z`)],
    ['Run', toId('run', id)],
    ['Run at', new Date(madeAt(id))],
    ['Run by', toId('user', user)],
    ['Data version', meta.dataVersion],
    ['Digest of columns and rows', meta.digest],
    ['Suppression', meta.suppressed ? `applied; ${result.withheld} withheld` : 'none'],
    ['Purpose', meta.purpose ?? ''],
    [
      'Who may use it',
      meta.suppressed
        ? 'The person who ran it, for this purpose. Small counts are withheld; do not combine it ' +
          'with other figures to find them.'
        : 'Only people with rights to every record behind it, for this purpose. It shows small ' +
          'groups: do not pass it on.',
    ],
  ];
}
