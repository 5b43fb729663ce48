/** What of a list of settings is set, in one line. */

/** The names of those that are set, behind a text; null: none is. */
export function listed(
  text: string,
  settings: readonly (readonly [name: string, isSet: boolean])[],
): string | null {
  const names = settings.flatMap(([name, isSet]) => (isSet ? [name] : []));
  return names.length === 0 ? null : `${text} ${names.join(', ')}`;
}
