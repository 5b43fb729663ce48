/** What a row of a table of directives is, and the forms that rows have. */

import type { Command } from '../../../model/unit.ts';
import type { Joined } from '../text/joined.ts';
import type { Assignment } from '../text/lines.ts';
import type { Escapes, Word } from '../text/words.ts';
import type { Read, ValueReader } from '../values/value.ts';

/**
 * - `used`: read and honoured. - `silent`: known, and without a meaning where there is no systemd. - `unsupported`: known,
 * and said to have no effect. - `isolation`: what must not be left out quietly: the unit is refused. - `resources`: limits
 * of a control group, for which a warning does.
 */
export type Tier = 'used' | 'silent' | 'unsupported' | 'isolation' | 'resources';

/** What rows are given to read an assignment with. */
export interface Reading {
  readonly assignment: Assignment;
  /** Fills in the specifiers of a value (systemd.unit(5), SPECIFIERS). */
  readonly expand: ValueReader<string>;
  /** The same in a name of a unit, which takes fewer of them. */
  readonly expandName: ValueReader<string>;
  /** The words of a value, quotes taken out and escapes as they are asked for; says what ends them early. */
  readonly words: (value: Joined, escapes: Escapes) => readonly Word[];
  /** The commands of a value; null: they cannot be read, and the unit with them. */
  readonly commands: (value: Joined) => readonly Command[] | null;
  /** The value cannot be read, and the unit must not be started without it. */
  readonly refuse: (problem: string) => void;
  /** A warning about the value, or about a part of it by its offsets. */
  readonly warn: (problem: string, part?: Pick<Word, 'start' | 'end'>) => void;
}

/** A row: how an assignment changes a draft. A value that cannot be read leaves it as it was. */
export interface Directive<Draft> {
  readonly tier: Tier;
  readonly assign: (draft: Draft, value: Joined, reading: Reading) => void;
}

/** Rows by their keys. */
export type Directives<Draft> = ReadonlyMap<string, Directive<Draft>>;

/** A single value as it is written. An empty one is `empty`, or cannot be read where there is none. */
export function directive<Draft, Value>(
  read: ValueReader<Value>,
  set: (draft: Draft, value: Value) => void,
  ...empty: readonly Value[]
): Directive<Draft> {
  return {
    tier: 'used',
    assign(draft, { text }, reading) {
      if (text === '' && empty.length > 0) return set(draft, empty[0] as Value);
      const found = text === '' ? { problem: 'the value is empty' } : read(text);
      if ('problem' in found) reading.warn(found.problem);
      else set(draft, found.value);
    },
  };
}

/** The same behind the specifiers of the value. */
export function expanded<Draft, Value>(
  read: ValueReader<Value>,
  set: (draft: Draft, value: Value) => void,
  ...empty: readonly Value[]
): Directive<Draft> {
  return {
    tier: 'used',
    assign(draft, value, reading) {
      const plain = directive((text) => inTurn(reading.expand(text), read), set, ...empty);
      plain.assign(draft, value, reading);
    },
  };
}

/** Words that are added to a list; the empty value takes all of them back. A word that cannot be read is left out. */
export function list<Draft, Value>(
  read: ValueReader<Value>,
  listOf: (draft: Draft) => Value[],
  { names = false }: { readonly names?: boolean } = {},
): Directive<Draft> {
  return {
    tier: 'used',
    assign(draft, value, reading) {
      const all = listOf(draft);
      if (value.text === '') all.length = 0;
      for (const word of value.text === '' ? [] : reading.words(value, names ? 'kept' : 'strict')) {
        const found = inTurn(names ? reading.expandName(word.text) : reading.expand(word.text), read);
        if ('value' in found) all.push(found.value);
        else reading.warn(found.problem, word);
      }
    },
  };
}

/** A whole value that is added to a list; the empty value takes all of them back. */
export function item<Draft, Value>(
  read: ValueReader<Value>,
  listOf: (draft: Draft) => Value[],
): Directive<Draft> {
  const add = expanded<Draft, Value>(read, (draft, value) => listOf(draft).push(value));
  return {
    tier: 'used',
    assign(draft, value, reading) {
      if (value.text === '') listOf(draft).length = 0;
      else add.assign(draft, value, reading);
    },
  };
}

/** A value without which the unit must not be started, behind its specifiers: whom it runs as. */
export function needed<Draft, Value>(
  read: ValueReader<Value>,
  set: (draft: Draft, value: Value) => void,
  { empty, broken }: { readonly empty: Value; readonly broken: (draft: Draft) => Assignment[] },
): Directive<Draft> {
  return {
    tier: 'used',
    assign(draft, { text }, reading) {
      const found = text === '' ? { value: empty } : inTurn(reading.expand(text), read);
      if ('value' in found) return set(draft, found.value);
      reading.refuse(found.problem);
      broken(draft).push(reading.assignment);
    },
  };
}

/** Command lines (systemd.service(5), COMMAND LINES). */
export function commands<Draft extends { readonly exec: { readonly broken: Assignment[] } }>(
  listOf: (draft: Draft) => Command[],
): Directive<Draft> {
  return {
    tier: 'used',
    assign(draft, value, reading) {
      const all = listOf(draft);
      if (value.text === '') all.length = 0;
      else {
        const found = reading.commands(value);
        if (found === null) draft.exec.broken.push(reading.assignment);
        else all.push(...found);
      }
    },
  };
}

/** A row that reads nothing. */
export function unread<Draft>(tier: 'silent' | 'unsupported' | 'resources'): Directive<Draft> {
  return { tier, assign: () => undefined };
}

/** What is so in any case when one of these words is written; another one has no effect, and that is said. */
export function given<Draft>(...words: readonly string[]): Directive<Draft> {
  return {
    tier: 'used',
    assign(_, { text }, reading) {
      if (text !== '' && !words.includes(text)) {
        reading.warn(`'${text}' is not supported: it is ${words.join(' or ')} here`);
      }
    },
  };
}

/** Rows of a part of a draft as rows of the whole draft. */
export function within<Whole, Part>(
  rows: Directives<Part>,
  partOf: (draft: Whole) => Part,
): readonly (readonly [string, Directive<Whole>])[] {
  return [...rows].map(([key, { tier, assign }]) => [
    key,
    { tier, assign: (draft, value, reading) => assign(partOf(draft), value, reading) },
  ]);
}

/** Any text. */
export function text(value: string): Read<string> {
  return { value };
}

function inTurn<Value>(first: Read<string>, then: ValueReader<Value>): Read<Value> {
  return 'problem' in first ? first : then(first.value);
}
