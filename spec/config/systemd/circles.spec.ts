import { describe, expect, it } from '@jest/globals';
import { loadTree } from '../../fixtures/units.ts';

const unit = (...lines: readonly string[]) => `[Unit]\n${lines.join('\n')}\n[Service]\nExecStart=/bin/true\n`;

async function circles(files: Readonly<Record<string, string>>) {
  const tree = Object.fromEntries(Object.entries(files).map(([name, text]) => [`/u/${name}`, text]));
  const { diagnostics } = await loadTree(tree, ['/u']);
  return diagnostics.flatMap(({ code, message }) => (code === 'unit/order-circle' ? [message] : []));
}

describe('a circle of Before= and After=', () => {
  it('is told by its members', async () => {
    const files = {
      'a.service': unit('After=b.service'),
      'b.service': unit('After=c.service'),
      'c.service': unit('Before=b.service', 'After=a.service'),
    };
    const [message, ...more] = await circles(files);
    expect([message, more]).toEqual([
      'a.service starts after b.service starts after c.service starts after a.service: they cannot all be started at once',
      [],
    ]);
  });

  it.each([
    {
      because: 'a line is none',
      files: {
        'a.service': unit('After=b.service'),
        'b.service': unit('After=c.service'),
        'c.service': unit(),
      },
    },
    {
      because: 'what does not exist is no member',
      files: { 'a.service': unit('After=b.service', 'Before=b.service') },
    },
    {
      because: 'two may come after one',
      files: {
        'a.service': unit('After=c.service'),
        'b.service': unit('After=c.service'),
        'c.service': unit(),
      },
    },
  ])('is not seen where there is none: $because', async ({ files }) => {
    expect(await circles(files as Record<string, string>)).toEqual([]);
  });
});
