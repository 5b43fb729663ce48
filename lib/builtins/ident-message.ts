/** Questions and answers of the identification protocol (RFC 1413). */

/** A TCP connection between this machine's `local` port and the asking machine's `remote` port. */
export interface IdentQuery {
  readonly local: number;
  readonly remote: number;
}

/** Why there is no name. */
export type IdentError = 'INVALID-PORT' | 'NO-USER' | 'HIDDEN-USER' | 'UNKNOWN-ERROR';

/** No question is longer; what comes behind is not read. */
export const LONGEST_QUERY = 256;

/** `LPORT , RPORT` and a character more; null when it is something else or no ports. */
export function parseIdentQuery(text: string): IdentQuery | null {
  const [, local, remote] = /^[ \t]*(\d{1,9})[ \t]*,[ \t]*(\d{1,9})\D/.exec(text) ?? [];
  const query = { local: Number(local ?? 0), remote: Number(remote ?? 0) };
  return isPort(query.local) && isPort(query.remote) ? query : null;
}

/** The line that names a user. */
export function identUser(query: IdentQuery, system: string, name: string): string {
  return `${query.local} , ${query.remote} : USERID : ${system} : ${name}\r\n`;
}

/** The line that names none; a question that was not understood is repeated as zeros. */
export function identError(query: IdentQuery | null, error: IdentError): string {
  return `${query?.local ?? 0} , ${query?.remote ?? 0} : ERROR : ${error}\r\n`;
}

function isPort(value: number): boolean {
  return value >= 1 && value <= 65535;
}
