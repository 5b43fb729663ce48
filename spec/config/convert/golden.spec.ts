import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { documentOf } from '../../../lib/config/convert/document.ts';
import type { Dialect } from '../../../lib/config/settings.ts';
import { read, write } from './convert.ts';

const folder = new URL('golden/', import.meta.url);
const line = '----------\n';

/** The inetds that a file is written for. */
const DIALECTS: Readonly<Record<string, readonly Dialect[]>> = {
  inetd: ['auto', 'bsd', 'freebsd', 'busybox'],
  xinetd: ['auto'],
};

/** `NAME.FROM-to-TO.txt`: the text, and what becomes of it. `GOLDEN=write` writes the latter: look at it. */
describe('Golden files', () => {
  it.each(readdirSync(folder).filter((name) => name.endsWith('.txt')))('%s', async (name) => {
    const content = readFileSync(new URL(name, folder), 'utf8');
    const [text = ''] = content.split(line);
    const [, from = '', to = ''] = /\.(x?inetd)-to-(x?inetd)\.txt$/.exec(name) ?? [];
    const { services, rejected } = await read(`${from}.conf`, text, { dialect: 'auto' });
    expect([services.length > 0, rejected]).toEqual([true, []]);
    const target = to === 'inetd' ? 'inetd' : 'xinetd';
    const written = (DIALECTS[to] ?? []).map((dialect) =>
      documentOf(write(services, { to: target, dialect }), `For ${dialect}`),
    );
    const now = [text, ...written].join(line);
    if (process.env.GOLDEN === 'write') writeFileSync(new URL(name, folder), now);
    expect(now).toBe(content);
  });
});
