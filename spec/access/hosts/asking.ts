/** Asks the rules of hosts.allow and hosts.deny about one caller. */

import type { Lookups } from '../../../lib/access/hosts/ask.ts';
import { decide } from '../../../lib/access/hosts/decide.ts';
import { Facts } from '../../../lib/access/hosts/facts.ts';
import { type HostsFile, loadHosts, type Tables } from '../../../lib/access/hosts/load.ts';
import { DEFAULT_SETTINGS, type HostsSettings } from '../../../lib/access/hosts/rule.ts';
import type { Verdict } from '../../../lib/access/hosts/verdict.ts';

/** Who calls whom, and what the world knows; what is left out is as usual. */
export interface Case {
  readonly allow?: string;
  readonly deny?: string;
  readonly daemon?: string;
  readonly address?: string | null;
  readonly name?: string;
  readonly user?: string;
  readonly server?: string | null;
  readonly serverName?: string;
  readonly port?: number;
  readonly transport?: 'stream' | 'dgram';
  readonly settings?: Partial<HostsSettings>;
  /** Files of host patterns. */
  readonly files?: Readonly<Record<string, string>>;
  /** Members of netgroups, `group host`. */
  readonly members?: readonly string[];
  /** What commands exit with. */
  readonly status?: number;
}

/** A decision, and every question that was asked for it. */
export interface Asked {
  readonly verdict: Verdict;
  readonly facts: Facts;
  readonly questions: readonly string[];
}

export const DENY_ALL = 'ALL: ALL\n';

export function file(name: string, text: string): HostsFile {
  return { kind: 'text', source: { file: name, text } };
}

export function tablesOf({ allow = '', deny = '', settings = {}, files = {} }: Case): Tables {
  const pair = { allow: file('hosts.allow', allow), deny: file('hosts.deny', deny) };
  return loadHosts(pair, { read: (path) => files[path] ?? null }, { ...DEFAULT_SETTINGS, ...settings }).value;
}

export function factsOf(asked: Case): Facts {
  const {
    daemon = 'probe',
    address = '192.0.2.7',
    server = '192.0.2.1',
    port = 23,
    transport = 'stream',
  } = asked;
  return new Facts({
    daemon,
    client: { address, port: 4711 },
    server: { address: server, port },
    transport,
    pid: 99,
  });
}

/** Look-ups that answer from the case and write down what they were asked. */
export function lookupsOf(asked: Case, questions: string[]): Lookups {
  const { address = '192.0.2.7', name = 'unknown', serverName = 'unknown', user = 'unknown' } = asked;
  return {
    hostName: async (of) => {
      questions.push(`name ${of}`);
      return of === address ? name : serverName;
    },
    userName: async (_request, timeoutMs) => {
      questions.push(`user ${timeoutMs}`);
      return user;
    },
    inNetgroup: async (group, host) => {
      questions.push(`netgroup ${group} ${host}`);
      return asked.members?.includes(`${group} ${host}`) ?? false;
    },
    aclexec: async (command) => {
      questions.push(`aclexec ${command}`);
      return asked.status ?? 0;
    },
  };
}

/** Decides a case. */
export async function ask(asked: Case): Promise<Asked> {
  const questions: string[] = [];
  const facts = factsOf(asked);
  const verdict = await decide(tablesOf(asked), facts, lookupsOf(asked, questions));
  return { verdict, facts, questions };
}

/** `granted`, `refused` or `twisted`. */
export async function outcome(asked: Case): Promise<Verdict['kind']> {
  return (await ask(asked)).verdict.kind;
}
