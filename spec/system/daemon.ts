/**
 * The daemon under test, in a sandbox. SUPERD_SPEC_DAEMON="debian /usr/sbin/inetd" (or `gnu PROGRAM`, `xinetd PROGRAM`)
 * puts another one in its place, to prove the specs: a spec whose expectation that peer does not share is skipped.
 */

import path from 'node:path';
import { expect, it } from '@jest/globals';
import type { Event } from '../../lib/log/events.ts';
import type { Told } from './agent.ts';
import { root, type Sandbox } from './sandbox.ts';

/** Whose behaviour is tried: superd, or a peer by the letter of the specification's tables. */
type Subject =
  | { readonly kind: 'superd' }
  | { readonly kind: 'peer'; readonly letter: Letter; readonly program: string };

/** Debian's inetd, GNU's, xinetd. */
type Letter = 'D' | 'G' | 'X';

/** What a daemon is started with. */
export interface Setup {
  /** Options before the files. */
  readonly options?: readonly string[];
  /** Its environment; PATH alone unless given. */
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly uid?: number;
  readonly gid?: number;
  /** Words in front of the command, as `prlimit --nofile=64`. */
  readonly under?: readonly string[];
  /** Several files, by name, instead of the one that `serve` writes. */
  readonly files?: readonly string[];
  /** Its output is left unread until `drain`; it counts as ready without a word. */
  readonly mute?: boolean;
}

/** One event of the log; `time` and the like stand beside the event's own fields. */
type Logged<K extends Event['event']> = Extract<Event, { event: K }>;

const subject = readSubject(process.env.SUPERD_SPEC_DAEMON);

/** A case that superd and the peers named by letters (D Debian, G GNU) agree on. */
export function conforms(title: string, peers: '' | 'D' | 'G' | 'DG', spec: () => Promise<void>): void {
  agreed(peers)(title, spec);
}

/** `it` for what superd and the peers named by letters (X xinetd, too) agree on. */
export function agreed(peers: '' | Letter | 'DG'): typeof it.skip {
  return subject.kind === 'superd' || peers.includes(subject.letter) ? it : it.skip;
}

/** Starts the daemon on a configuration, and waits until it serves. */
export async function serve(box: Sandbox, text: string, setup: Setup = {}): Promise<Daemon> {
  const file = setup.files === undefined ? await box.write(box.fresh('.conf'), text) : '';
  const daemon = new Daemon(box, file);
  await daemon.start({ files: [file], ...setup });
  return daemon;
}

/** Starts the daemon where it is expected to end by itself. */
export async function failToServe(box: Sandbox, text: string, setup: Setup = {}): Promise<Daemon> {
  const file = setup.files === undefined ? await box.write(box.fresh('.conf'), text) : '';
  const daemon = new Daemon(box, file);
  await daemon.launch({ files: [file], ...setup });
  await daemon.ended();
  return daemon;
}

/**
 * Starts it as inetd, which leaves a daemon behind, on /etc/inetd.conf of the sandbox. Gives the pid of that one from
 * /run/inetd.pid.
 */
export async function daemonise(
  box: Sandbox,
  text: string,
  setup: {
    readonly options?: readonly string[];
    readonly cwd?: string;
    readonly env?: NodeJS.ProcessEnv;
  } = {},
): Promise<number> {
  await box.write('/etc/inetd.conf', text);
  const program =
    subject.kind === 'superd' ? `${process.execPath} ${path.join(root, 'bin/inetd.js')}` : subject.program;
  // A peer's first process may end before its sockets are bound and its pid file is written.
  const patience = subject.kind === 'superd' ? '' : '; sleep 0.3';
  const { status, stdout, stderr } = await box.shell(
    `rm -f /run/inetd.pid; ${program} ${(setup.options ?? []).join(' ')} </dev/null${patience}`,
    setup,
  );
  if (status !== 0) throw new Error(`inetd ended with ${status}: ${stdout}${stderr}`);
  return Number(await box.read('/run/inetd.pid'));
}

/** A running daemon. */
export class Daemon {
  readonly #box: Sandbox;
  /** The configuration file. */
  readonly file: string;
  /** Everything it printed, line by line. */
  readonly output: string[] = [];
  readonly #events: Event[] = [];
  #pid = 0;
  #exit: { readonly status: number | null; readonly signal: string | null } | null = null;
  #look: () => void = () => {};

  constructor(box: Sandbox, file: string) {
    this.#box = box;
    this.file = file;
  }

  /** Whether it tells events: a peer does not. */
  get tells(): boolean {
    return subject.kind === 'superd';
  }

  get pid(): number {
    return this.#pid;
  }

  /** Launches it and waits until it serves. */
  async start(setup: Setup): Promise<void> {
    await this.launch(setup);
    if (setup.mute === true) return;
    if (subject.kind === 'superd') await this.event('ready');
    else await this.#settle();
  }

  /** Launches it. */
  async launch(setup: Setup): Promise<void> {
    const words = [...(setup.under ?? []), ...command(setup.options ?? [], setup.files ?? [])];
    this.#pid = await this.#box.start(
      { command: String(words[0]), args: words.slice(1), drain: setup.mute !== true },
      {
        env: setup.env ?? { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
        cwd: setup.cwd ?? '/',
        ...(setup.uid === undefined ? {} : { uid: setup.uid, gid: setup.gid ?? setup.uid }),
      },
      (told) => this.#hear(told),
    );
  }

  /** All events of one kind so far. */
  events<K extends Event['event']>(kind: K): readonly Logged<K>[] {
    return this.#events.filter((event) => event.event === kind) as Logged<K>[];
  }

