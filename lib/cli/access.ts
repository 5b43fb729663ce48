/** `superd access`: which gate decides about a caller, without a daemon. */

import { loadavg } from 'node:os';
import type { HostsSettings } from '../access/hosts/rule.ts';
import type { Loaded } from '../config/loaded.ts';
import { printable } from '../diagnostics/render.ts';
import type { Service } from '../model/service.ts';
import { hostName, systemResolver } from '../service/wrap/host-name.ts';
import { HOSTS_PATHS } from '../service/wrap/hosts-files.ts';
import { systemClock } from '../sys/clock.ts';
import { type Question, type Step, stepsOf } from './access-steps.ts';
import { askHosts } from './access-wrappers.ts';
import { findServices, noService } from './find.ts';
import { readHosts } from './hosts-rules.ts';
import { alignColumns } from './table.ts';
import type { Terminal } from './terminal.ts';

/** Who wants to be served by what. */
export interface AccessQuestion {
  readonly service: string;
  /** Numeric. */
  readonly address: string;
  /** The caller's name; null: it is looked up where a rule asks for it. */
  readonly name: string | null;
  readonly hosts: HostsSettings;
  readonly json: boolean;
  readonly terminal: Terminal;
}

/** 0 when the caller would be served, 1 when it would be refused, 2 when there is no such service. */
export async function access(loaded: Loaded, question: AccessQuestion): Promise<number> {
  const { service, address, name, json, terminal } = question;
  const found = findServices(loaded, service);
  if (found.length === 0) {
    terminal.err(noService(loaded, 'access', service));
    return 2;
  }
  const now = new Date();
  const caller: Question = {
    address,
    name: name === null ? once(() => hostName(address, systemResolver, systemClock)) : async () => name,
    load: loadavg()[0] ?? 0,
    minute: now.getHours() * 60 + now.getMinutes(),
  };
  const judgements: Judgement[] = [];
  for (const one of found) judgements.push(await judge(one, caller, question.hosts));
  terminal.out(
    json ? `${JSON.stringify(judgements.map(toRecord), null, 2)}\n` : judgements.map(toText).join('\n'),
  );
  return judgements.every(granted) ? 0 : 1;
}

interface Judgement {
  readonly service: Service;
  readonly address: string;
  readonly steps: readonly Step[];
  /** What hosts.allow and hosts.deny do besides. */
  readonly lines: readonly string[];
}

async function judge(service: Service, caller: Question, hosts: HostsSettings): Promise<Judgement> {
  const { address, name } = caller;
  const steps = await stepsOf(service, caller);
  if (service.wrap === null || steps.some(refuses)) return { service, address, steps, lines: [] };
  const tables = readHosts(HOSTS_PATHS, hosts).value;
  const transport = service.sockets[0]?.type === 'dgram' ? 'dgram' : 'stream';
  const { step, lines } = await askHosts({ tables, daemon: service.wrap.daemon, address, transport, name });
  return { service, address, steps: [...steps, step], lines };
}

function refuses({ outcome }: Step): boolean {
  return outcome === 'refuses';
}

function granted({ steps }: Judgement): boolean {
  return !steps.some(refuses);
}

/** The gate that decides, null when the caller is served. */
function decisive({ steps }: Judgement): Step['gate'] | null {
  return steps.find(refuses)?.gate ?? null;
}

function toRecord(judgement: Judgement): unknown {
  const { service, address, steps, lines } = judgement;
  const { name, origin } = service;
  return {
    service: name,
    origin,
    address,
    steps,
    granted: granted(judgement),
    gate: decisive(judgement),
    lines,
  };
}

function toText(judgement: Judgement): string {
  const { service, address, steps, lines } = judgement;
  const gate = decisive(judgement);
  return [
    `${service.name}  (${service.origin.file}:${service.origin.line})`,
    ...alignColumns([
      ['client:', 'address', address],
      ...steps.map((step) => [`${step.gate}:`, step.outcome, step.because]),
    ]),
    ...lines,
    `access:  ${gate === null ? 'granted' : `refused (${gate})`}`,
  ]
    .map((line) => `${printable(line)}\n`)
    .join('');
}

function once(ask: () => Promise<string>): () => Promise<string> {
  let asked: Promise<string> | null = null;
  return () => {
    asked ??= ask();
    return asked;
  };
}
