import { describe, expect, it } from '@jest/globals';
import { constant, systemCall } from '../../lib/sys/constants.ts';
import { check, errnoName, errnoText } from '../../lib/sys/errno.ts';

describe('errno', () => {
  it.each([
    { number: 1, name: 'EPERM', text: 'Operation not permitted' },
    { number: 2, name: 'ENOENT', text: 'No such file or directory' },
    { number: 11, name: 'EAGAIN', text: 'Resource temporarily unavailable' },
    { number: 98, name: 'EADDRINUSE', text: 'Address already in use' },
  ])('$number is $name: $text', ({ number, name, text }) => {
    expect(errnoName(number)).toBe(name);
    expect(errnoText(name)).toBe(text);
  });

  it('has a name and a text for what has none', () => {
    expect(errnoName(4095)).toBe('E4095');
    expect(errnoText('E4095')).toBe('E4095');
  });

  it('turns a negative result into a SystemError and leaves others alone', () => {
    expect(check(7, 'bind', 'x')).toBe(7);
    expect(() => check(-98, 'bind', '127.0.0.1:80')).toThrow('bind 127.0.0.1:80: EADDRINUSE');
  });

  it('knows no constant and no system call that is misspelt', () => {
    expect(() => constant('AF_INET66')).toThrow('no constant AF_INET66');
    expect(() => systemCall('exevce')).toThrow('no system call exevce');
  });
});
