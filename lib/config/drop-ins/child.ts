/** [Service]: what the children of a service get, in the words of systemd.exec(5). */

import type { ChildSetup, ResourceLimit, ResourceName, Service } from '../../model/service.ts';
import { variable } from '../systemd/values/exec.ts';
import { resourceLimit } from '../systemd/values/resource-limit.ts';
import { integer, octalMode } from '../systemd/values/simple.ts';
import { type Directive, list, type Setter, single } from './directive.ts';
import { byProgram } from './fitting.ts';
import { quotedWordsOf } from './given.ts';
import { every, whole } from './values.ts';

const STARTED = { fits: byProgram } as const;

// biome-ignore format: a table
/** Every key of the section. */
export const childDirectives: ReadonlyMap<string, Directive> = new Map([
  ['Environment', list(every(variable), environment(), { ...STARTED, words: quotedWordsOf })],
  ['UMask', single(whole(octalMode), umask(), STARTED)],
  ['Nice', single(whole(integer(-20, 19)), nice(), STARTED)],
  limit('LimitAS', 'as'),
  limit('LimitCORE', 'core'),
  limit('LimitCPU', 'cpu'),
  limit('LimitDATA', 'data'),
  limit('LimitFSIZE', 'fsize'),
  limit('LimitLOCKS', 'locks'),
  limit('LimitMEMLOCK', 'memlock'),
  limit('LimitMSGQUEUE', 'msgqueue'),
  limit('LimitNICE', 'nice'),
  limit('LimitNOFILE', 'nofile'),
  limit('LimitNPROC', 'nproc'),
  limit('LimitRSS', 'rss'),
  limit('LimitRTPRIO', 'rtprio'),
  limit('LimitRTTIME', 'rttime'),
  limit('LimitSIGPENDING', 'sigpending'),
  limit('LimitSTACK', 'stack'),
]);

function withSetup(service: Service, setup: Partial<ChildSetup>): Service {
  return { ...service, setup: { ...service.setup, ...setup } };
}

/** NAME=VALUE; of one name the last one counts. */
function environment(): Setter<readonly string[]> {
  const set = (service: Service, variables: Readonly<Record<string, string>>) =>
    withSetup(service, { environment: { ...service.setup.environment, set: variables } });
  return {
    set: (service, added) =>
      set(service, { ...service.setup.environment.set, ...Object.fromEntries(added.map(nameAndValue)) }),
    reset: (service) => set(service, {}),
  };
}

function nameAndValue(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  return [text.slice(0, at), text.slice(at + 1)];
}

function umask(): Setter<number> {
  return {
    set: (service, mode) => withSetup(service, { umask: mode & 0o777 }),
    reset: (service) => withSetup(service, { umask: null }),
  };
}

/** Added to the daemon's own nice value, as everywhere but in units (xinetd.conf(5), nice). */
function nice(): Setter<number> {
  return {
    set: (service, value) => withSetup(service, { nice: value }),
    reset: (service) => withSetup(service, { nice: 0 }),
  };
}

function limit(key: string, resource: ResourceName): readonly [string, Directive] {
  const others = ({ setup }: Service) => setup.resources.filter((one) => one.resource !== resource);
  const setter: Setter<ResourceLimit> = {
    set: (service, value) => withSetup(service, { resources: [...others(service), value] }),
    reset: (service) => withSetup(service, { resources: others(service) }),
  };
  return [key, single(whole(resourceLimit(resource)), setter, { ...STARTED, arity: [1, 4] })];
}
