/** The keys of NetBSD's key-value entries and what their values mean. */

import type { SocketType } from '../../model/address.ts';
import type { Activation } from '../../model/service.ts';
import { assemble, type EntryContext, type Fields } from './assemble.ts';
import { builtinByName } from './builtin-names.ts';
import type { BufferSizes, Entry, Host, WrittenLimits } from './entry.ts';
import { readHost, readHosts } from './host-field.ts';
import type { KeyValueHead } from './keyvalue.ts';
import { type Option, OptionList } from './option-list.ts';
import { readProgram } from './program-field.ts';
import { readProtocolName } from './protocol-field.ts';
import { readType, remarkOnFilter, type TypeField } from './type-field.ts';
import type { Word } from './words.ts';

/** Makes an entry of its keys; null when one is reported as wrong, every wrong one by itself. */
export function readOptions(
  head: KeyValueHead,
  options: readonly Option[],
  context: EntryContext,
): Entry | null {
  return new OptionReader(head, context).read(options);
}

/** Reads the keys of one entry one after the other. */
class OptionReader {
  readonly #head: KeyValueHead;
  readonly #context: EntryContext;
  readonly #list: OptionList;

  constructor(head: KeyValueHead, context: EntryContext) {
    this.#head = head;
    this.#context = context;
    this.#list = new OptionList(head.first, context.diagnostics);
  }

  read(options: readonly Option[]): Entry | null {
    for (const option of options) this.#list.collect(option);
    const { first, on, host } = this.#head;
    const { diagnostics, rules } = this.#context;
    const prefix = this.#prefix(host);
    const protocolWord = this.#list.required('protocol', "write 'protocol = tcp4'");
    const type = this.#type(protocolWord);
    const protocol = protocolWord && readProtocolName(protocolWord, type?.type ?? null, diagnostics);
    const user = this.#list.required('user', "write 'user = nobody'");
    const exec = this.#list.value('exec');
    const program = exec === null ? this.#builtin() : readProgram(exec, rules, diagnostics);
    const limits = this.#limits();
    const buffers = this.#buffers();
    const activation = this.#activation(program === null, type?.type ?? 'stream');
    const filter = this.#list.value('acceptfilter');
    if (filter !== null) remarkOnFilter(filter, diagnostics);
    if (!this.#list.sound || !protocol || !protocolWord || !type || !user || program === undefined)
      return null;
    const fields: Fields = {
      form: 'key-value',
      on,
      prefix,
      first,
      type,
      protocol: { protocol, buffers, text: protocolWord.text },
      wait: { activation, limits },
      owner: { kind: 'pair', user, group: this.#list.value('group') },
      program,
      args: this.#list.all('args'),
      ipsec: this.#ipsec(),
      spans: {
        service: first.span,
        type: (this.#list.value('socktype') ?? protocolWord).span,
        protocol: protocolWord.span,
        wait: (this.#list.value('wait') ?? first).span,
        program: (exec ?? first).span,
      },
    };
    return assemble(fields, this.#context);
  }

  #prefix(host: Word | null): readonly Host[] | null {
    const bind = this.#list.value('bind');
    const { diagnostics } = this.#context;
    if (bind === null) return host && readHosts(host, host.text.slice(0, -1), diagnostics);
    const isPrefixed =
      host !== null || (!this.#head.first.text.startsWith('/') && this.#head.first.text.includes(':'));
    if (isPrefixed) {
      this.#list.refuse(
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
    this.#list.refuse('inetd/bad-host', bind, `'${bind.text}' is no host`, help);
    return null;
  }

  #type(protocol: Word | null): TypeField | null {
    const written = this.#list.value('socktype');
    if (written !== null) return readType(written, this.#context.diagnostics);
    const [, transport] = /^(?:rpc\/)?(tcp|udp)/.exec(protocol?.text ?? '') ?? [];
    if (transport !== undefined) return { type: transport === 'tcp' ? 'stream' : 'dgram' };
    if (protocol !== null) this.#list.required('socktype', "write 'socktype = stream'");
    return null;
  }

  /** Without `exec` the service is answered by superd itself: it must be one that can be. */
  #builtin(): null | undefined {
    const name = this.#head.first.text.replace(/^.*[:/]/s, '');
    if (builtinByName(name) !== null) return null;
    this.#list.required('exec', "write 'exec = /usr/sbin/…', or name a service that superd answers itself");
    return undefined;
  }

  #activation(isBuiltin: boolean, type: SocketType): Activation {
    const wait = this.#list.value('wait');
    const natural = type === 'dgram' ? 'wait' : 'nowait';
    if (wait === null) {
      if (!isBuiltin)
        this.#list.required('wait', "write 'wait = no' for one process a connection, else 'wait = yes'");
      return natural;
    }
    if (wait.text !== 'yes' && wait.text !== 'no') {
      const help = "write 'wait = yes' or 'wait = no'";
      this.#list.refuse('inetd/bad-wait', wait, `'${wait.text}' is neither 'yes' nor 'no'`, help);
      return natural;
    }
    const activation = wait.text === 'yes' ? 'wait' : 'nowait';
    if (!isBuiltin || activation === natural) return activation;
    const help = 'leave it out: superd knows how it answers this service';
    this.#context.diagnostics.warning('inetd/wait-ignored', wait.span, 'wait has no effect here', help);
    return natural;
  }

  #limits(): WrittenLimits {
    const perMinute = this.#list.count('service_max');
    const ipMax = this.#list.count('ip_max');
    const children = this.#list.count('accept_max');
    return {
      ...(perMinute === null ? {} : { perMinute }),
      ...(ipMax === null ? {} : { ipMax }),
      ...(children === null ? {} : { children: children === 0 ? null : children }),
    };
  }

  #buffers(): BufferSizes {
    const sndbuf = this.#list.size('sndbuf');
    const rcvbuf = this.#list.size('recvbuf');
    return { ...(sndbuf === null ? {} : { sndbuf }), ...(rcvbuf === null ? {} : { rcvbuf }) };
  }

  #ipsec(): string | null {
    const policy = this.#list.value('ipsec');
    if (policy === null) return this.#context.ipsec;
    if (policy.text === '') return null;
    const help = 'set it in the system (ip xfrm policy); --strict leaves this entry out';
    this.#context.diagnostics.warning('inetd/ipsec', policy.span, 'the IPsec policy is not enforced', help);
    return policy.text;
  }
}
