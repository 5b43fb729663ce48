import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { findGroup, findGroupById, findUser, findUserById, groupsOf } from '../../lib/sys/accounts.ts';

describe('users', () => {
  const rows = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .filter((line) => /^[a-z_][^:]*:[^:]*:\d+:\d+:/.test(line))
    .map((line) => line.split(':'));

  it.each(rows)(
    '%s is found by name and number',
    (name = '', _x = '', uid = '', gid = '', _g = '', home, shell) => {
      const user = findUser(name);
      expect(user).toEqual({ name, uid: Number(uid), gid: Number(gid), home, shell });
      expect(findUserById(Number(uid))?.uid).toBe(Number(uid));
      expect(groupsOf(name, Number(gid))).toContain(Number(gid));
    },
  );

  it.each(['no-such-user', '', 'nul\0name', 'x'.repeat(5000)])('%j is nobody', (name) => {
    expect(findUser(name)).toBeNull();
  });

  it('has nobody under a number that is not given out', () => {
    expect(findUserById(3_999_999_999)).toBeNull();
  });
});

describe('groups', () => {
  it('are found by name and number', () => {
    expect(findGroup('root')).toEqual({ name: 'root', gid: 0 });
    expect(findGroupById(0)).toEqual({ name: 'root', gid: 0 });
    expect(findGroup('no-such-group')).toBeNull();
    expect(findGroupById(3_999_999_999)).toBeNull();
  });
});
