/** A unit while its files are read. */

import { type InstallDraft, installDraft } from '../directives/install.ts';
import type { Assignment } from '../text/lines.ts';
import { type ServiceDraft, serviceDraft } from './service.ts';
import { type SocketDraft, socketDraft } from './socket.ts';
import { type UnitDraft, unitDraft } from './unit.ts';

/** What all sections say. `lines`: every assignment by its key, in order; a key of [Unit] is `Unit.Wants`. */
interface DraftParts {
  readonly head: UnitDraft;
  readonly install: InstallDraft;
  readonly lines: Map<string, Assignment[]>;
}

/** A socket with everything around it. */
export interface WholeSocketDraft extends DraftParts {
  readonly type: 'socket';
  readonly own: SocketDraft;
}

/** A service with everything around it. */
export interface WholeServiceDraft extends DraftParts {
  readonly type: 'service';
  readonly own: ServiceDraft;
}

export type Draft = WholeSocketDraft | WholeServiceDraft;

/** A draft without a word in it. */
export function draftOf(type: Draft['type']): Draft {
  const head = unitDraft();
  const parts = { head, install: installDraft(), lines: new Map<string, Assignment[]>() };
  return type === 'socket'
    ? { type, ...parts, own: socketDraft() }
    : { type, ...parts, own: serviceDraft(head) };
}

/** The last line of a key, which is the one that counts. */
export function lastLine({ lines }: Draft, key: string): Assignment | null {
  return lines.get(key)?.at(-1) ?? null;
}

/** `FILE:LINE` of an assignment. */
export function placeOf({ source, line }: Assignment): string {
  return `${source.file}:${line}`;
}
