/** Reads the text of an xinetd.conf without a file system, a resolver or the accounts of the machine. */

import type { ProgramState } from '../../../lib/config/inetd/action.ts';
import type { XinetdSettings } from '../../../lib/config/settings.ts';
import { type LoadedXinetd, loadXinetd } from '../../../lib/config/xinetd/load.ts';
import { formatAddress } from '../../../lib/model/address.ts';
import type { Service } from '../../../lib/model/service.ts';
import { memoryFiles } from '../../fixtures/config.ts';
import { fixtureNames } from '../../fixtures/names.ts';

/** Settings of root and programs, where a row is about them. */
export interface ReadOptions extends Partial<XinetdSettings> {
  readonly programs?: Readonly<Record<string, ProgramState>>;
}

/** Reads a text as `xinetd.conf`. */
export function readXinetd(
  text: string,
  { programs = {}, ...settings }: ReadOptions = {},
): Promise<LoadedXinetd> {
  const plain = { strict: false, environment: { PATH: '/bin', HOME: '/' }, callerUid: 0, asCaller: false };
  const files = memoryFiles({ 'xinetd.conf': text }, programs);
  return loadXinetd(['xinetd.conf'], { ...plain, ...settings }, fixtureNames(), files);
}

/** The attributes of a smallest service, each of which a line of `more` takes the place of. */
const SMALLEST: Readonly<Record<string, string>> = {
  type: 'UNLISTED',
  port: '4711',
  socket_type: 'stream',
  wait: 'no',
  user: 'root',
  server: '/bin/echo',
};

/** A block for a service: the smallest one, with these lines. `NAME =` alone leaves out an attribute that it would have. */
export function block(more: readonly string[] = [], name = 'x'): string {
  const replaced = more.map((line) => line.split(/[\s=+-]/, 1)[0]);
  const lines = Object.entries(SMALLEST).filter(([attribute]) => !replaced.includes(attribute));
  const own = more.filter((line) => !line.startsWith('without'));
  return [`service ${name}`, '{', ...lines.map(([key, value]) => `${key} = ${value}`), ...own, '}', ''].join(
    '\n',
  );
}

/** `defaults` with these lines. */
export function defaults(lines: readonly string[]): string {
  return ['defaults', '{', ...lines, '}', ''].join('\n');
}

/** The only service of a block, and what was said. */
export async function readOne(
  lines: readonly string[],
  { name, ...options }: ReadOptions & { readonly name?: string } = {},
): Promise<{ readonly service: Service | undefined; readonly codes: readonly string[] }> {
  const { services, diagnostics } = await readXinetd(block(lines, name), options);
  return { service: services[0], codes: diagnostics.map(({ code }) => code) };
}

/** The sockets of services as `stream 0.0.0.0:80`, `dual` behind dual ones. */
export function socketsOf(services: readonly Service[]): readonly string[] {
  return services.flatMap(({ sockets }) =>
    sockets.map(({ type, address }) => {
      const dual = address.kind === 'inet' && address.dual ? ' dual' : '';
      return `${type} ${formatAddress(address)}${dual}`;
    }),
  );
}
