/** What `superd explain` says of units. */

import { describe, expect, it } from '@jest/globals';
import { explainUnit } from '../../lib/cli/explain-unit.ts';
import { NO_UNITS } from '../../lib/config/systemd/no-units.ts';
import type { UnitStore } from '../../lib/config/systemd/store.ts';
import type { ChildDefaults } from '../../lib/exec/plan.ts';
import type { SocketUnit } from '../../lib/model/socket-unit.ts';
import { makeService, type UnitCase } from '../units/service/make-unit.ts';

const defaults: ChildDefaults = {
  environment: {},
  wholeEnvironment: {},
  openFiles: { soft: 1024, hard: 4096 },
  umask: 0o022,
  root: true,
};

function linesOf(unit: UnitCase, store: UnitStore = NO_UNITS): readonly string[] {
  return explainUnit(makeService(unit), store, defaults)
    .split('\n')
    .map((line) => line.trim().replace(/ {2,}/g, '  '));
}

describe('superd explain, of a unit', () => {
  it('tells the steps of each command, and what asked for them', () => {
    const lines = linesOf({
      commands: { startPre: ['/bin/prepare it'], start: ['/bin/daemon'] },
      exec: { umask: 0o077, standardOutput: { kind: 'file', path: '/var/log/x', mode: 'append' } },
    });
    expect(lines).toEqual(
      expect.arrayContaining([
        'x.service',
        'ExecStartPre=/bin/prepare',
        'ExecStart=/bin/daemon',
        'argv  "/bin/daemon"',
        '7.  dup2(/dev/null, 0)  StandardInput=',
        '8.  dup2(/var/log/x, 1)  StandardOutput=',
        '10.  umask(077)  UMask=',
      ]),
    );
  });

  it('names the descriptors that its sockets give to it', () => {
    const target = { kind: 'inet', family: 4, host: '0.0.0.0', port: 80, type: 'stream' } as const;
    const socket = {
      ...makeService(),
      kind: 'socket',
      accept: false,
      fdName: 'web',
      listen: [target, target],
    } as unknown as SocketUnit;
    const store: UnitStore = { ...NO_UNITS, unit: (name) => (name === 'x.socket' ? socket : null) };
    const text = linesOf({ sockets: ['x.socket'] }, store).join('\n');
    expect(text).toMatch(/dup2\(web, 3\).*\n.*dup2\(web, 4\)/);
    expect(text).toMatch('LISTEN_FDNAMES=web:web');
  });

  it('names the files that are opened for it, and the links to its directories', () => {
    const lines = linesOf({
      openFiles: [{ path: '/etc/x.pem', name: 'key', mode: 'read', graceful: false }],
      exec: {
        directories: [{ kind: 'runtime', names: ['x'], mode: 0o700, links: [{ name: 'old', to: 'x' }] }],
      },
    }).join('\n');
    expect(lines).toMatch('dup2(/etc/x.pem, 3)');
    expect(lines).toMatch('LISTEN_FDNAMES=key');
    expect(lines).toMatch('own  /run/x, mode 0700\nlink  /run/old, to /run/x');
  });

  it('says why a command could not be started', () => {
    expect(linesOf({ exec: { user: 'no-such-user' } })).toContain(
      'fails  there is no user no-such-user (217/USER)',
    );
    const sockets: UnitCase = { exec: { standardInput: { kind: 'fd', name: 'web' } } };
    expect(linesOf(sockets)).toContain(
      "fails  a standard stream is to be the descriptor 'web', and there is none",
    );
  });

  it('says why a unit is not loaded, and escapes what a file says', () => {
    const lines = linesOf({ head: { load: 'bad-setting', problem: 'no\u001b[2J' } });
    expect(lines[1]).toMatch(/^bad-setting no.+\[2J$/);
    expect(lines[1]).not.toContain('\u001b');
  });
});
