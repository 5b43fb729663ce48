/** Circles in a relation: everybody waits for the next, and the last for the first. */

/** The members of a circle in which every one waits for the next, the first one again at the end; null: there is none. */
export function circleOf(
  names: Iterable<string>,
  next: (name: string) => readonly string[],
): readonly string[] | null {
  const done = new Set<string>();
  for (const name of names) {
    const circle = walk(name, next, [], done);
    if (circle !== null) return circle;
  }
  return null;
}

function walk(
  name: string,
  next: (name: string) => readonly string[],
  path: string[],
  done: Set<string>,
): readonly string[] | null {
  const at = path.indexOf(name);
  if (at >= 0) return [...path.slice(at), name];
  if (done.has(name)) return null;
  path.push(name);
  for (const other of next(name)) {
    const circle = walk(other, next, path, done);
    if (circle !== null) return circle;
  }
  path.pop();
  done.add(name);
  return null;
}
