/** Says what a rule of hosts.allow or hosts.deny does not do although it looks as if it did. */

import { isIPv6 } from 'node:net';
import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import { unknownLetters } from './expand.ts';
import { readOptions } from './options.ts';
import { reviewHost } from './review-host.ts';
import type { HostsSettings, RuleText, Word } from './rule.ts';
import { splitAt } from './split.ts';

/** Reports what can never match and what makes a rule refuse. `text` is the rule as written. */
export function reviewRule(
  rule: RuleText,
  text: string,
  settings: HostsSettings,
  diagnostics: Diagnostics,
): void {
  reviewEmpty(rule, diagnostics);
  reviewWords(rule, settings, diagnostics);
  if (!reviewBareAddress(rule, text, diagnostics)) reviewOptions(rule, diagnostics);
}

function reviewEmpty({ daemons, clients, span, options }: RuleText, diagnostics: Diagnostics): void {
  // `probe: ::1` has an empty list too, and is told as an address.
  if (daemons[0].length > 0 && (clients[0].length > 0 || options?.[0]?.text === '')) return;
  const what = daemons[0].length === 0 ? 'daemon' : 'client';
  const help = `write ALL for any ${what}`;
  diagnostics.warning('hosts/empty-list', span, `without a ${what} the rule never matches`, help);
}

function reviewWords(rule: RuleText, settings: HostsSettings, diagnostics: Diagnostics): void {
  const daemons = rule.daemons.flat();
  const words = [...daemons, ...rule.clients.flat()];
  const hash = settings.hash === 'word' ? words.findIndex((word) => word.text.startsWith('#')) : -1;
  const comment = words[hash];
  if (comment !== undefined) {
    const help = 'put the comment on a line of its own, with the # in its first column';
    const message = "this is no comment but part of the rule's list";
    diagnostics.warning('hosts/hash-word', comment.span, message, help);
  }
  for (const [index, word] of words.slice(0, hash === -1 ? words.length : hash).entries()) {
    reviewSigns(word, diagnostics);
    const host = splitAt(word.text, '@', 1)?.[1] ?? (index < daemons.length ? null : word.text);
    if (host !== null) reviewHost(host, word.span, settings, diagnostics);
  }
}

function reviewSigns({ text, span }: Word, diagnostics: Diagnostics): void {
  if (text.startsWith('!')) {
    const help = 'write EXCEPT before what is not meant';
    diagnostics.warning('hosts/negation', span, `'${text}' means no exception, it matches nothing`, help);
  }
  if ([...text].filter((c) => c === '[').length !== [...text].filter((c) => c === ']').length) {
    const help = 'write both brackets around an IPv6 address';
    diagnostics.warning(
      'hosts/bracket',
      span,
      `the brackets of '${text}' do not pair, they hide colons`,
      help,
    );
  }
}

/** An IPv6 address without brackets falls apart at its colons. */
function reviewBareAddress({ span }: RuleText, text: string, diagnostics: Diagnostics): boolean {
  for (const written of text.slice(text.indexOf(':') + 1).split(/[\s,]+/)) {
    const [address = ''] = written.split('/', 1);
    if (!isIPv6(address)) continue;
    const help = `write '[${address}]${written.slice(address.length)}'`;
    diagnostics.warning('hosts/bare-ipv6', span, `'${written}' is cut at its colons and never matches`, help);
    return true;
  }
  return false;
}

function reviewOptions({ options }: RuleText, diagnostics: Diagnostics): void {
  const { list, error } = readOptions(options ?? []);
  if (error !== null) {
    const help = 'correct the option: as it stands the rule refuses everybody whom it matches';
    diagnostics.error('hosts/bad-option', error.word.span, error.message, help);
  }
  for (const [index, option] of list.entries()) {
    const template = 'command' in option ? option.command : option.kind === 'setenv' ? option.assignment : '';
    const [letter] = unknownLetters(template);
    const word = options?.[index];
    if (letter === undefined || word === undefined) continue;
    const help = 'write %% for a percent sign';
    diagnostics.warning(
      'hosts/unknown-expansion',
      word.span,
      `'%${letter}' means nothing and is left out`,
      help,
    );
  }
}
