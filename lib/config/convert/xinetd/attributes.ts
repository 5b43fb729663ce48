/** The attributes of xinetd.conf(5) that make a service again: a row says what is written, and when. */

import type { ResourceName } from '../../../model/service.ts';
import { cpsOf } from '../rate.ts';
import { elementOf, hoursWords } from './access.ts';
import {
  type Block,
  headerOf,
  isListed,
  namesInArgs,
  portOf,
  protocolOf,
  wrapName,
  writtenUser,
} from './block.ts';

/** The words of an attribute; null: it is not written. */
type Words = readonly (string | number)[] | null;

/** Every row in the order in which it is written; flags stand before server_args, which depends on them. */
// biome-ignore format: a table
export const ATTRIBUTES: readonly (readonly [name: string, words: (block: Block) => Words])[] = [
  ['id', (block) => unless(block.id === headerOf(block), [block.id])],
  ['type', (block) => some(typesOf(block))],
  ['flags', (block) => some(flagsOf(block))],
  ['socket_type', ({ place }) => [place?.socket.type ?? 'stream']],
  ['protocol', (block) => [protocolOf(block)]],
  ['port', (block) => (isListed(block) ? null : one(portOf(block)))],
  ['bind', ({ place }) => one(place?.bind)],
  ['v6only', ({ place }) => unless(place?.v6only !== true, ['yes'])],
  ['wait', ({ service }) => [service.activation === 'wait' ? 'yes' : 'no']],
  ['user', (block) => unless(runsInternally(block), [writtenUser(block).word])],
  ['group', (block) => unless(runsInternally(block) || hasOwnGroup(block), [block.service.account.gid])],
  ['groups', (block) => unless(runsInternally(block) || block.service.account.groups.length === 0, ['yes'])],
  ['umask', ({ service: { setup } }) => unless(setup.umask === null, [`0${(setup.umask ?? 0).toString(8)}`])],
  ['nice', ({ service: { setup } }) => unless(setup.nice === 0, [setup.nice])],
  ['instances', (block) => one(instancesOf(block))],
  ['per_source', ({ service: { limits } }) => one(limits.perAddressChildren)],
  ['cps', ({ service: { limits }, target }) => cpsOf(limits, target.usualPerMinute)],
  ['max_load', ({ service: { access } }) => unless(access.maxLoad === null, [decimal(access.maxLoad ?? 0)])],
  ['only_from', ({ service: { access } }) => access.only?.map((rule, _, rules) => elementOf(rule, rules)) ?? null],
  ['no_access', ({ service: { access } }) => some(access.never.map((rule, _, rules) => elementOf(rule, rules)))],
  ['access_times', ({ service: { access } }) => access.hours && hoursWords(access.hours)],
  ['banner', ({ service: { reception } }) => one(reception?.banner.always)],
  ['banner_success', ({ service: { reception } }) => one(reception?.banner.success)],
  ['banner_fail', ({ service: { reception } }) => one(reception?.banner.failure)],
  ['log_type', (block) => logTarget(block)],
  ['log_on_success', ({ service: { log, reception } }) => some([...new Set([...(log?.success ?? []), ...(reception?.ident === 'ask' ? ['USERID'] : [])])])],
  ['log_on_failure', ({ service: { log, reception } }) => some([...new Set([...(log?.failure ?? []), ...(reception?.identRefused ? ['USERID'] : [])])])],
  ['passenv', ({ service: { setup: { environment } } }) => (typeof environment.inherit === 'string' ? null : environment.inherit)],
  ['env', ({ service: { setup: { environment } } }) => some(Object.entries(environment.set).map(([name, value]) => `${name}=${value}`))],
  ['libwrap', (block) => unless(block.service.wrap === null || block.service.wrap.daemon === wrapName(block), [block.service.wrap?.daemon ?? ''])],
  ['rlimit_as', (block) => resource(block, 'as')],
  ['rlimit_cpu', (block) => resource(block, 'cpu')],
  ['rlimit_data', (block) => resource(block, 'data')],
  ['rlimit_rss', (block) => resource(block, 'rss')],
  ['rlimit_stack', (block) => resource(block, 'stack')],
  ['rlimit_files', (block) => unless(resource(block, 'nofile')?.[0] === 'UNLIMITED', resource(block, 'nofile'))],
  ['rpc_version', ({ service: { rpc } }) => rpc === undefined ? null : [rpc.low === rpc.high ? rpc.low : `${rpc.low}-${rpc.high}`]],
  ['rpc_number', (block) => unless(isListed(block), one(block.service.rpc?.program))],
  ['deny_time', ({ service: { action } }) => action.kind === 'sensor' ? [action.denyMinutes === 'forever' ? 'FOREVER' : action.denyMinutes] : null],
  ['redirect', ({ service: { action } }) => action.kind === 'redirect' ? [action.host, action.port] : null],
  ['server', ({ service: { action } }) => (action.kind === 'exec' ? [action.program] : null)],
  ['server_args', ({ service }) => service.action.kind === 'exec' ? some(service.action.argv.slice(namesInArgs(service) ? 0 : 1)) : null],
];

