/** What the rules decided, and what is to be done. */

import type { OptionOf } from './options.ts';
import type { Place } from './rule.ts';

/**
 * Something to do, with every % sequence filled in. An effect that cannot be carried out because there is no such user or
 * group refuses, as in libwrap; any other failure is logged and passed over.
 */
export type Effect =
  | OptionOf<'severity' | 'nice' | 'umask' | 'user' | 'group' | 'keepalive' | 'linger'>
  /** Runs `/bin/sh -c` on /dev/null and waits for it; a command that ends in `&` does not make wait long. */
  | { readonly kind: 'spawn'; readonly command: string }
  | { readonly kind: 'setenv'; readonly name: string; readonly value: string }
  /** Sends this file, if there is one, through bannerText; streams only. */
  | { readonly kind: 'banners'; readonly file: string };

/** The outcome and why. `rule` is null when no rule matched: then it is granted. */
interface Decided {
  readonly rule: Place | null;
  /** To be carried out in this order, whatever the outcome is. */
  readonly effects: readonly Effect[];
}

/**
 * `twisted`: `/bin/sh -c COMMAND` is served instead of the service, on the connection. A refusal with an `error` comes
 * from a rule that cannot be carried out; it reads as in libwrap's own message.
 */
export type Verdict =
  | (Decided & { readonly kind: 'granted' })
  | (Decided & { readonly kind: 'refused'; readonly error: string | null })
  | (Decided & { readonly kind: 'twisted'; readonly command: string });
