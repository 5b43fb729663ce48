/** What readers of values give: the value, or what is wrong with the text. */

/** `problem` is a clause for people that names the text: `'maybe' is neither yes nor no`. */
export type Read<Value> = { readonly value: Value } | { readonly problem: string };

/** Reads the text of one value. It never throws. */
export type ValueReader<Value> = (text: string) => Read<Value>;

/** The same value in another form. */
export function mapped<From, To>(read: ValueReader<From>, to: (value: From) => To): ValueReader<To> {
  return (text) => {
    const found = read(text);
    return 'problem' in found ? found : { value: to(found.value) };
  };
}
