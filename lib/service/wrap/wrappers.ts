/** hosts_access(5) natively: hosts.allow and hosts.deny decide who is served. */

import type { Lookups } from '../../access/hosts/ask.ts';
import { decide } from '../../access/hosts/decide.ts';
import { type Endpoint, Facts } from '../../access/hosts/facts.ts';
import { hasRules, type Tables } from '../../access/hosts/load.ts';
import type { HostsSettings } from '../../access/hosts/rule.ts';
import { errorText } from '../../access/hosts/text.ts';
import type { ChildDefaults } from '../../exec/plan.ts';
import { runShell } from '../../exec/shell.ts';
import type { Emit } from '../../log/events.ts';
import type { Peer } from '../../model/peer.ts';
import type { Service } from '../../model/service.ts';
import type { Children } from '../../sys/children.ts';
import type { Clock } from '../../sys/clock.ts';
import type { Poller } from '../../sys/epoll.ts';
import { type Fd, localAddress } from '../../sys/socket.ts';
import { StartQueue } from '../start-queue.ts';
import { carryOut, type Decided, type EffectTools } from './carry-out.ts';
import { commandRunner } from './commands.ts';
import type { HostNames } from './host-names.ts';
import { HostsFiles, type HostsPaths } from './hosts-files.ts';
import { Identities } from './identities.ts';
import { systemLookUps } from './look-ups.ts';
import { GRANTED, type Outcome, REFUSED } from './outcome.ts';
import { toRuleText } from './rule-text.ts';
import { sendAll } from './send-all.ts';

/** What the wrappers of a daemon stand on. */
export interface WrappersOptions {
  readonly paths: HostsPaths;
  readonly settings: HostsSettings;
  readonly emit: Emit;
  readonly clock: Clock;
  readonly poller: Poller;
  readonly children: Children;
  readonly defaults: ChildDefaults;
  readonly names: HostNames;
}

/** Who wants to be served; `fd` is the connection, null for the sender of a datagram. */
export interface Call {
  readonly peer: Peer;
  readonly fd: Fd | null;
}

/** Callers for whom a look-up or a command runs, at once: each holds a descriptor. */
const MOST_WAITING = 512;

/** Errors of rules that are said; what a stranger can put into them must not fill the memory. */
const MOST_ERRORS = 100;

/** One for a daemon. */
export class Wrappers {
  /** Callers who wait for an answer. Where it has no room, nobody more is accepted. */
  readonly waiting = new StartQueue(MOST_WAITING);
  readonly #files: HostsFiles;
  readonly #lookups: Lookups;
  readonly #tools: EffectTools;
  readonly #errors = new Set<string>();
  #tables: Tables | null = null;

  constructor({ paths, settings, emit, clock, poller, children, defaults, names }: WrappersOptions) {
    const shell = (command: string, timeoutMs: number) =>
      runShell(command, { children, clock, defaults, timeoutMs });
    const run = commandRunner({ clock, emit, shell });
    this.#files = new HostsFiles(paths, settings, emit);
    this.#lookups = systemLookUps({ clock, emit, names, run });
    this.#tools = {
      run,
      lookups: this.#lookups,
      identities: new Identities(),
      root: defaults.root,
      send: (fd, bytes) => sendAll(fd, bytes, { clock, poller }),
      say: (level, message) => emit({ event: 'message', level, message }),
      wrong: (verdict, error) => this.#sayOnce(errorText(verdict.rule, error)),
    };
  }

  /** Reads the files now, so that what is wrong in them is said before anybody calls. */
  load(): void {
    this.#files.current();
  }

  /** What becomes of a caller; at once, unless something must be asked or done first. It never rejects. */
  ask(service: Service, call: Call): Outcome | Promise<Outcome> {
    const tables = this.#files.current();
    if (tables !== this.#tables) {
      this.#tables = tables;
      this.#errors.clear();
      this.#tools.identities.clear();
    }
    if (!hasRules(tables)) return GRANTED;
    const facts = factsOf(service, call);
    const verdict = decide(tables, facts, this.#lookups);
    const decided = { service, facts, fd: call.fd };
    if (verdict instanceof Promise) {
      return this.#later(verdict.then((later) => this.#carryOut({ ...decided, verdict: later })));
    }
    const outcome = this.#carryOut({ ...decided, verdict });
    return outcome instanceof Promise ? this.#later(outcome) : outcome;
  }

  #carryOut(decided: Decided): Outcome | Promise<Outcome> {
    const { verdict } = decided;
    if (verdict.effects.length === 0 && verdict.kind !== 'twisted') {
      if (verdict.kind === 'granted') return GRANTED;
      if (verdict.error !== null) this.#tools.wrong(verdict, verdict.error);
      return REFUSED;
    }
    return carryOut(decided, this.#tools);
  }

  /** In doubt nobody is served. */
  async #later(outcome: Promise<Outcome>): Promise<Outcome> {
    this.waiting.begin();
    try {
      return await outcome;
    } catch (error) {
      this.#sayOnce(`hosts.allow and hosts.deny: ${(error as Error).message}`);
      return REFUSED;
    } finally {
      this.waiting.end();
    }
  }

  /** Each error once for a load: it is the rule's, not the caller's. */
  #sayOnce(text: string): void {
    if (this.#errors.has(text) || this.#errors.size >= MOST_ERRORS) return;
    this.#errors.add(text);
    this.#tools.say('err', text);
  }
}

function factsOf({ wrap, label }: Service, { peer, fd }: Call): Facts {
  return new Facts({
    daemon: toRuleText(wrap?.daemon ?? label),
    client: endpointOf(peer),
    server: fd === null ? NOWHERE : endpointOf(localAddress(fd)),
    transport: fd === null ? 'dgram' : 'stream',
    pid: process.pid,
  });
}

function endpointOf(peer: Peer): Endpoint {
  return peer.kind === 'inet' ? { address: peer.address, port: peer.port } : NOWHERE;
}

const NOWHERE: Endpoint = { address: null, port: null };
