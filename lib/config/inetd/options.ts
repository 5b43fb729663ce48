/** The keys of NetBSD's key-value entries and what their values mean. */

import type { SocketType } from '../../model/address.ts';
import type { Activation } from '../../model/service.ts';
import { didYouMean } from '../spelling.ts';
import { assemble, type EntryContext, type Fields } from './assemble.ts';
import { readSize } from './buffer-options.ts';
import { builtinByName } from './builtin-names.ts';
import type { BufferSizes, Entry, Host, WrittenLimits } from './entry.ts';
import { readHost, readHosts } from './host-field.ts';
import type { KeyValueHead } from './keyvalue.ts';
import { readProgram } from './program-field.ts';
import { readProtocolName } from './protocol-field.ts';
import { readType, remarkOnFilter, type TypeField } from './type-field.ts';
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

/** Makes an entry of its keys; null when one is reported as wrong, every wrong one by itself. */
export function readOptions(
  head: KeyValueHead,
  options: readonly Option[],
  context: EntryContext,
): Entry | null {
  return new OptionReader(head, context).read(options);
}

/** Reads the keys of one entry and remembers whether all were sound. */
class OptionReader {
  readonly #head: KeyValueHead;
  readonly #context: EntryContext;
  readonly #values = new Map<string, readonly Word[]>();
  #sound = true;

  constructor(head: KeyValueHead, context: EntryContext) {
    this.#head = head;
    this.#context = context;
  }

  read(options: readonly Option[]): Entry | null {
    for (const option of options) this.#collect(option);
    const { first, on, host } = this.#head;
    const { diagnostics, rules } = this.#context;
    const prefix = this.#prefix(host);
    const protocolWord = this.#required('protocol', "write 'protocol = tcp4'");
    const type = this.#type(protocolWord);
    const protocol = protocolWord && readProtocolName(protocolWord, type?.type ?? null, diagnostics);
    const user = this.#required('user', "write 'user = nobody'");
    const exec = this.#value('exec');
    const program = exec === null ? this.#builtin() : readProgram(exec, rules, diagnostics);
    const limits = this.#limits();
    const buffers = this.#buffers();
    const activation = this.#activation(program === null, type?.type ?? 'stream');
    const filter = this.#value('acceptfilter');
    if (filter !== null) remarkOnFilter(filter, diagnostics);
    if (!this.#sound || !protocol || !protocolWord || !type || !user || program === undefined) return null;
    const fields: Fields = {
      form: 'key-value',
      on,
      prefix,
      first,
      type,
      protocol: { protocol, buffers, text: protocolWord.text },
      wait: { activation, limits },
      owner: { kind: 'pair', user, group: this.#value('group') },
      program,
      args: this.#values.get('args') ?? [],
      ipsec: this.#ipsec(),
      spans: {
        service: first.span,
        type: (this.#value('socktype') ?? protocolWord).span,
        protocol: protocolWord.span,
        wait: (this.#value('wait') ?? first).span,
        program: (exec ?? first).span,
      },
    };
    return assemble(fields, this.#context);
  }

  #collect({ key, values }: Option): void {
    const rule = keys.get(key.text);
    const name = key.text;
    if (rule === undefined) {
      const help = didYouMean(name, keys.keys(), `known are ${[...keys.keys()].join(', ')}`);
      this.#refuse('inetd/unknown-option', key, `unknown option '${name}'`, help);
      return;
    }
    if (rule.once && this.#values.has(name)) {
      const help = 'leave one of them out';
      this.#refuse('inetd/option-twice', key, `option '${name}' is already specified`, help);
      return;
    }
    if (values.length > 0) this.#values.set(name, values);
    const surplus = values[rule.most];
    if (values.length === 0 || surplus !== undefined) {
      const much = values.length === 0 ? 'few' : 'many';
      const help = `write '${name} = value', values with blanks in quotes, and a comma before the next key`;
      this.#refuse('inetd/option-values', surplus ?? key, `option '${name}' has too ${much} values`, help);
      return;
    }
    for (const value of values) {
      if (!/[\0\ufffd]/.test(value.text)) continue;
      const help = 'a value is text in UTF-8 without NUL';
      this.#refuse('inetd/bad-option-value', value, `option '${name}' holds bytes that are no text`, help);
    }
  }

  #prefix(host: Word | null): readonly Host[] | null {
    const bind = this.#value('bind');
    const { diagnostics } = this.#context;
    if (bind === null) return host && readHosts(host, host.text.slice(0, -1), diagnostics);
    const isPrefixed =
      host !== null || (!this.#head.first.text.startsWith('/') && this.#head.first.text.includes(':'));
    if (isPrefixed) {
      this.#refuse(
        'inetd/option-twice',
        bind,
        "option 'bind' is already specified",
        'leave out the prefix or bind',
      );
      return null;
    }
    const read = readHost(bind.text, bind.span);
    if (read !== null) return [read];
    const help = "write one host name or address, or '*'";
    this.#refuse('inetd/bad-host', bind, `'${bind.text}' is no host`, help);
    return null;
  }

  #type(protocol: Word | null): TypeField | null {
    const written = this.#value('socktype');
    if (written !== null) return readType(written, this.#context.diagnostics);
    const [, transport] = /^(?:rpc\/)?(tcp|udp)/.exec(protocol?.text ?? '') ?? [];
    if (transport !== undefined) return { type: transport === 'tcp' ? 'stream' : 'dgram' };
    if (protocol !== null) this.#required('socktype', "write 'socktype = stream'");
    return null;
  }

  /** Without `exec` the service is answered by superd itself: it must be one that can be. */
  #builtin(): null | undefined {
    const name = this.#head.first.text.replace(/^.*[:/]/s, '');
    if (builtinByName(name) !== null) return null;
    this.#required('exec', "write 'exec = /usr/sbin/…', or name a service that superd answers itself");
    return undefined;
  }

  #activation(isBuiltin: boolean, type: SocketType): Activation {
    const wait = this.#value('wait');
    const natural = type === 'dgram' ? 'wait' : 'nowait';
    if (wait === null) {
      if (!isBuiltin)
        this.#required('wait', "write 'wait = no' for one process a connection, else 'wait = yes'");
      return natural;
    }
    if (wait.text !== 'yes' && wait.text !== 'no') {
      const help = "write 'wait = yes' or 'wait = no'";
      this.#refuse('inetd/bad-wait', wait, `'${wait.text}' is neither 'yes' nor 'no'`, help);
      return natural;
    }
    const activation = wait.text === 'yes' ? 'wait' : 'nowait';
    if (!isBuiltin || activation === natural) return activation;
    const help = 'leave it out: superd knows how it answers this service';
    this.#context.diagnostics.warning('inetd/wait-ignored', wait.span, 'wait has no effect here', help);
    return natural;
  }

  #limits(): WrittenLimits {
    const perMinute = this.#count('service_max');
    const ipMax = this.#count('ip_max');
    const children = this.#count('accept_max');
    return {
      ...(perMinute === null ? {} : { perMinute }),
      ...(ipMax === null ? {} : { ipMax }),
      ...(children === null ? {} : { children: children === 0 ? null : children }),
    };
  }

