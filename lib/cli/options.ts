/** Every option of superd and of its other faces, once: what is parsed, what --help prints, what the manual pages hold. */

/**
 * Whose command line an option is part of: `superd run`, the verbs that only read (check, list, explain, access), those
 * of them that ask who is served, inetd, xinetd; `detached` is between a daemon's face and the process that it leaves
 * behind.
 */
export type Face = 'run' | 'read' | 'access' | 'inetd' | 'xinetd' | 'detached';

/**
 * How an argument follows. `required`: attached or the next word. `attached`: attached or none. `number`: attached, or
 * the next word when that is a number, or none. `pair`: two words, both numbers.
 */
export type Arity = 'none' | 'required' | 'attached' | 'number' | 'pair';

/** One option; `name` is its long form, `letter` the short one. */
export interface Option extends Row {
  readonly name: OptionName;
}

/** The names of all options, as `--NAME` and as keys of what was given. */
export type OptionName = (typeof OPTIONS)[number]['name'];

interface Row {
  readonly name: string;
  readonly letter?: string;
  /** Further spellings: long ones, or single letters. */
  readonly aliases?: readonly string[];
  /** As xinetd spells it, behind one dash; without it the name behind two. */
  readonly word?: string;
  readonly arity: Arity;
  /** What the argument is called in texts; empty for options without one. */
  readonly argument: string;
  readonly help: string;
  readonly faces: readonly Face[];
}

const ALL = ['run', 'read', 'inetd'] as const;
const EVERY = ['run', 'read', 'inetd', 'xinetd'] as const;
const SERVING = ['run', 'inetd'] as const;
const WRAPPING = ['run', 'access', 'inetd'] as const;
const DAEMONS = ['run', 'inetd', 'xinetd'] as const;

