/** Unit files that are parsed once, however many units are made of them. */

import type { Parsed } from '../../diagnostics/diagnostic.ts';
import { SECTIONS } from './directives/sections.ts';
import type { Draft } from './draft/draft.ts';
import { parseUnitText, type UnitText } from './text/lines.ts';
import type { UnitSource } from './text/logical-lines.ts';

/** The text of a file of a type. */
export type TextReader = (source: UnitSource, type: Draft['type']) => Parsed<UnitText>;

/** A reader that remembers; drop-ins of `service.d` are read once too. */
export function textReader(): TextReader {
  const known = {
    socket: new Map<UnitSource, Parsed<UnitText>>(),
    service: new Map<UnitSource, Parsed<UnitText>>(),
  };
  return (source, type) => {
    const before = known[type].get(source);
    if (before !== undefined) return before;
    const parsed = parseUnitText(source, SECTIONS[type]);
    known[type].set(source, parsed);
    return parsed;
  };
}
