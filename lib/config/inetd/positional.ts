/** An entry as fields in their places: `service type protocol wait user program arguments…`. */

import { assemble, type EntryContext } from './assemble.ts';
import type { Entry } from './entry.ts';
import { readHosts } from './host-field.ts';
import { readProgram } from './program-field.ts';
import { readProtocol } from './protocol-field.ts';
import { readType } from './type-field.ts';
import { readWait } from './wait-field.ts';
import { partOf, type Word } from './words.ts';

/** Reads the words of one entry; null when it is reported as wrong, every wrong field by itself. */
export function readPositional(words: readonly Word[], context: EntryContext): Entry | null {
  const { rules, diagnostics } = context;
  const [host] = words;
  const apart = host?.text.endsWith(':') ? host : undefined; // "host: service" with a blank between
  const fields = apart === undefined ? words : words.slice(1);
  const [first, typeWord, protocolWord, waitWord, user, programWord, ...args] = fields;
  if (!first || !typeWord || !protocolWord || !waitWord || !user || !programWord)
    return tooFew(words, context);
  const type = readType(typeWord, diagnostics);
  const protocol = readProtocol(protocolWord, type?.type ?? null, diagnostics);
  const wait = readWait(waitWord, rules, diagnostics);
  const program = readProgram(programWord, rules, diagnostics);
  const prefix = apart && readHosts(apart, apart.text.slice(0, -1), diagnostics);
  if (!type || !protocol || !wait || program === undefined || prefix === null) return null;
  return assemble(
    {
      form: 'positional',
      on: true,
      prefix: prefix ?? null,
      first,
      type,
      protocol,
      wait,
      owner: { kind: 'word', word: user },
      program,
      args,
      ipsec: context.ipsec,
      spans: {
        service: first.span,
        type: typeWord.span,
        protocol: partOf(protocolWord, 0, protocolWord.text.split(',')[0]?.length),
        wait: waitWord.span,
        program: programWord.span,
      },
    },
    context,
  );
}

function tooFew(words: readonly Word[], { diagnostics }: EntryContext): null {
  const span = { start: words[0]?.span.start ?? 0, end: words.at(-1)?.span.end ?? 0 };
  const help = 'write: service type protocol wait user program arguments';
  diagnostics.error(
    'inetd/too-few-fields',
    span,
    `an entry has six fields or more, here are ${words.length}`,
    help,
  );
  return null;
}