  /** The first event of a kind (that matches), told or still to come. */
  async event<K extends Event['event']>(
    kind: K,
    match: (event: Logged<K>) => boolean = () => true,
    timeoutMs = 10_000,
  ): Promise<Logged<K>> {
    this.#expectToTell();
    return this.#until(() => this.events(kind).find(match) ?? null, `event '${kind}'`, timeoutMs);
  }

  /** The events of one kind, once so many were told: a client may have its answer before the log has its line. */
  async told<K extends Event['event']>(kind: K, count: number): Promise<readonly Logged<K>[]> {
    this.#expectToTell();
    await this.#until(() => this.events(kind)[count - 1] ?? null, `${count} events '${kind}'`, 10_000);
    return this.events(kind);
  }

  /** That these events of a kind were told, and so far no others. A peer tells none. */
  async expectTold<K extends Event['event']>(
    kind: K,
    ...expected: readonly Partial<Omit<Logged<K>, 'event'>>[]
  ): Promise<void> {
    if (subject.kind === 'superd')
      expect(await this.told(kind, expected.length)).toMatchObject([...expected]);
  }

  /** What was said about the file, as `LINE SEVERITY`: exactly this. A peer says it in its own words, elsewhere. */
  expectDiagnosed(...said: readonly string[]): void {
    if (subject.kind === 'peer') return;
    expect(this.events('diagnostic').map(({ line, severity }) => `${line} ${severity}`)).toEqual(said);
  }

  /** That these words are among the output. */
  expectSaid(words: string): void {
    if (subject.kind === 'superd') expect(this.output.join('\n')).toContain(words);
  }

  signal(name: NodeJS.Signals): Promise<boolean> {
    return this.#box.kill(this.#pid, name);
  }

  /** Writes a new configuration in place of the old one. */
  async rewrite(text: string): Promise<void> {
    await this.#box.write(this.file, text);
  }

  /** HUP, and waits until the daemon has done with it; with `text`, after writing that. */
  async reload(text?: string): Promise<void> {
    if (text !== undefined) await this.rewrite(text);
    const before = this.#reloads();
    await this.signal('SIGHUP');
    if (subject.kind === 'superd')
      await this.#until(() => (this.#reloads() > before ? true : null), 'a reload', 10_000);
    else await this.#settle();
  }

  /** Waits for its end. */
  ended(timeoutMs = 15_000): Promise<{ readonly status: number | null; readonly signal: string | null }> {
    return this.#until(() => this.#exit, 'its end', timeoutMs);
  }

  /** TERM, and how it ended. */
  async stop(): Promise<{ readonly status: number | null; readonly signal: string | null }> {
    await this.signal('SIGTERM');
    return this.ended();
  }

  /** A case that asks for events is none that a peer shares. */
  #expectToTell(): void {
    if (!this.tells) throw new Error('only superd tells events');
  }

  #reloads(): number {
    return this.events('reloaded').length + this.events('reload-failed').length;
  }

  #hear(told: Told): void {
    if ('exit' in told) this.#exit = told.exit;
    else
      for (const line of told.lines) {
        this.output.push(line);
        if (line.startsWith('{')) this.#events.push(JSON.parse(line) as Event);
      }
    this.#look();
  }

  /** Waits until `look` finds something, looking whenever something was heard. */
  #until<T>(look: () => T | null, what: string, timeoutMs: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => fail(`not within ${timeoutMs} ms`), timeoutMs);
      const fail = (how: string) => {
        clearTimeout(timer);
        this.#look = () => {};
        reject(new Error(`${what}: ${how}\n${this.output.join('\n')}`));
      };
      this.#look = () => {
        const found = look();
        if (found !== null) {
          clearTimeout(timer);
          this.#look = () => {};
          resolve(found);
        } else if (this.#exit !== null) fail(`the daemon ended: ${JSON.stringify(this.#exit)}`);
      };
      this.#look();
    });
  }

  /** A peer says nothing when it is ready: wait until its sockets have been the same for a while. */
  async #settle(): Promise<void> {
    await this.#box.shell(
      `last=; for i in $(seq 50); do now=$(ls -l /proc/${this.#pid}/fd | awk '{ print $NF }' | sort | md5sum)
       [ "$now" = "$last" ] && [ $((same += 1)) -ge 3 ] && break; last=$now; sleep 0.05; done`,
    );
  }
}

function command(options: readonly string[], files: readonly string[]): readonly string[] {
  if (subject.kind === 'superd') {
    return [
      process.execPath,
      path.join(root, 'bin/superd.js'),
      'run',
      '--log-format=json',
      ...options,
      ...files,
    ];
  }
  const { letter, program } = subject;
  if (letter === 'X') return [program, '-dontfork', ...options.flatMap(xinetdOption), '-f', ...files];
  const own = options.filter((option) => !/^--(dialect|log|as-caller)/.test(option));
  return [program, letter === 'D' ? '-i' : '-d', ...own, ...files];
}

/** What xinetd calls an option of superd; nothing where it has none or does so anyway. */
function xinetdOption(option: string): readonly string[] {
  const limit = /^--process-limit=(\d+)$/.exec(option)?.[1];
  return limit === undefined ? [] : ['-limit', limit];
}

function readSubject(text: string | undefined): Subject {
  const [kind, program] = (text ?? 'superd').split(' ');
  if (kind === 'superd') return { kind };
  if (program === undefined) throw new Error('SUPERD_SPEC_DAEMON: KIND PROGRAM');
  return { kind: 'peer', letter: kind === 'debian' ? 'D' : kind === 'gnu' ? 'G' : 'X', program };
}
