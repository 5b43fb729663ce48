/** Where the verbs write. */

/** Standard output and error of a verb, with what they can show. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether standard output shows colours. */
  readonly colours: boolean;
}

/** The process's own terminal: colours only where somebody looks and has not declined (no-color.org). */
export function processTerminal(): Terminal {
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    colours: process.stdout.isTTY === true && (process.env.NO_COLOR ?? '') === '',
  };
}
