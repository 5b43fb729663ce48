/** A diagnostic as the running daemon tells it. */

import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { positionOf } from '../diagnostics/position.ts';
import type { Event } from '../log/events.ts';

export function diagnosticEvent(diagnostic: Diagnostic): Event {
  const { code, message, severity, source, span } = diagnostic;
  const { line, column } = positionOf(source, span.start);
  return { event: 'diagnostic', severity, file: source.file, line, column, code, message };
}
