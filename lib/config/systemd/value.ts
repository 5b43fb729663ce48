/** What readers of values give: the value, or what is wrong with the text. */

/** `problem` ends the sentence `'TEXT' …`: `is no number`. */
export type Read<Value> = { readonly value: Value } | { readonly problem: string };

/** Reads the text of one value. It never throws. */
export type ValueReader<Value> = (text: string) => Read<Value>;

export function value<Value>(value: Value): Read<Value> {
  return { value };
}

export function problem(problem: string): { readonly problem: string } {
  return { problem };
}
