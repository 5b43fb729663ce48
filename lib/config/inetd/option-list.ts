/** The keys of one key-value entry as they are written, and whether all of them can be read. */

import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import { didYouMean } from '../spelling.ts';
import { readSize } from './buffer-options.ts';
import type { Word } from './words.ts';

/** A key with its values, as written. */
export interface Option {
  readonly key: Word;
  readonly values: readonly Word[];
}

interface Rule {
  /** The most values that it takes; each takes one or more. */
  readonly most: number;
  /** It may not be given twice; of the others the last one counts. */
  readonly once: boolean;
}

const one: Rule = { most: 1, once: false };
const oneOnce: Rule = { most: 1, once: true };

// biome-ignore format: a table
const keys: ReadonlyMap<string, Rule> = new Map([
  ['bind', oneOnce],
  ['socktype', one],
  ['protocol', one],
  ['acceptfilter', { most: 2, once: false }],
  ['sndbuf', one],
  ['recvbuf', one],
  ['wait', oneOnce],
  ['service_max', oneOnce],
  ['ip_max', oneOnce],
  ['accept_max', one],
  ['user', oneOnce],
  ['group', one],
  ['exec', one],
  ['args', { most: Number.POSITIVE_INFINITY, once: true }],
  ['ipsec', oneOnce],
]);

/** Collects the keys of an entry. What is wrong is reported and remembered in `sound`. */
export class OptionList {
  readonly #first: Word;
  readonly #diagnostics: Diagnostics;
  readonly #values = new Map<string, readonly Word[]>();
  #sound = true;

  /** `first` is the service: what is missing is said there. */
  constructor(first: Word, diagnostics: Diagnostics) {
    this.#first = first;
    this.#diagnostics = diagnostics;
  }

  get sound(): boolean {
    return this.#sound;
  }

  /** All values of a key; none when it is not given. */
  all(name: string): readonly Word[] {
    return this.#values.get(name) ?? [];
  }

  collect({ key, values }: Option): void {
    const rule = keys.get(key.text);
    const name = key.text;
    if (rule === undefined) {
      const help = didYouMean(name, keys.keys(), `known are ${[...keys.keys()].join(', ')}`);
      this.refuse('inetd/unknown-option', key, `unknown option '${name}'`, help);
      return;
    }
    if (rule.once && this.#values.has(name)) {
      const help = 'leave one of them out';
      this.refuse('inetd/option-twice', key, `option '${name}' is already specified`, help);
      return;
    }
    if (values.length > 0) this.#values.set(name, values);
    const surplus = values[rule.most];
    if (values.length === 0 || surplus !== undefined) {
      const much = values.length === 0 ? 'few' : 'many';
      const help = `write '${name} = value', values with blanks in quotes, and a comma before the next key`;
      this.refuse('inetd/option-values', surplus ?? key, `option '${name}' has too ${much} values`, help);
      return;
    }
    for (const value of values) {
      if (!/[\0\ufffd]/.test(value.text)) continue;
      const help = 'a value is text in UTF-8 without NUL';
      this.refuse('inetd/bad-option-value', value, `option '${name}' holds bytes that are no text`, help);
    }
  }

  value(name: string): Word | null {
    return this.#values.get(name)?.[0] ?? null;
  }

  required(name: string, help: string): Word | null {
    const value = this.value(name);
    if (value === null) {
      this.refuse('inetd/missing-option', this.#first, `required option '${name}' not specified`, help);
    }
    return value;
  }

  count(name: string): number | null {
    const word = this.value(name);
    if (word === null || /^[0-9]{1,9}$/.test(word.text)) return word && Number(word.text);
    const help = `write a whole number, as in '${name} = 40'`;
    this.refuse('inetd/bad-option-value', word, `'${word.text}' is no number`, help);
    return null;
  }

  size(name: string): number | null {
    const word = this.value(name);
    const size = word && readSize(word.text);
    if (word !== null && size === null) {
      const help = `write bytes, as in '${name} = 65536' or '${name} = 64k'`;
      this.refuse('inetd/bad-option-value', word, `'${word.text}' is no size`, help);
    }
    return size;
  }

  refuse(code: string, { span }: Word, message: string, help: string): void {
    this.#sound = false;
    this.#diagnostics.error(code, span, message, help);
  }
}