  #count(name: string): number | null {
    const word = this.#value(name);
    if (word === null || /^[0-9]{1,9}$/.test(word.text)) return word && Number(word.text);
    const help = `write a whole number, as in '${name} = 40'`;
    this.#refuse('inetd/bad-option-value', word, `'${word.text}' is no number`, help);
    return null;
  }

  #buffers(): BufferSizes {
    const sndbuf = this.#size('sndbuf');
    const rcvbuf = this.#size('recvbuf');
    return { ...(sndbuf === null ? {} : { sndbuf }), ...(rcvbuf === null ? {} : { rcvbuf }) };
  }

  #size(name: string): number | null {
    const word = this.#value(name);
    const size = word && readSize(word.text);
    if (word !== null && size === null) {
      const help = `write bytes, as in '${name} = 65536' or '${name} = 64k'`;
      this.#refuse('inetd/bad-option-value', word, `'${word.text}' is no size`, help);
    }
    return size;
  }

  #ipsec(): string | null {
    const policy = this.#value('ipsec');
    if (policy === null) return this.#context.ipsec;
    if (policy.text === '') return null;
    const help = 'set it in the system (ip xfrm policy); --strict leaves this entry out';
    this.#context.diagnostics.warning('inetd/ipsec', policy.span, 'the IPsec policy is not enforced', help);
    return policy.text;
  }

  #value(name: string): Word | null {
    return this.#values.get(name)?.[0] ?? null;
  }

  #required(name: string, help: string): Word | null {
    const value = this.#value(name);
    if (value === null) {
      this.#refuse('inetd/missing-option', this.#head.first, `required option '${name}' not specified`, help);
    }
    return value;
  }

  #refuse(code: string, { span }: Word, message: string, help: string): void {
    this.#sound = false;
    this.#context.diagnostics.error(code, span, message, help);
  }
}
