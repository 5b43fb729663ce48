/** The files of a unit → the unit, and everything that is wrong with it. */

import type { Diagnostic, Source } from '../../diagnostics/diagnostic.ts';
import { OPEN_ACCESS } from '../../model/access.ts';
import type { Unit } from '../../model/socket-unit.ts';
import type { LoadState } from '../../model/unit.ts';
import { type Assigning, assignText } from './directives/sections.ts';
import { type Draft, draftOf } from './draft/draft.ts';
import type { FoundUnit } from './find.ts';
import { headOf } from './lower/head.ts';
import { serviceUnit } from './lower/service.ts';
import { socketUnit } from './lower/socket.ts';
import { Remarks } from './remarks.ts';
import type { Rule } from './rules/finding.ts';
import { lintUnit } from './rules/lints.ts';
import { SERVICE_RULES } from './rules/services.ts';
import { SOCKET_RULES } from './rules/sockets.ts';
import { unitName } from './text/names.ts';
import type { SpecifierHost } from './text/specifiers.ts';
import type { TextReader } from './texts.ts';
import type { TreeFile, UnitTree } from './tree.ts';
import { accessOf } from './values/access.ts';

/** A unit as it was read; the draft tells where its lines stand. */
export interface Assembled {
  readonly unit: Unit;
  readonly draft: Draft;
  readonly diagnostics: readonly Diagnostic[];
}

/** What units are assembled from. */
export interface Assembly {
  readonly tree: UnitTree;
  readonly texts: TextReader;
  readonly host: SpecifierHost;
  /** Socket units that name a service as theirs. */
  readonly socketsOf: (service: string) => readonly string[];
}

/** The unit of what was found; null: there is no file, or superd does not run units of this type. */
export function assemble(found: FoundUnit, assembly: Assembly): Assembled | null {
  const { file } = found;
  const name = unitName(found.name);
  if (file === null || 'problem' in name) return null;
  const { type } = name.value;
  if (type !== 'socket' && type !== 'service') return null;
  const draft = draftOf(type);
  const remarks = new Remarks(sourceOf(file));
  const context = {
    unit: name.value,
    file: file.kind === 'text' ? file.realPath : null,
    host: assembly.host,
  };
  const pieces = [file, ...found.dropIns];
  const read =
    file.kind === 'masked' ? MASKED : assignAll(pieces, { draft, context, remarks }, assembly.texts);
  const state = read.load === 'loaded' ? judged(draft, remarks) : read;
  if (state.load === 'loaded') lintUnit(draft, remarks);
  const unit = lower(draft, { found, ...state }, assembly);
  return { unit, draft, diagnostics: remarks.all };
}

function sourceOf(file: TreeFile): Source {
  return file.kind === 'text' ? file.source : { file: file.path, text: '' };
}

interface State {
  readonly load: LoadState;
  readonly problem: string | null;
}

const LOADED: State = { load: 'loaded', problem: null };
const MASKED: State = { load: 'masked', problem: 'it is masked' };

/** The first file that cannot be read spoils the unit: nobody knows what it was to say. */
function assignAll(pieces: readonly TreeFile[], assigning: Assigning, texts: TextReader): State {
  const { draft, remarks } = assigning;
  for (const piece of pieces) {
    if (piece.kind !== 'text') {
      const problem = `${piece.path} cannot be read: ${piece.kind === 'broken' ? piece.code : 'it is no file'}`;
      const at = { start: 0, end: 0 };
      remarks.put({ severity: 'error', code: 'unit/unreadable', message: problem }, sourceOf(piece), at);
      return { load: 'error', problem };
    }
    const { value, diagnostics } = texts(piece.source, draft.type);
    remarks.take(diagnostics);
    if (value.problem !== null) return { load: 'error', problem: `${piece.path}: ${value.problem}` };
    assignText(value, assigning);
  }
  return LOADED;
}

function judged(draft: Draft, remarks: Remarks): State {
  return draft.type === 'socket' ? judge(draft, SOCKET_RULES, remarks) : judge(draft, SERVICE_RULES, remarks);
}

function judge<Whole extends Draft>(draft: Whole, rules: readonly Rule<Whole>[], remarks: Remarks): State {
  for (const { load, code, find } of rules) {
    const finding = find(draft);
    if (finding === null) continue;
    const { said = false, ...remark } = finding;
    if (!said) remarks.add({ severity: 'error', code, ...remark });
    return { load, problem: finding.message };
  }
  return LOADED;
}

function lower(draft: Draft, facts: State & { readonly found: FoundUnit }, assembly: Assembly): Unit {
  const { name } = facts.found;
  if (draft.type === 'socket') {
    const service = draft.own.service ?? serviceName(name, draft.own.accept);
    const implied = draft.own.accept ? {} : { before: [service] };
    const head = headOf(draft.head, { ...facts, implied }, assembly.tree);
    const { addressesAllowed: allowed, addressesDenied: denied } = draft.own.exec;
    const access = accessOf({ allowed, denied });
    return socketUnit(draft.own, { head, service, access: 'value' in access ? access.value : OPEN_ACCESS });
  }
  const { sockets: own } = draft.own;
  const head = headOf(draft.head, { ...facts, implied: { wants: own, after: own } }, assembly.tree);
  return serviceUnit(draft.own, { head, sockets: [...new Set([...own, ...assembly.socketsOf(name)])] });
}

/** The service of the same name; for each connection an instance of the template, whose own instance is lost. */
function serviceName(socket: string, accept: boolean): string {
  const stem = socket.slice(0, -'.socket'.length);
  return accept ? `${stem.split('@', 1)[0]}@.service` : `${stem}.service`;
}
