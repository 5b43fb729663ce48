/** The % sequences of hosts_access(5). */

import { describe, expect, it } from '@jest/globals';
import { clientText, expand } from '../../../lib/access/hosts/expand.ts';
import { bannerText } from '../../../lib/access/hosts/text.ts';
import { ask, type Case, factsOf, lookupsOf } from './asking.ts';

/** A command as it would be run. */
async function command(template: string, asked: Case): Promise<string> {
  const { verdict } = await ask({ ...asked, allow: `ALL: ALL: spawn ${template}\n` });
  const [effect] = verdict.effects;
  return effect?.kind === 'spawn' ? effect.command : verdict.kind;
}

describe('a % sequence', () => {
  const known: Case = { name: 'good.example.org', serverName: 'me.example', user: 'root' };

  it.each([
    { letter: 'a', value: '192.0.2.7' },
    { letter: 'A', value: '192.0.2.1' },
    { letter: 'c', value: '192.0.2.7' },
    { letter: 'd', value: 'probe' },
    { letter: 'h', value: '192.0.2.7' },
    { letter: 'H', value: '192.0.2.1' },
    { letter: 'n', value: 'good.example.org' },
    { letter: 'N', value: 'me.example' },
    { letter: 'p', value: '99' },
    { letter: 'r', value: '4711' },
    { letter: 'R', value: '23' },
    { letter: 's', value: 'probe@192.0.2.1' },
    { letter: 'u', value: 'root' },
    { letter: '%', value: '%' },
    { letter: 'z', value: '' },
  ])('%$letter is $value', async ({ letter, value }) => {
    expect(await command(`x %${letter}y`, known)).toBe(`x ${value}y`);
  });

  it.each([
    {
      template: '%n %h %c',
      text: 'good.example.org good.example.org good.example.org',
      because: 'the name is known by then',
    },
    { template: '%u %c', text: 'root root@192.0.2.7', because: 'the user is known by then' },
    {
      template: '%N %H %s',
      text: 'me.example me.example probe@me.example',
      because: 'the name is known by then',
    },
  ])('$template is $text: $because', async ({ template, text }) => {
    expect(await command(template, known)).toBe(text);
  });

  it.each([
    { template: '%a %c %s', asked: { address: null, server: null }, text: 'unknown unknown probe' },
    { template: '%n %h', asked: { name: 'paranoid' }, text: 'paranoid 192.0.2.7' },
    { template: '%u %c', asked: {}, text: 'unknown 192.0.2.7' },
    { template: '100%', asked: {}, text: '100%' },
    { template: '%n', asked: { name: 'a;rm -rf $HOME`x`|"\'\n&' }, text: 'a_rm_-rf__HOME_x______' },
    { template: '%u', asked: { user: '%a$(id)' }, text: '%a__id_' },
  ])('$template is $text for $asked', async ({ template, asked, text }) => {
    expect(await command(template, asked)).toBe(text);
  });

  it('refuses when libwrap could not hold the text', async () => {
    const name = 'x'.repeat(200);
    expect(await command('%n'.repeat(50), { name })).toBe('refused');
    expect(await command('%n'.repeat(40), { name })).toBe(name.repeat(40));
  });

  it('asks for nothing that the text does not hold', () => {
    const facts = factsOf({});
    expect(expand('%a %c %h', facts)).toEqual({ text: '192.0.2.7 192.0.2.7 192.0.2.7' });
    expect(expand('%n', facts)).toMatchObject({ need: 'name' });
    expect(clientText(facts)).toBe('192.0.2.7');
  });

  it('is filled in in a banner too, which may have to ask', async () => {
    const questions: string[] = [];
    const asked = { name: 'good.example.org' };
    expect(await bannerText('Hello %n\n', factsOf(asked), lookupsOf(asked, questions))).toBe(
      'Hello good.example.org\r\n',
    );
    expect(questions).toEqual(['name 192.0.2.7']);
  });
});
