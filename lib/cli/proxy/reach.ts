/** Connecting to a backend that may still be starting. */

import { type DialContext, type Dialled, dial, type Target } from '../../service/relay/dial.ts';

/** Nobody listens yet, or its queue is full for now (connect(2), unix(7)). */
const NOT_YET = new Set(['ECONNREFUSED', 'ENOENT', 'EAGAIN']);

/** The first pause between two attempts, and the longest. */
const FIRST_MS = 10;
const LONGEST_MS = 250;

/** As dial, again and again until the backend answers, for as long as `patienceMs`. */
export function reach(
  target: Target,
  { patienceMs, ...context }: DialContext & { readonly patienceMs: number },
  reached: (result: Dialled) => void,
): () => void {
  const until = context.clock.now() + patienceMs;
  let cancel = () => {};
  const attempt = (pauseMs: number) => {
    let answered = false;
    const stop = dial(target, context, (result) => {
      answered = true;
      if ('fd' in result || !NOT_YET.has(result.code) || context.clock.now() + pauseMs > until)
        reached(result);
      else cancel = context.clock.after(pauseMs, () => attempt(Math.min(2 * pauseMs, LONGEST_MS)));
    });
    if (!answered) cancel = stop;
  };
  attempt(FIRST_MS);
  return () => cancel();
}