/** The table, in the order in which --help lists it. */
// biome-ignore format: a table
export const OPTIONS = [
  { name: 'dialect', arity: 'required', argument: 'NAME', faces: ALL,
    help: 'read files as this inetd does where they differ: auto, bsd, debian, netbsd, freebsd, gnu, busybox or solaris' },
  { name: 'rate', letter: 'R', arity: 'required', argument: 'N', faces: ALL,
    help: 'starts of one service in 60 seconds before it pauses; 0 is no limit' },
  { name: 'children', letter: 'c', arity: 'required', argument: 'N', faces: ALL,
    help: 'children of one nowait service at once; 0 is no limit' },
  { name: 'address-rate', letter: 'C', arity: 'required', argument: 'N', faces: ALL,
    help: 'connections of one address to one service in a minute; 0 is no limit' },
  { name: 'address-children', letter: 's', arity: 'number', argument: 'N', faces: ALL,
    help: 'children of one service for one address at once; 0 is no limit' },
  { name: 'backlog', letter: 'q', arity: 'required', argument: 'N', faces: ALL,
    help: 'connections that may wait to be accepted' },
  { name: 'bind-address', letter: 'a', arity: 'required', argument: 'ADDRESS', faces: ALL,
    help: 'where entries without a host of their own listen' },
  { name: 'strict', arity: 'none', argument: '', faces: ALL,
    help: 'leave out entries under an IPsec policy, which superd cannot apply' },
  { name: 'environment', arity: 'none', argument: '', faces: ALL,
    help: 'tell children of TCP services both addresses in TCPLOCALIP, TCPREMOTEIP and their like' },
  { name: 'resolve', arity: 'none', argument: '', faces: ALL,
    help: 'the same, with host names' },
  { name: 'log-connections', letter: 'l', arity: 'none', argument: '', faces: SERVING,
    help: 'log every connection; inetd, or --dialect=debian, also applies hosts.allow and hosts.deny' },
  { name: 'wrap', letter: 'w', arity: 'none', argument: '', faces: WRAPPING,
    help: 'apply hosts.allow and hosts.deny to programs: to connections and the first datagram' },
  { name: 'wrap-internal', letter: 'W', arity: 'none', argument: '', faces: WRAPPING,
    help: 'apply them to built-in services' },
  { name: 'no-native-tcpd', arity: 'none', argument: '', faces: WRAPPING,
    help: 'run tcpd where an entry says so, even if superd applies hosts.allow and hosts.deny itself' },
  { name: 'wrappers-strict', arity: 'none', argument: '', faces: WRAPPING,
    help: "copy Debian's libwrap even where it does not do what hosts.allow and hosts.deny say" },
  { name: 'keep-environment', letter: 'E', arity: 'none', argument: '', faces: SERVING,
    help: 'leave the environment of children as it is; else PATH, HOME, LD_* and their like are taken out' },
  { name: 'config-file', word: 'f', arity: 'required', argument: 'FILE', faces: ['xinetd'],
    help: 'what to read in the place of /etc/xinetd.conf' },
  { name: 'inetd-compat', word: 'inetd_compat', arity: 'none', argument: '', faces: ['xinetd'],
    help: 'read /etc/inetd.conf too, if it is there' },
  { name: 'check', arity: 'none', argument: '', faces: ['xinetd'],
    help: 'print what is wrong in the files, serve nothing, and exit with 0 or 1' },
  { name: 'strict-xinetd', arity: 'none', argument: '', faces: EVERY,
    help: 'read xinetd.conf files as xinetd 2.3.15 does, its slips included' },
  { name: 'unit-path', arity: 'required', argument: 'DIRS', faces: ['run', 'read'],
    help: 'look for units in these directories (a colon between them) before those of superd, and start what is enabled' },
  { name: 'systemd-units', arity: 'none', argument: '', faces: ['run', 'read'],
    help: "look for units in systemd's directories too, and start what is enabled" },
  { name: 'pid-file', letter: 'p', aliases: ['pidfile'], word: 'pidfile', arity: 'required', argument: 'FILE', faces: DAEMONS,
    help: 'where the process id is written and locked' },
  { name: 'process-limit', word: 'limit', arity: 'required', argument: 'N', faces: DAEMONS,
    help: 'children of all services at once; more callers are refused' },
  { name: 'on-trip', arity: 'required', argument: 'close|hold', faces: SERVING,
    help: 'what becomes of the port of a service over its rate: closed (as in inetd), or held while callers wait' },
  { name: 'stop-timeout', arity: 'required', argument: 'SECONDS', faces: DAEMONS,
    help: 'how long servers that end with the daemon, as process 1 all children, may take to end (10)' },
  { name: 'udp-reply-low-ports', arity: 'none', argument: '', faces: SERVING,
    help: 'answer datagrams from ports below 1024 and of other built-in services, although they may loop' },
  { name: 'as-caller', arity: 'none', argument: '', faces: ['run', 'read'],
    help: 'without root: run entries of other users as the caller instead of refusing them' },
  { name: 'stay-alive', word: 'stayalive', arity: 'none', argument: '', faces: ['xinetd'],
    help: 'run even if there is no service' },
  { name: 'log-file', word: 'filelog', arity: 'required', argument: 'FILE', faces: ['xinetd'],
    help: "append the daemon's messages to this file" },
  { name: 'syslog-facility', word: 'syslog', arity: 'required', argument: 'FACILITY', faces: ['xinetd'],
    help: 'send them to syslog under this facility (daemon)' },
  { name: 'log', arity: 'required', argument: 'WHERE', faces: ['run', 'xinetd'],
    help: 'where the log goes: stderr, stdout, file:PATH, syslog (/dev/log), syslog:rfc5424 or udp://HOST[:PORT]' },
  { name: 'log-format', arity: 'required', argument: 'human|json', faces: ['run', 'xinetd'],
    help: 'how its lines on standard output or error look' },
  { name: 'foreground', letter: 'f', aliases: ['i'], word: 'dontfork', arity: 'none', argument: '', faces: ['inetd', 'xinetd'],
    help: 'do not become a daemon' },
  { name: 'debug', letter: 'd', word: 'd', arity: 'none', argument: '', faces: ['inetd', 'xinetd'],
    help: 'stay in the foreground and log everything to standard error' },
  { name: 'stderr', letter: 'e', arity: 'none', argument: '', faces: ['inetd'],
    help: 'log to standard error' },
  { name: 'loop-limit', letter: 'r', arity: 'pair', argument: 'COUNT INTERVAL', faces: ['inetd'],
    help: 'solaris: starts of one service within so many seconds before it pauses' },
  { name: 'trace', letter: 't', arity: 'none', argument: '', faces: ['inetd'],
    help: 'solaris: log every connection' },
  { name: 'check-interval', word: 'cc', arity: 'required', argument: 'SECONDS', faces: ['xinetd'],
    help: 'how often the daemon checks its own tables; it speaks only of what is wrong' },
  { name: 'log-processes', word: 'logprocs', arity: 'required', argument: 'N', faces: ['xinetd'],
    help: 'has no effect: asking for a user takes no process' },
  { name: 'shutdown-processes', word: 'shutdownprocs', arity: 'required', argument: 'N', faces: ['xinetd'],
    help: 'has no effect' },
  { name: 'reuse', word: 'reuse', arity: 'none', argument: '', faces: ['xinetd'],
    help: 'has no effect: addresses are always reused' },
  { name: 'inetd-ipv6', word: 'inetd_ipv6', arity: 'none', argument: '', faces: ['xinetd'],
    help: 'has no effect: the entries of inetd.conf say which family they mean' },
  { name: 'report', arity: 'required', argument: 'SOCKET', faces: ['detached'],
    help: 'set by a daemon for the process that it leaves behind' },
  { name: 'help', letter: '?', aliases: ['h', 'usage'], arity: 'none', argument: '', faces: EVERY,
    help: 'print this text' },
  { name: 'version', letter: 'V', word: 'version', arity: 'none', argument: '', faces: EVERY,
    help: 'print the version' },
] as const satisfies readonly Row[];

/** The options of one face. */
export function optionsOf(face: Face): readonly Option[] {
  const all: readonly Option[] = OPTIONS;
  return all.filter((option) => option.faces.includes(face));
}

/** An option as the texts of a face write it: `-R N, --rate=N`, for xinetd `-limit N`. */
export function spelling(option: Omit<Row, 'faces'>, face?: Face): string {
  if (face === 'xinetd') return `${wordOf(option)}${option.argument === '' ? '' : ` ${option.argument}`}`;
  const { argument, arity } = option;
  const [open, close] = arity === 'required' || arity === 'pair' ? ['', ''] : ['[', ']'];
  const short = argument === '' ? '' : arity === 'attached' ? `[${argument}]` : ` ${open}${argument}${close}`;
  const long = argument === '' || arity === 'pair' ? '' : `${open}=${argument}${close}`;
  const letters = [option.letter, ...(option.aliases ?? []).filter((alias) => alias.length === 1)];
  const words = [option.name, ...(option.aliases ?? []).filter((alias) => alias.length > 1)];
  return [
    ...letters.flatMap((letter) => (letter === undefined ? [] : [`-${letter}${short}`])),
    ...words.map((word) => `--${word}${long}`),
  ].join(', ');
}

/** An option as xinetd's command line has it: `-limit`, `--check`. */
export function wordOf({ word, name }: Pick<Row, 'word' | 'name'>): string {
  return word === undefined ? `--${name}` : `-${word}`;
}
