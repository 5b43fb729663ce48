/** Commands of units whose programs do not exist; they may come later, so it is a warning. */

import { join } from 'node:path';
import type { Diagnostic } from '../../../diagnostics/diagnostic.ts';
import type { Unit } from '../../../model/socket-unit.ts';
import { askAll } from '../../ask.ts';
import type { ConfigFiles } from '../../files.ts';
import { lastLine } from '../draft/draft.ts';
import { Remarks } from '../remarks.ts';
import type { UnitLibrary } from '../store.ts';

/** Where bare names are looked for (systemd.service(5), COMMAND LINES). */
const FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** Looks for the first command that must succeed of each unit. */
export async function missingPrograms(
  names: Iterable<string>,
  library: UnitLibrary,
  files: ConfigFiles,
): Promise<readonly Diagnostic[]> {
  const units = [...names].flatMap((name) => library.assembled(name) ?? []);
  const loaded = units.filter(({ unit }) => unit.head.load === 'loaded');
  const states = await askAll(
    loaded.flatMap(({ unit }) => wanted(unit).flatMap(({ program }) => placesOf(program, unit))),
    (path) => files.program(path),
  );
  return loaded.flatMap(({ unit, draft }) => {
    const missing = wanted(unit).find(({ program }) =>
      placesOf(program, unit).every((path) => states.get(path) === 'missing'),
    );
    if (missing === undefined) return [];
    const remarks = new Remarks({ file: unit.head.origin?.file ?? unit.head.name, text: '' });
    const lines = [...draft.lines.values()].flat().filter(({ key }) => key.startsWith('Exec'));
    const at =
      lines.find(({ value }) => value.text.includes(missing.program)) ?? lastLine(draft, 'ExecStart');
    const message = `${missing.program} does not exist: the start will fail with 203/EXEC`;
    remarks.add({ severity: 'warning', code: 'unit/program-missing', at, message });
    return remarks.all;
  });
}

/** In a root of its own nobody knows from here what is where. */
function wanted(unit: Unit): readonly { readonly program: string }[] {
  if (unit.exec.rootDirectory !== null) return [];
  return Object.values(unit.commands)
    .flat()
    .filter(({ ignoreFailure }) => !ignoreFailure);
}

function placesOf(program: string, { exec }: Unit): readonly string[] {
  return program.startsWith('/')
    ? [program]
    : (exec.execSearchPath ?? FOLDERS).map((folder) => join(folder, program));
}
