/** Readers of the values of units as readers of the words of drop-ins. */

import type { ValueReader } from '../systemd/values/value.ts';
import { type Reader, refuse } from '../xinetd/values/reader.ts';

/** The whole value: its words, a blank between them. */
export function whole<Value>(read: ValueReader<Value>): Reader<Value> {
  return (words, scope) => {
    const [first] = words;
    if (first === undefined) return null;
    const found = read(words.map(({ text }) => text).join(' '));
    if ('value' in found) return found.value;
    const span = { start: first.span.start, end: words.at(-1)?.span.end ?? first.span.end };
    return refuse(scope, { ...first, span }, 'correct the line', {
      code: 'drop-in/bad-value',
      message: `${scope.attribute}=: ${found.problem}`,
    });
  };
}

/** Each word by itself; one that is refused refuses all. */
export function every<Value>(read: ValueReader<Value>): Reader<readonly Value[]> {
  return (words, scope) => {
    const found = words.map((word) => whole(read)([word], scope));
    return found.some((value) => value === null) ? null : (found as readonly Value[]);
  };
}