/** The limits of setrlimit(2) that have an attribute. */
export const RESOURCES: readonly ResourceName[] = ['as', 'cpu', 'data', 'rss', 'stack', 'nofile'];

function typesOf(block: Block): readonly string[] {
  const { mux, rpc, action } = block.service;
  const isInternal = action.kind === 'builtin' || action.kind === 'sensor';
  return [
    ...(isInternal ? ['INTERNAL'] : []),
    ...(rpc === undefined ? [] : ['RPC']),
    ...(mux === undefined ? [] : [mux.plus ? 'TCPMUXPLUS' : 'TCPMUX']),
    ...(mux === undefined && isListed(block) ? [] : ['UNLISTED']),
  ];
}

function flagsOf({ service, place }: Block): readonly string[] {
  const { action, wrap, intercept, startRetries, reception } = service;
  // biome-ignore format: a table
  const flags: readonly (readonly [flag: string, isSet: boolean])[] = [
    [place?.flag ?? '', place !== null && place.flag !== null],
    ['NAMEINARGS', namesInArgs(service)],
    ['INTERCEPT', intercept],
    ['IDONLY', reception?.ident === 'require'],
    ['NODELAY', place?.socket.noDelay === true],
    ['KEEPALIVE', place?.socket.keepAlive === true],
    ['NORETRY', startRetries === 0],
    ['NOLIBWRAP', wrap === null && action.kind !== 'sensor'],
    ['SENSOR', action.kind === 'sensor'],
  ];
  return flags.filter(([, isSet]) => isSet).map(([flag]) => flag);
}

/** Only a server and a redirected connection have a user; superd answers the others itself. */
function runsInternally({ service: { action } }: Block): boolean {
  return action.kind === 'builtin' || action.kind === 'sensor';
}

function hasOwnGroup(block: Block): boolean {
  return writtenUser(block).gid === block.service.account.gid;
}

/** A server that waits is alone; 0 serves nobody. */
function instancesOf({ service: { activation, intercept, limits } }: Block): number | null {
  if (limits.perMinute === 0) return 0;
  return activation === 'wait' && !intercept && limits.children !== 0 ? null : limits.children;
}

function logTarget({ service: { log } }: Block): Words {
  if (log === null) return null;
  const { target } = log;
  if (target.kind === 'syslog') return ['SYSLOG', target.facility, target.level];
  const { path, soft, hard } = target;
  return soft === null && hard === null ? ['FILE', path] : ['FILE', path, soft ?? 0, hard ?? soft ?? 0];
}

function resource({ service: { setup } }: Block, wanted: ResourceName): Words {
  const limit = setup.resources.find(({ resource: name }) => name === wanted);
  if (limit === undefined || limit.soft !== limit.hard) return null;
  return [Number.isFinite(limit.soft) ? limit.soft : 'UNLIMITED'];
}

/** Without an exponent, which xinetd's numbers do not have. */
function decimal(value: number): string {
  const text = String(value);
  if (!text.includes('e')) return text;
  return Number.isInteger(value) ? BigInt(value).toString() : value.toFixed(20).replace(/0+$/, '');
}

function one(value: string | number | null | undefined): Words {
  return value === null || value === undefined ? null : [value];
}

function some(words: readonly string[]): Words {
  return words.length === 0 ? null : words;
}

function unless(isLeftOut: boolean, words: Words): Words {
  return isLeftOut ? null : words;
}
