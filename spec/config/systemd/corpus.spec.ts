import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { isolationDirectives } from '../../../lib/config/systemd/directives/isolation.ts';
import type { Diagnostic } from '../../../lib/diagnostics/diagnostic.ts';
import type { Unit } from '../../../lib/model/socket-unit.ts';
import { loadTree } from '../../fixtures/units.ts';

interface Row {
  readonly file: string;
  readonly kind: string;
  readonly enabled: number;
  readonly facts: Readonly<Record<string, string>>;
}

const folder = new URL('../../corpus/', import.meta.url);
const rows = readFileSync(new URL('expect.tsv', folder), 'utf8')
  .split('\n')
  .map((line) => line.split('\t'))
  .filter(([file = '']) => file.startsWith('units/'))
  .map(([file = '', kind = '', , enabled, , , detail = '']): Row => {
    const facts = detail.split('; ').map((fact) => fact.split('=') as [string, string]);
    return { file, kind, enabled: Number(enabled), facts: Object.fromEntries(facts) };
  });
const units = rows.filter(({ kind }) => kind === 'socket' || kind === 'service');
const timers = rows.filter(({ kind }) => kind === 'timer');
const fuzz = rows.filter(({ kind }) => kind === 'fuzz');

/** What isolates is refused for now: these files say that it may be left out. */
const LENIENT = `X-IgnoreUnsupported=${[...isolationDirectives.keys()].join(' ')}\n`;

describe('unit files found in the wild', () => {
  it('are all there', () => {
    expect([units.length, timers.length, fuzz.length]).toEqual([67, 15, 17]);
    expect(rows.filter(({ file }) => !existsSync(pathOf(file))).map(({ file }) => file)).toEqual([]);
  });

  it.each(units)('$file says what it says', async ({ file, kind, enabled, facts }) => {
    const name = basename(file);
    const { unit, diagnostics } = await load(name, readFileSync(pathOf(file)));
    expect({ kind: unit?.kind, enabled: unit?.head.load === 'loaded' ? 1 : 0 }).toEqual({ kind, enabled });
    if (enabled === 1) expect(factsOf(unit)).toEqual(expected(facts, kind));
    const warnings = Number(facts.warnings ?? 0);
    // systemd says no more about a unit once it has refused it.
    if (enabled === 1) expect(ofItsText(diagnostics)).toHaveLength(warnings);
    else expect(ofItsText(diagnostics).length).toBeGreaterThanOrEqual(warnings);
  });

  it.each(timers)('$file is known to be a timer', async ({ file }) => {
    const path = `/u/${basename(file)}`;
    const loaded = await loadTree({ [path]: readFileSync(pathOf(file)) }, [path]);
    expect(loaded.start).toEqual([]);
    expect(loaded.diagnostics.map(({ code }) => code)).toEqual(['unit/timer']);
  });

  it.each(fuzz)('$file is read without a crash or a hang', async ({ file }) => {
    const bytes = readFileSync(pathOf(file));
    for (const name of ['x.socket', 'x.service']) {
      const { unit, diagnostics } = await load(name, bytes);
      expect(unit?.head.name).toBe(name);
      for (const { source, span } of diagnostics) {
        expect(span.start).toBeLessThanOrEqual(span.end);
        expect(span.end).toBeLessThanOrEqual(source.text.length);
      }
    }
  });
});

async function load(
  name: string,
  bytes: Uint8Array,
): Promise<{ readonly unit: Unit | null; readonly diagnostics: readonly Diagnostic[] }> {
  const path = `/u/${name}`;
  const started = name.includes('@') ? path.replace('@', '@x') : path;
  const section = name.endsWith('.socket') ? 'Socket' : 'Service';
  const type = section.toLowerCase();
  const tree = { [path]: bytes, [started]: bytes, [`/u/${type}.d/lenient.conf`]: `[${section}]\n${LENIENT}` };
  const { store, diagnostics } = await loadTree(tree, [started]);
  return { unit: store.unit(basename(started)), diagnostics };
}

/** The facts of a row that the type of the unit has. */
function expected(facts: Row['facts'], kind: string): object {
  if (kind === 'socket') return { listeners: Number(facts.listeners), accept: facts.accept };
  return { execstart: Number(facts.execstart), type: facts.type };
}

function factsOf(unit: Unit | null): object {
  if (unit?.kind === 'socket') return { listeners: unit.listen.length, accept: unit.accept ? 'yes' : 'no' };
  return { execstart: unit?.commands.start.length, type: unit?.type };
}

/** What systemd complains of too: not what superd cannot do, nor what it knows better. */
function ofItsText(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const codes = [
    'unit/bad-value',
    'unit/unknown-key',
    'unit/unknown-section',
    'unit/no-equals',
    'unit/no-key',
    'unit/old-log',
    'unit/refused-value',
  ];
  return diagnostics.filter(({ code }) => codes.includes(code));
}

function pathOf(file: string): URL {
  return new URL(file.split('/').map(encodeURIComponent).join('/'), folder);
}
