/** A failed system call, as an error with its code. */

/**
 * `code` is the name of errno (`EADDRINUSE`), `syscall` the call that failed. The message is
 * `SYSCALL WHAT: CODE`, as in `bind 127.0.0.1:80: EACCES`.
 */
export class SystemError extends Error {
  readonly code: string;
  readonly syscall: string;
  /** What the call was about: an address, a path, `fd 7`. */
  readonly what: string;

  constructor(code: string, syscall: string, what: string) {
    super(`${syscall} ${what}: ${code}`);
    this.name = 'SystemError';
    this.code = code;
    this.syscall = syscall;
    this.what = what;
  }
}

/**
 * Whether an error carries this code: ours and Node's own. `instanceof Error` does not do across realms (Jest), so the
 * code alone is looked at.
 */
export function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && (error as { code?: unknown }).code === code;
}

/** Node's own error of a failed call as one of ours, which says what the call was about. */
export function naming<T>(syscall: string, what: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    if (typeof code !== 'string') throw error;
    throw new SystemError(code, syscall, what);
  }
}
