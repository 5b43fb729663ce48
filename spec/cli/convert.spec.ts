import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { folder, superd } from './superd.ts';

const cwd = folder();

beforeAll(() => {
  writeFileSync(join(cwd, 'inetd.conf'), '2323 stream tcp4 nowait.40 root /nowhere/x x -u\n');
  writeFileSync(
    join(cwd, 'unix.conf'),
    '/run/x stream unix nowait root /bin/cat cat\n2323 stream tcp4 nowait root /bin/cat cat\n',
  );
  mkdirSync(join(cwd, 'units'));
  writeFileSync(join(cwd, 'units/alone.service'), '[Service]\nExecStart=/bin/cat\n');
  writeFileSync(
    join(cwd, 'units/x.socket'),
    '[Socket]\nListenStream=0.0.0.0:2323\nAccept=yes\n[Install]\nWantedBy=sockets.target\n',
  );
  writeFileSync(
    join(cwd, 'units/x@.service'),
    '[Service]\nExecStart=@/nowhere/x x -u\nStandardInput=socket\n',
  );
  writeFileSync(join(cwd, 'evil.conf'), '2323 stream tcp4 nowait root /bin/\x1b[31mx x "a b"\n');
  writeFileSync(
    join(cwd, 'xinetd.conf'),
    'service x\n{\ntype = UNLISTED\nport = 2323\nsocket_type = stream\nwait = no\nuser = root\nserver = /nowhere/x\nonly_from = 10.1.0.0\n}\n',
  );
});

describe('superd convert', () => {
  it('writes xinetd.conf, whoever runs it and wherever the programs are', () => {
    const { status, stdout, stderr } = superd(['convert', '--to', 'xinetd', 'inetd.conf'], { cwd });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^service 2323\n\{\n[^}]*\tcps {13}= 1 10\n[^}]*\tserver_args {5}= -u\n\}\n/m);
    expect(stderr).toMatch(/^superd convert: 2323\/tcp4: L11 \(the rate of starts\): 40 starts a minute/m);
  });

  it('writes inetd.conf for one dialect, with the losses in comments', () => {
    const { status, stdout } = superd(['convert', '--to=inetd', '--dialect=debian', 'xinetd.conf'], { cwd });
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^# L12 [^\n]*\n# hosts\.allow: x: 10\.1\.0\.0\/255\.255\.0\.0\n# hosts\.deny: x: ALL\n2323 stream tcp nowait root \/nowhere\/x x\n$/m,
    );
  });

  it('says 1 when a service has no form, and writes the others', () => {
    const { status, stdout, stderr } = superd(['convert', '--to=xinetd', 'unix.conf'], { cwd });
    expect(status).toBe(1);
    expect(stdout).toContain('# /run/x of unix.conf:1 is not converted\n# L25 ');
    expect(stdout).toContain('service 2323\n');
    expect(stderr).toMatch(/^superd convert: \/run\/x: L25 .*\(not converted\)$/m);
  });

  it('writes pairs of units one after the other, each under its name', () => {
    const { status, stdout, stderr } = superd(['convert', '--to=units', 'inetd.conf'], { cwd });
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^# 2323\.socket\n\[Unit\]\n[\s\S]*^ListenStream=0\.0\.0\.0:2323\n[\s\S]*^# 2323@\.service\n\[Unit\]\n/m,
    );
    expect(stderr).toContain('superd convert: 2323/tcp4: L11 (the rate of starts): ');
  });

  it('writes units into a directory, which superd reads', () => {
    const words = ['convert', '--to=units', '--output=written', 'inetd.conf', 'unix.conf'];
    const { status, stdout } = superd(words, { cwd });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    expect(readdirSync(join(cwd, 'written')).sort()).toEqual([
      '2323.socket',
      '2323@.service',
      'run-x.socket',
      'run-x@.service',
    ]);
    expect(superd(['check', 'written'], { cwd })).toMatchObject({
      status: 0,
      stdout: expect.stringContaining(' 0 errors, 0 warnings\n'),
    });
    expect(superd(['list', 'written'], { cwd }).stdout).toContain('/run/x');
  });

  it('writes units as lines of inetd.conf, and passes none over', () => {
    const { status, stdout, stderr } = superd(['convert', '--to=inetd', 'units'], { cwd });
    expect(status).toBe(1);
    expect(stdout).toMatch(/^2323 stream,64 tcp4 nowait\.6000 root \/nowhere\/x x -u$/m);
    expect(stdout).toContain('# alone.service of units/alone.service:1 is not converted\n# L37 ');
    expect(stderr).toMatch(/^superd convert: alone\.service: L37 .*\(not converted\)$/m);
  });

  it('leaves units as they are where units are wanted', () => {
    const { status, stderr } = superd(['convert', '--to=units', 'units/alone.service'], { cwd });
    expect(status).toBe(1);
    expect(stderr).toContain('alone.service: L37 (what only units can say): it is a unit already');
  });

  it('--output is for units', () => {
    const { status, stderr } = superd(['convert', '--to=xinetd', '--output=x', 'inetd.conf'], { cwd });
    expect({ status, stderr }).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('--output is for --to=units'),
    });
  });

  it('gives records to programs', () => {
    const { stdout } = superd(['convert', '--to=xinetd', '--json', 'unix.conf'], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({
      entries: [
        {
          service: '/run/x',
          origin: { line: 1 },
          text: null,
          losses: [{ id: 'L25', about: 'Unix sockets' }],
        },
        { service: '2323/tcp4', text: expect.stringMatching(/^service 2323\n/) },
      ],
    });
  });

  it('says which file cannot be read', () => {
    const { status, stderr } = superd(['convert', '--to=inetd', 'none.conf'], { cwd });
    expect([status, stderr]).toEqual([1, expect.stringContaining('cannot read none.conf: ENOENT')]);
  });

  it('lets no control character of a file through to comments and the terminal', () => {
    const { stdout, stderr } = superd(['convert', '--to=xinetd', 'evil.conf'], { cwd });
    expect(`${stdout}${stderr}`).not.toContain('\x1b');
  });

  it.each([
    [['convert', 'inetd.conf']],
    [['convert', '--to=perl', 'inetd.conf']],
    [['convert', '--to=inetd']],
  ])('does not understand %j', (words) => expect(superd(words, { cwd }).status).toBe(2));
});
