/** What a service may lose on its way into another language, by the names that people and programs know each loss by. */

import type { Service } from '../../model/service.ts';

/** Every loss: its identifier and what it is about. What is lost of a service is said at that service. */
export const LOSSES = {
  L1: 'the name of the port',
  L2: 'raw sockets',
  L3: 'address families',
  L4: 'the address to listen on',
  L5: 'supplementary groups',
  L6: 'the nice value',
  L7: 'the number of open files',
  L8: 'the environment',
  L9: 'what a server is told about its caller',
  L10: 'children at once',
  L11: 'the rate of starts',
  L12: 'access by address',
  L13: 'access by name',
  L14: 'access times',
  L15: 'the load limit',
  L16: 'logs',
  L17: 'the user of the caller (RFC 1413)',
  L18: 'banners',
  L19: 'redirection',
  L20: 'internal services',
  L21: 'tcpmux services',
  L22: 'RPC programs',
  L23: 'sensors',
  L24: 'hosts.allow and hosts.deny',
  L25: 'Unix sockets',
  L26: 'words',
  L27: 'how starts are repeated and servers end',
  L28: 'options of sockets',
  L29: 'callers by the minute',
  L30: 'callers that are never answered',
  L31: 'how a program is started',
  L32: 'umask, nice value and resource limits',
  L33: 'INTERCEPT',
  L34: 'the user',
  L35: 'datagrams',
  L36: 'the accept queue',
  L37: 'what only units can say',
} as const;

export type LossId = keyof typeof LOSSES;

/** Something that is lost. */
export interface Loss {
  readonly id: LossId;
  readonly detail: string;
  /** The language has it for no service: it is said once, not at every entry. */
  readonly general: boolean;
}

/** What is converted, as people find it again. */
export type Named = Pick<Service, 'name' | 'origin'>;

/** A service in its new language. */
export interface Conversion<Subject extends Named = Service> {
  readonly service: Subject;
  /** Whole lines, each with its end; null: it cannot be converted, and the losses say why. */
  readonly text: string | null;
  readonly losses: readonly Loss[];
  /** Lines of other files that would make a loss good. */
  readonly advice: readonly string[];
  /** The files that `text` shows, where a language has several for one service. */
  readonly files?: readonly ConvertedFile[];
}

/** One of them: its name in the folder of its kind. */
export interface ConvertedFile {
  readonly name: string;
  readonly text: string;
}

/** A row of a table of losses: when it applies, and what it says then. */
export interface LossRow<Subject> {
  readonly id: LossId;
  readonly general?: true;
  /** What is lost; null: nothing. */
  readonly find: (subject: Subject) => string | null;
}

/** The losses of a subject in the order of the table. */
export function lossesOf<Subject>(rows: readonly LossRow<Subject>[], subject: Subject): readonly Loss[] {
  return rows.flatMap(({ id, general = false, find }) => {
    const detail = find(subject);
    return detail === null ? [] : [{ id, detail, general }];
  });
}

/** A service that is not converted, and why. */
export function refused<Subject extends Named>(
  service: Subject,
  losses: readonly Loss[],
): Conversion<Subject> {
  return { service, text: null, losses, advice: [] };
}

/** The loss of a word that the language has no way to write. */
export function unwritable(detail: string): Loss {
  return { id: 'L26', detail, general: false };
}

/** What became of the pieces of one entry, as one; without one of them it is not converted. */
export function joined(service: Service, pieces: readonly Conversion[], between = ''): Conversion {
  const refused = pieces.filter(({ text }) => text === null);
  const told = refused.length > 0 ? refused : pieces;
  const losses = new Map(told.flatMap((piece) => piece.losses.map((loss) => [keyOf(loss), loss])));
  return {
    service,
    text: refused.length > 0 ? null : pieces.map(({ text }) => text).join(between),
    losses: [...losses.values()],
    advice: [...new Set(told.flatMap(({ advice }) => advice))],
  };
}

function keyOf({ id, detail }: Loss): string {
  return `${id} ${detail}`;
}

/** The detail where it applies. */
export function when(applies: boolean, detail: string): string | null {
  return applies ? detail : null;
}
