/** Services by what people call them. */

import type { Loaded } from '../config/loaded.ts';
import { printable } from '../diagnostics/render.ts';
import type { Service } from '../model/service.ts';
import { wrongEntries } from './wrong.ts';

/** Every service of that unique name, label or first word. */
export function findServices({ services }: Loaded, name: string): readonly Service[] {
  return services.filter(({ name: unique, label, origin }) => [unique, label, origin.word].includes(name));
}

/** What to say where there is none; `verb` is who says it. */
export function noService(loaded: Loaded, verb: string, name: string | null): string {
  const what = name === null ? 'there is no service' : `there is no service '${printable(name)}'`;
  const wrong = wrongEntries(loaded);
  return `superd ${verb}: ${what}${wrong === null ? '' : ` (${wrong})`}; "superd list" names those there are\n`;
}
