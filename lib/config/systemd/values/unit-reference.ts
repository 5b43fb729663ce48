/** Names of units as values of other units' directives (systemd.unit(5)). */

import { unitName } from '../text/names.ts';
import type { Read, ValueReader } from './value.ts';

/** The name of a unit of any type; templates are no units. */
export function relatedUnit(text: string): Read<string> {
  const parts = unitName(text);
  if ('problem' in parts) return parts;
  return parts.value.instance === ''
    ? { problem: `'${text}' is a template: name an instance of it` }
    : { value: text };
}

/** A reader of names of units of one type. */
export function unitOfType(type: 'service' | 'socket'): ValueReader<string> {
  return (text) => {
    const found = relatedUnit(text);
    if ('problem' in found || found.value.endsWith(`.${type}`)) return found;
    return { problem: `'${text}' does not end in .${type}` };
  };
}
