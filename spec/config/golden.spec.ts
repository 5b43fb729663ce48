import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { loadInetd } from '../../lib/config/inetd/load.ts';
import type { Dialect } from '../../lib/config/settings.ts';
import { render } from '../../lib/diagnostics/render.ts';
import { formatAddress } from '../../lib/model/address.ts';
import { actionName, type Service } from '../../lib/model/service.ts';
import { memoryFiles, settingsOf } from '../fixtures/config.ts';
import { fixtureNames } from '../fixtures/names.ts';

const folder = new URL('golden/', import.meta.url);
const line = '----------\n';

/** `NAME.DIALECT.txt`: the text, what is said of it, what is read. `GOLDEN=write` writes the last two: look at them. */
describe('Golden files', () => {
  it.each(readdirSync(folder).filter((name) => name.endsWith('.txt')))('%s', async (name) => {
    const content = readFileSync(new URL(name, folder), 'utf8');
    const [text = ''] = content.split(line);
    const dialect = name.split('.').at(-2) as Dialect;
    const loaded = await loadInetd(
      ['inetd.conf'],
      settingsOf(dialect),
      fixtureNames(),
      memoryFiles({ 'inetd.conf': text }),
    );
    const said = loaded.diagnostics.map((diagnostic) => `${render(diagnostic)}\n`).join('');
    const read = loaded.services.map((service) => `${lineOf(service)}\n`).join('');
    const now = [text, said, read].join(line);
    if (process.env.GOLDEN === 'write') writeFileSync(new URL(name, folder), now);
    expect(now).toBe(content);
  });
});

function lineOf({ name, origin, sockets, activation, account, action, limits }: Service): string {
  const places = sockets.map(({ type, address, file }) => {
    const mode = file === undefined ? '' : ` ${file.mode.toString(8)}`;
    return `${type} ${formatAddress(address)}${address.kind === 'inet' && address.dual ? ' dual' : ''}${mode}`;
  });
  const does =
    action.kind === 'exec'
      ? `${action.program} ${JSON.stringify(action.argv)}`
      : `${action.kind} ${actionName(action)}`;
  const { perMinute, children, perAddressPerMinute, perAddressChildren, ipMax } = limits;
  const counts = [perMinute, children, perAddressPerMinute, perAddressChildren, ipMax].map(
    (count) => count ?? '-',
  );
  const who = `${account.uid}:${account.groups.join(',')}`;
  return `${origin.line}: ${name}: ${places.join(' + ') || 'no socket'}; ${activation}; ${who}; ${counts.join(' ')}; ${does}`;
}
