import { describe, expect, it } from '@jest/globals';
import { BUDGETS, type Budget, judge } from '../../bench/budgets.ts';
import { budgetsText, tableText } from '../../bench/report.ts';
import { Results, type Table } from '../../bench/table.ts';

const nowait: Table = {
  name: 'nowait',
  title: 'Children',
  unit: 'connections/s',
  better: 'more',
  digits: 0,
  rows: [
    { name: 'superd', values: [2000, 3000, 1000] },
    { name: 'xinetd', values: [1600], cpuUs: 99.6 },
    { name: 'busybox inetd', values: [], remark: 'not found' },
    { name: 'vfork loop x 2', values: [4000], remark: '1 calls failed' },
  ],
};

describe('a table', () => {
  it('shows median, extremes, and superd divided by the row', () => {
    expect(tableText(nowait).split('\n')).toEqual([
      'Children (connections/s, more is better)',
      '                  median    min    max  superd/it  own CPU us',
      '  superd           2,000  1,000  3,000',
      '  xinetd           1,600  1,600  1,600       1.25         100',
      '  busybox inetd        -                                       not found',
      '  vfork loop x 2   4,000  4,000  4,000       0.50              1 calls failed',
      '',
      '',
    ]);
  });
});

describe('a budget', () => {
  const results = new Results([nowait]);
  const figure =
    (row: string): Budget['value'] =>
    (all) =>
      all.figure('nowait', row);

  it.each([
    { bound: 'at least', limit: 2000, row: 'superd', state: 'met' },
    { bound: 'at least', limit: 2001, row: 'superd', state: 'missed' },
    { bound: 'at most', limit: 2000, row: 'superd', state: 'met' },
    { bound: 'at most', limit: 1999, row: 'superd', state: 'missed' },
    { bound: 'at most', limit: 1999, row: 'busybox inetd', state: 'not measured' },
  ] as const)('$bound $limit is $state by $row', ({ bound, limit, row, state }) => {
    expect(judge(results, [{ what: '', bound, limit, unit: '', value: figure(row) }])[0]?.state).toBe(state);
  });

  it('of children compares with the fastest super server and with the C loop, which is none', () => {
    const verdicts = judge(results).filter(({ value }) => value !== null);
    expect(verdicts.map(({ value, state }) => ({ value, state }))).toEqual([
      { value: 0.5, state: 'missed' },
      { value: 1.25, state: 'met' },
    ]);
  });

  it('that nothing was measured for is not met', () => {
    const text = budgetsText(judge(new Results([])));
    expect(text).toContain(`Budgets: 0 met, 0 missed, ${BUDGETS.length} not measured\n`);
  });
});
