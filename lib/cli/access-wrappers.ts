/** What hosts.allow and hosts.deny say about a caller, without serving it (tcpdmatch(8)). */

import type { Lookups } from '../access/hosts/ask.ts';
import { decide } from '../access/hosts/decide.ts';
import { Facts } from '../access/hosts/facts.ts';
import type { Tables } from '../access/hosts/load.ts';
import { explain } from '../access/hosts/text.ts';
import { UNKNOWN } from '../access/hosts/text-pattern.ts';
import { netgroupAsker } from '../service/wrap/netgroups.ts';
import { systemClock } from '../sys/clock.ts';
import type { Step } from './access-steps.ts';

/** The rules, and who calls under which of their names. */
export interface Call {
  readonly tables: Tables;
  readonly daemon: string;
  readonly address: string;
  readonly transport: 'stream' | 'dgram';
  /** As in access-steps.ts. */
  readonly name: () => Promise<string>;
}

/** The step, and what else is known and done, a line each in the words of tcpdmatch. */
export interface WrappersAnswer {
  readonly step: Step;
  readonly lines: readonly string[];
}

/** Decides as the daemon does. Commands are not run: that of an aclexec counts as one that fails. */
export async function askHosts({ tables, daemon, address, transport, name }: Call): Promise<WrappersAnswer> {
  const assumed: string[] = [];
  const lookups: Lookups = {
    hostName: name,
    userName: async () => {
      assumed.push('assumed:  nobody says who the user is');
      return UNKNOWN;
    },
    inNetgroup: netgroupAsker({
      clock: systemClock,
      emit: (event) => assumed.push(`assumed:  ${event.event === 'message' ? event.message : ''}`),
    }),
    aclexec: async (command) => {
      assumed.push(`assumed:  this fails: ${command}`);
      return 1;
    },
  };
  const server = { address: null, port: null };
  const facts = new Facts({ daemon, client: { address, port: null }, server, transport, pid: process.pid });
  const verdict = await decide(tables, facts, lookups);
  const rule =
    verdict.rule === null ? 'no rule matches' : `${verdict.rule.file}:${verdict.rule.line} decides`;
  const what = verdict.kind === 'twisted' ? `${rule}, another command is served` : rule;
  return {
    step: {
      gate: 'wrappers',
      outcome: verdict.kind === 'refused' ? 'refuses' : 'passes',
      because: `as ${daemon}: ${verdict.kind === 'refused' && verdict.error !== null ? `${what} (${verdict.error})` : what}`,
    },
    lines: [...explain(facts, verdict).filter((line) => /^(option|error)/.test(line)), ...assumed],
  };
}
