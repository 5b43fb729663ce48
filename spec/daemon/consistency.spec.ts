import { describe, expect, it } from '@jest/globals';
import { type Counted, inconsistencies } from '../../lib/daemon/consistency.ts';

function counted(name: string, children: number, fds: readonly number[], running: number | null): Counted {
  return {
    service: { name, activation: 'nowait' },
    admission: { children },
    descriptors: fds,
    servers: running === null ? null : { running: new Array(running).fill(null) },
  };
}

const sockets = (fd: number) => fd < 100;

describe('inconsistencies', () => {
  it.each([
    { services: [], house: 0, problems: [] },
    { services: [counted('a', 2, [10, 11], 2), counted('b', 1, [12], null)], house: 3, problems: [] },
    {
      services: [counted('a', 0, [], 0)],
      house: 5,
      problems: [],
      because: 'servers of services that are gone still count',
    },
    {
      services: [counted('a', 2, [10], 1)],
      house: 2,
      problems: [],
      because: 'a start may be under way',
    },
    {
      services: [counted('a', 0, [10], null), counted('b', 0, [10], null)],
      house: 0,
      problems: ['b and a both listen on descriptor 10'],
    },
    {
      services: [counted('a', 0, [100], null)],
      house: 0,
      problems: ['descriptor 100 of a is no open socket'],
    },
    { services: [counted('a', 1, [10], 2)], house: 1, problems: ['a has 2 servers and counted 1'] },
    {
      services: [counted('a', 2, [10], 2)],
      house: 1,
      problems: ['the services counted 2 children, the daemon 1'],
    },
  ])('$problems', ({ services, house, problems }) => {
    expect(inconsistencies(services, { children: house }, sockets)).toEqual(problems);
  });
});
