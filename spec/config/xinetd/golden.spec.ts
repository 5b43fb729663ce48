import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { Item } from '../../../lib/config/xinetd/text/items.ts';
import { parseXinetdConf } from '../../../lib/config/xinetd/text/parse.ts';
import { render } from '../../../lib/diagnostics/render.ts';

const folder = new URL('golden/', import.meta.url);
const line = '----------\n';

/**
 * `NAME.meant.txt` and `NAME.exact.txt`: the text, what is said of it, what is read. `GOLDEN=write` writes the last two:
 * look at them.
 */
describe('Golden files', () => {
  it.each(readdirSync(folder).filter((name) => name.endsWith('.txt')))('%s', (name) => {
    const content = readFileSync(new URL(name, folder), 'utf8');
    const [text = ''] = content.split(line);
    const strict = name.endsWith('.exact.txt');
    const { value, diagnostics } = parseXinetdConf({ file: 'xinetd.conf', text }, { strict });
    const said = diagnostics.map((diagnostic) => `${render(diagnostic)}\n`).join('');
    const now = [text, said, value.map(linesOf).join('')].join(line);
    if (process.env.GOLDEN === 'write') writeFileSync(new URL(name, folder), now);
    expect(now).toBe(content);
  });
});

function linesOf(item: Item): string {
  if (item.kind === 'lost') return `line ${item.origin.line}: lost\n`;
  if (item.kind !== 'block') return `${item.kind} ${item.path.text}\n`;
  const { kind, name, broken, assignments } = item.block;
  const lines = assignments.map(({ attribute, operator, values }) =>
    ['  ', attribute, operator, JSON.stringify(values.map(({ text }) => text))].join(' '),
  );
  return [`${kind}${name === null ? '' : ` ${name.text}`}${broken ? ', broken' : ''}`, ...lines, ''].join(
    '\n',
  );
}
