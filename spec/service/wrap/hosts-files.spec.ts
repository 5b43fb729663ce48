/** hosts.allow and hosts.deny on a disk: read again when they change, and not before. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DEFAULT_SETTINGS } from '../../../lib/access/hosts/rule.ts';
import type { Event } from '../../../lib/log/events.ts';
import { HostsFiles } from '../../../lib/service/wrap/hosts-files.ts';

describe('HostsFiles', () => {
  let folder = '';
  let events: Event[] = [];
  const path = (name: string) => join(folder, name);
  /** In the place of the old file, as an editor does it. */
  const write = (name: string, text: string) => {
    writeFileSync(path('new'), text, 'latin1');
    renameSync(path('new'), path(name));
  };
  const hostsFiles = () =>
    new HostsFiles({ allow: path('allow'), deny: path('deny') }, DEFAULT_SETTINGS, (event) =>
      events.push(event),
    );

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'superd-spec-'));
    events = [];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('a file that is missing is empty, and nothing is said', () => {
    expect(hostsFiles().current()).toMatchObject({
      allow: { rules: [] },
      deny: { rules: [], broken: false },
    });
    expect(events).toEqual([]);
  });

  it('keeps what it read as long as nothing changed, and says what is wrong once', () => {
    write('allow', 'no rule\n');
    const files = hostsFiles();
    expect(files.current()).toBe(files.current());
    expect(events).toMatchObject([{ event: 'diagnostic', file: path('allow'), code: 'hosts/no-colon' }]);
  });

  it('reads both again when one changed, came or went', () => {
    const files = hostsFiles();
    write('deny', 'ALL: ALL\n');
    expect(files.current().deny.rules).toHaveLength(1);
    write('deny', 'a: ALL\nb: ALL\n');
    expect(files.current().deny.rules).toHaveLength(2);
    write('allow', 'c: ALL\n');
    expect(files.current()).toMatchObject({ allow: { rules: [{}] }, deny: { rules: [{}, {}] } });
    rmSync(path('deny'));
    expect(files.current().deny.rules).toEqual([]);
  });

  it('reads them again when a file of hosts that they name changed', () => {
    write('deny', `ALL: ${path('bad')}\n`);
    const files = hostsFiles();
    const before = files.current();
    expect(events).toMatchObject([{ code: 'hosts/unreadable-file' }]);
    write('bad', '192.0.2.7\n');
    expect(files.current()).not.toBe(before);
    expect(events).toHaveLength(1);
  });

  it('a pipe is no file: it is said, and does not hold us up', () => {
    execFileSync('mkfifo', [path('deny')]);
    expect(hostsFiles().current()).toMatchObject({ deny: { rules: [], broken: true } });
    expect(events).toMatchObject([
      { event: 'message', level: 'err', message: `${path('deny')} cannot be read` },
    ]);
  });
});
