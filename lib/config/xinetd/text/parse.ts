/** Reads the text of xinetd.conf(5): one source into blocks and includes. */

import { Diagnostics, type Parsed, type Source } from '../../../diagnostics/diagnostic.ts';
import { ExactReader } from './exact.ts';
import { ForgivingReader } from './forgiving.ts';
import type { Item } from './items.ts';

/** How a source is read: what its author meant, or what xinetd 2.3.15 makes of it. */
export interface ParseOptions {
  readonly strict: boolean;
}

/** Reads a source. What cannot be understood is reported; the rest is still read. It never throws. */
export function parseXinetdConf(source: Source, { strict }: ParseOptions): Parsed<readonly Item[]> {
  const diagnostics = new Diagnostics(source);
  const reader = strict ? new ExactReader(source, diagnostics) : new ForgivingReader(source, diagnostics);
  return { value: reader.read(), diagnostics: diagnostics.all };
}
