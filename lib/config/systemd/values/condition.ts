/** Condition…= and Assert…= (systemd.unit(5), CONDITIONS AND ASSERTS). */

import type { Condition } from '../../../model/unit.ts';
import type { Directive } from '../directives/directive.ts';

/** The tests that superd makes. */
export const TESTS = [
  'PathExists',
  'PathExistsGlob',
  'PathIsDirectory',
  'PathIsSymbolicLink',
  'PathIsMountPoint',
  'PathIsReadWrite',
  'PathIsSocket',
  'DirectoryNotEmpty',
  'FileNotEmpty',
  'FileIsExecutable',
  'User',
  'Group',
  'Host',
  'Environment',
  'Architecture',
  'CPUs',
  'Memory',
  'KernelVersion',
  'Virtualization',
  'Capability',
] as const;

/** Those that it does not make: they count as met. */
export const UNTRIED = [
  'ACPower',
  'BestSource',
  'ControlGroupController',
  'CPUFeature',
  'CPUPressure',
  'Credential',
  'Firmware',
  'FirstBoot',
  'IOPressure',
  'KernelCommandLine',
  'KernelModuleLoaded',
  'MachineTag',
  'MemoryPressure',
  'NeedsUpdate',
  'OSRelease',
  'PathIsEncrypted',
  'Security',
  'Version',
] as const;

/** A row for one test; an empty value takes back all conditions, of whatever test. */
export function condition<Draft>(test: string, listOf: (draft: Draft) => Condition[]): Directive<Draft> {
  return {
    tier: 'used',
    assign(draft, { text }, { expand, warn }) {
      const all = listOf(draft);
      if (text === '') all.length = 0;
      else {
        const [, alternative, negated, rest = ''] = /^(\|?)\s*(!?)\s*(.*)$/s.exec(text) ?? [];
        const value = expand(rest);
        if ('problem' in value) warn(value.problem);
        else if (test.startsWith('Path') && !value.value.startsWith('/'))
          warn(`'${value.value}' is not an absolute path`);
        else
          all.push({ test, value: value.value, negated: negated === '!', alternative: alternative === '|' });
      }
    },
  };
}
