/** What a measurement gives: rows of rounds. */

import { ratio, summarize } from './measure.ts';

/** One server, or one state of it. */
export interface Row {
  readonly name: string;
  /** One a round, in the table's unit. */
  readonly values: readonly number[];
  /** Why there are none, or what must be known about them. */
  readonly remark?: string;
  /** CPU time of the server's own process for one call, without its children; a busy machine hardly changes it. */
  readonly cpuUs?: number;
}

/** One figure of several servers. */
export interface Table {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly better: 'more' | 'less';
  /** Decimal places. */
  readonly digits: number;
  readonly rows: readonly Row[];
}

/** Every table of a run; a figure that was not measured is null. */
export class Results {
  readonly #tables: readonly Table[];

  constructor(tables: readonly Table[]) {
    this.#tables = tables;
  }

  /** The median of a row. */
  figure(table: string, row: string): number | null {
    const found = this.#rows(table).find(({ name }) => name === row);
    return found === undefined ? null : (summarize(found.values)?.median ?? null);
  }

  /** One figure divided by another. */
  ratio(table: string, row: string, to: string): number | null {
    return ratio(this.figure(table, row), this.figure(table, to));
  }

  /** The highest median among the rows that `wanted` names. */
  highest(table: string, wanted: (name: string) => boolean): number | null {
    const medians = this.#rows(table)
      .filter(({ name }) => wanted(name))
      .map(({ name }) => this.figure(table, name))
      .filter((figure) => figure !== null);
    return medians.length === 0 ? null : Math.max(...medians);
  }

  #rows(table: string): readonly Row[] {
    return this.#tables.find(({ name }) => name === table)?.rows ?? [];
  }
}
