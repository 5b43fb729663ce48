/** Many host and domain names as one: a look-up costs as much as the caller's name has parts. */

import type { AddressRule } from '../model/access.ts';

/** A host's name or the end of it, as a rule says it. */
export type NameRule = Exclude<AddressRule, { kind: 'network' }>;

/** Names are compared without regard to case and to the dot of the root at their end. */
export class HostNames {
  readonly #hosts = new Set<string>();
  /** With their leading dot, so that each begins where a part of a name does. */
  readonly #suffixes = new Set<string>();

  constructor(rules: Iterable<NameRule>) {
    for (const rule of rules) {
      if (rule.kind === 'host') this.#hosts.add(fold(rule.name));
      else this.#suffixes.add(fold(rule.suffix));
    }
  }

  get isEmpty(): boolean {
    return this.#hosts.size === 0 && this.#suffixes.size === 0;
  }

  has(name: string): boolean {
    const folded = fold(name);
    if (this.#hosts.has(folded)) return true;
    if (this.#suffixes.size === 0) return false;
    for (let dot = folded.indexOf('.'); dot !== -1; dot = folded.indexOf('.', dot + 1)) {
      if (this.#suffixes.has(folded.slice(dot))) return true;
    }
    return false;
  }
}

/** Whether one rule means this name. */
export function isNamed(name: string, rule: NameRule): boolean {
  return rule.kind === 'host' ? fold(name) === fold(rule.name) : fold(name).endsWith(fold(rule.suffix));
}

function fold(name: string): string {
  const lower = name.toLowerCase();
  return lower.endsWith('.') ? lower.slice(0, -1) : lower;
}
