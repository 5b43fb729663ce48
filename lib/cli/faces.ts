/** The names under which the daemon serves. */

/** Whose command line and behaviour it takes: its own, that of inetd(8) or that of xinetd(8). */
export type Face = 'superd' | 'inetd' | 'xinetd';
