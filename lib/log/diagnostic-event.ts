/** A diagnostic as the running daemon tells it. */

import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { positionAt } from '../diagnostics/render.ts';
import type { Event } from './events.ts';

/** Places count from 1, as in `superd check`. */
export function diagnosticEvent(diagnostic: Diagnostic): Event {
  const { code, message, severity, source, span } = diagnostic;
  const { line, column } = positionAt(source, span.start);
  return { event: 'diagnostic', severity, file: source.file, line, column, code, message };
}
