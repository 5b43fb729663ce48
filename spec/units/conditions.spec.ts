import { describe, expect, it } from '@jest/globals';
import type { Condition } from '../../lib/model/unit.ts';
import type { Facts } from '../../lib/units/condition-tests.ts';
import { unmet } from '../../lib/units/conditions.ts';
import { compareVersions } from '../../lib/units/versions.ts';

const FILES: Readonly<Record<string, ReturnType<Facts['stat']>>> = {
  '/file': { kind: 'file', bytes: 1, mode: 0o100755 },
  '/empty': { kind: 'file', bytes: 0, mode: 0o100644 },
  '/folder': { kind: 'directory', bytes: 4096, mode: 0o040755 },
  '/socket': { kind: 'other', bytes: 0, mode: 0o140755 },
  '/link': { kind: 'link', bytes: 4, mode: 0o120777 },
};

const facts: Facts = {
  stat: (path) => FILES[path] ?? null,
  entries: (path) => (path === '/folder' ? 2 : null),
  glob: (pattern) => (pattern === '/f*' ? ['/file', '/folder'] : []),
  isMountPoint: (path) => path === '/',
  isReadOnly: (path) => path === '/folder',
  environment: { LANG: 'C', EMPTY: '' },
  host: { name: 'box.example.org', machineId: '0123456789abcdef0123456789abcdef' },
  uid: 1000,
  groups: [1000, 27],
  userId: (name) => (name === 'me' ? 1000 : null),
  groupId: (name) => (name === 'sudo' ? 27 : null),
  architecture: 'x86-64',
  cpus: 4,
  memoryBytes: 8 * 2 ** 30,
  kernel: '6.1.0-18-amd64',
  virtualization: { kind: 'container', name: 'docker' },
  capabilities: 1n << 12n,
  capability: (name) => (name === 'CAP_NET_ADMIN' ? 12 : null),
};

function condition(line: string): Condition {
  const [, test = '', flags = '', value = ''] = /^(\w+)=([|!]*)(.*)$/.exec(line) ?? [];
  return { test, value, negated: flags.includes('!'), alternative: flags.includes('|') };
}

const holds = (...lines: readonly string[]) => unmet(lines.map(condition), 'Condition', facts) === null;

describe('a condition', () => {
  // biome-ignore format: a table
  it.each([
    ['PathExists=/file', true], ['PathExists=/no', false], ['PathExists=!/no', true],
    ['PathExistsGlob=/f*', true], ['PathExistsGlob=/x*', false],
    ['PathIsDirectory=/folder', true], ['PathIsDirectory=/file', false],
    ['PathIsSymbolicLink=/link', true], ['PathIsSymbolicLink=/file', false],
    ['PathIsMountPoint=/', true], ['PathIsMountPoint=/folder', false],
    ['PathIsReadWrite=/file', true], ['PathIsReadWrite=/folder', false], ['PathIsReadWrite=/no', false],
    ['PathIsSocket=/socket', true], ['PathIsSocket=/file', false],
    ['DirectoryNotEmpty=/folder', true], ['DirectoryNotEmpty=/file', false],
    ['FileNotEmpty=/file', true], ['FileNotEmpty=/empty', false], ['FileNotEmpty=/folder', false],
    ['FileIsExecutable=/file', true], ['FileIsExecutable=/empty', false], ['FileIsExecutable=/folder', false],
    ['User=me', true], ['User=1000', true], ['User=root', false], ['User=@system', false],
    ['Group=sudo', true], ['Group=27', true], ['Group=wheel', false],
    ['Host=box.*', true], ['Host=BOX.example.org', true], ['Host=other', false],
    ['Host=01234567-89ab-cdef-0123-456789abcdef', true], ['Host=11234567-89ab-cdef-0123-456789abcdef', false],
    ['Environment=LANG', true], ['Environment=LANG=C', true], ['Environment=LANG=D', false], ['Environment=EMPTY', true], ['Environment=NONE', false],
    ['Architecture=x86-64', true], ['Architecture=native', true], ['Architecture=arm64', false],
    ['CPUs=4', true], ['CPUs=>4', false], ['CPUs=<= 4', true], ['CPUs=many', false],
    ['Memory=>=8G', true], ['Memory=8G', true], ['Memory=<1024M', false],
    ['KernelVersion=>=6.1', true], ['KernelVersion=< 6.1', false], ['KernelVersion=6.1.*', true], ['KernelVersion=>5 <7', true], ['KernelVersion=>5 <6', false],
    ['Virtualization=yes', true], ['Virtualization=no', false], ['Virtualization=container', true], ['Virtualization=docker', true], ['Virtualization=vm', false],
    ['Capability=CAP_NET_ADMIN', true], ['Capability=CAP_NOSUCH', false], ['Capability=!CAP_NOSUCH', false],
    ['ACPower=true', true],
  ])('%s: %s', (line, result) => {
    expect(holds(line)).toBe(result);
  });

  it.each([
    { lines: ['PathExists=/file', 'User=root'], result: false, because: 'all must hold' },
    { lines: ['PathExists=|/no', 'User=|me'], result: true, because: 'one of the alternatives does' },
    { lines: ['PathExists=|/no', 'User=|root'], result: false, because: 'none of the alternatives does' },
    {
      lines: ['PathExists=|/file', 'User=root'],
      result: false,
      because: 'what is no alternative must hold besides',
    },
    { lines: ['PathExists=|!/no'], result: true, because: 'an alternative can be turned round' },
  ])('among others: $because', ({ lines, result }) => {
    expect(holds(...lines)).toBe(result);
  });

  it('that does not hold is named as it is written', () => {
    const at = (...lines: readonly string[]) => unmet(lines.map(condition), 'Assert', facts);
    expect([at('User=me', 'PathExists=!/file'), at('User=|root')]).toEqual(['AssertPathExists=!/file', '']);
  });
});

describe('versions', () => {
  it.each([
    ['6.1', '6.1.0', -1],
    ['6.10', '6.9', 1],
    ['6.1.0-18-amd64', '6.1.0-18-amd64', 0],
    ['6.1~rc1', '6.1', -1],
    ['6.1.a', '6.1.1', -1],
    ['6.a', '6.b', -1],
  ])('%s and %s: %d', (a, b, sign) => {
    expect(Math.sign(compareVersions(a, b))).toBe(sign);
    expect(Math.sign(compareVersions(b, a))).toBe(-sign + 0);
  });
});
