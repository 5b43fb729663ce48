/** Tables and budgets as text. */

import type { Verdict } from './budgets.ts';
import { ratio, type Summary, summarize } from './measure.ts';
import type { Row, Table } from './table.ts';

/** One table: median, least and greatest round, superd's median divided by the row's, and CPU time where it is known. */
export function tableText(table: Table): string {
  const own = table.rows.find(({ name }) => name === 'superd');
  const ownMedian = own === undefined ? null : (summarize(own.values)?.median ?? null);
  const lines = table.rows.map((row) => line(row, table, row === own ? null : ownMedian));
  const timed = table.rows.some(({ cpuUs }) => cpuUs !== undefined);
  const head = [
    '',
    'median',
    'min',
    'max',
    ownMedian === null ? '' : 'superd/it',
    timed ? 'own CPU us' : '',
    '',
  ];
  return `${table.title} (${table.unit}, ${table.better} is better)\n${grid([head, ...lines])}\n`;
}

/** Every budget with what came out, one a line. */
export function budgetsText(verdicts: readonly Verdict[]): string {
  const lines = verdicts.map(({ budget, value, state }) => [
    state,
    budget.what,
    value === null ? '' : withUnit(value, budget.unit),
    `${budget.bound} ${withUnit(budget.limit, budget.unit)}`,
    '',
  ]);
  const count = (state: Verdict['state']): number =>
    verdicts.filter((verdict) => verdict.state === state).length;
  const sum = `${count('met')} met, ${count('missed')} missed, ${count('not measured')} not measured`;
  return `Budgets: ${sum}\n${grid(lines, 2)}\n`;
}

function line(row: Row, table: Table, own: number | null): readonly string[] {
  const summary = summarize(row.values);
  const remark = row.remark ?? '';
  if (summary === null) return [row.name, '-', '', '', '', '', remark];
  const factor = ratio(own, summary.median);
  const cpu = row.cpuUs === undefined ? '' : format(row.cpuUs, 0);
  return [row.name, ...numbers(summary, table.digits), factor === null ? '' : factor.toFixed(2), cpu, remark];
}

function numbers(summary: Summary, digits: number): readonly string[] {
  return [summary.median, summary.min, summary.max].map((value) => format(value, digits));
}

function withUnit(value: number, unit: string): string {
  if (unit === '') return Number.isInteger(value) ? String(value) : value.toFixed(2);
  return `${format(value, unit === 'MB' ? 1 : 0)} ${unit}`;
}

function format(value: number, digits: number): string {
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Columns as wide as their widest cell: the first `left` flush left, the last as it is, the others flush right. */
function grid(lines: readonly (readonly string[])[], left = 1): string {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((cells) => cells[column]?.length ?? 0)),
  );
  const cell = (text: string, column: number): string => {
    const width = widths[column] ?? 0;
    if (column === widths.length - 1) return text;
    return column < left ? text.padEnd(width) : text.padStart(width);
  };
  return lines.map((cells) => `  ${cells.map(cell).join('  ').trimEnd()}\n`).join('');
}
