/** What a row of the table of drop-in keys is made of. */

import type { Service } from '../../model/service.ts';
import type { Assignment } from '../systemd/text/lines.ts';
import type { Word } from '../xinetd/text/block.ts';
import type { Reader, Scope } from '../xinetd/values/reader.ts';
import { wordsOf } from './given.ts';

/** A key of a section. */
export interface Directive {
  /** How many words: at least, and at most. */
  readonly arity: readonly [number, number];
  /** Its words; null: they cannot be told apart. */
  words(assignment: Assignment): readonly Word[] | null;
  /** Its words may be names of hosts, which are looked up beforehand. */
  readonly hosts: boolean;
  /** Why it cannot mean anything to such a service; null: it can. */
  fits(service: Service): string | null;
  /** The service with the value; null: the words are refused, which is reported. */
  set(service: Service, words: readonly Word[], scope: Scope): Service | null;
  /** The service as if the key had never been given, for an empty assignment. */
  reset(service: Service): Service;
}

/** How a value gets into a service. */
export interface Setter<Value> {
  set(service: Service, value: Value): Service;
  reset(service: Service): Service;
}

type Options = Partial<Pick<Directive, 'arity' | 'words' | 'hosts' | 'fits'>>;

const MANY = Number.POSITIVE_INFINITY;

/** A key with one value. */
export function single<Value>(
  read: Reader<Value>,
  { set, reset }: Setter<Value>,
  options: Options = {},
): Directive {
  return {
    arity: [1, 1],
    words: wordsOf,
    hosts: false,
    fits: () => null,
    ...options,
    set(service, words, scope) {
      const value = read(words, scope);
      return value === null ? null : set(service, value);
    },
    reset,
  };
}

/** A key whose assignments add up. */
export function list<Item>(
  read: Reader<readonly Item[]>,
  setter: Setter<readonly Item[]>,
  options: Options = {},
): Directive {
  return single(read, setter, { arity: [1, MANY], ...options });
}
