/** The arguments of FreeBSD's built-in ident service, inetd(8). */

import { parseArgs } from 'node:util';

export interface IdentOptions {
  /** -d: the answer to everything, or with -r when nobody was found. */
  readonly fallback: string | null;
  /** -r: looks up who owns the connection. */
  readonly real: boolean;
  /** -g: a random name, without any look-up. */
  readonly random: boolean;
  /** -f, -F: answers what the user's ~/.fakeid says; `unless-user`: not when that is another user's name. */
  readonly fake: 'never' | 'unless-user' | 'always';
  /** -i: user numbers instead of names. */
  readonly numeric: boolean;
  /** -n: says nothing of users who have a ~/.noident. */
  readonly hideable: boolean;
  /** -o: the name of the operating system; null is the kernel's own. */
  readonly system: string | null;
  /** -t: how long a caller may take to ask, ms. */
  readonly timeoutMs: number;
}

const DEFAULT_TIMEOUT_MS = 10_000;

/** Reads the arguments, argv[0] first. As with getopt(3), what is unknown is passed over. */
export function parseIdentOptions(args: readonly string[]): IdentOptions {
  const { values } = parseArgs({
    args: args.slice(1),
    strict: false,
    options: {
      fallback: { type: 'string', short: 'd' },
      fake: { type: 'boolean', short: 'f' },
      anyfake: { type: 'boolean', short: 'F' },
      random: { type: 'boolean', short: 'g' },
      numeric: { type: 'boolean', short: 'i' },
      hideable: { type: 'boolean', short: 'n' },
      system: { type: 'string', short: 'o' },
      real: { type: 'boolean', short: 'r' },
      timeout: { type: 'string', short: 't' },
    },
  });
  return {
    fallback: text(values.fallback),
    real: values.real === true,
    random: values.random === true,
    fake: values.anyfake === true ? 'always' : values.fake === true ? 'unless-user' : 'never',
    numeric: values.numeric === true,
    hideable: values.hideable === true,
    system: text(values.system),
    timeoutMs: milliseconds(text(values.timeout)) ?? DEFAULT_TIMEOUT_MS,
  };
}

function text(value: string | boolean | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

/** SEC[.USEC]: what stands behind the point counts microseconds and is no fraction. */
function milliseconds(time: string | null): number | null {
  const [, seconds, microseconds] = /^(\d{1,6})(?:\.(\d{1,6}))?$/.exec(time ?? '') ?? [];
  return seconds === undefined ? null : Number(seconds) * 1000 + Number(microseconds ?? 0) / 1000;
}
