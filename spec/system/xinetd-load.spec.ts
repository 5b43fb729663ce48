/** Many callers from many addresses against the gates of xinetd.conf services: every one of them is counted, once. */

import { expect } from '@jest/globals';
import { agreed, serve } from './daemon.ts';
import { asRoot } from './sandbox.ts';
import { service } from './xinetd.ts';

const SOURCES = 200;
const CALLS = 50;

/** Calls from each address at once, and prints how many were served and how many not. */
const callers = `
const net = require('node:net');
const [port, sources, calls] = process.argv.slice(2).map(Number);
const heard = { served: 0, refused: 0 };
const call = (localAddress) => new Promise((resolve) => {
  let data = '';
  const socket = net.connect({ host: '127.0.0.1', port, localAddress });
  socket.on('data', (chunk) => { data += chunk; });
  socket.on('error', () => {});
  socket.on('close', () => { heard[data === 'HELLO\\n' ? 'served' : 'refused'] += 1; resolve(); });
});
const line = async (from, count) => { for (let n = 0; n < count; n += 1) await call(from); };
const from = (address) => Promise.all(Array.from({ length: 5 }, () => line(address, calls / 5)));
Promise.all(Array.from({ length: sources }, (_, n) => from('127.1.0.' + (n + 1))))
  .then(() => console.log(JSON.stringify(heard)));
`;

asRoot(`${SOURCES} sources with ${CALLS} calls each`, (box) => {
  const port = 23001;
  const hello = `server = ${box.server('hello')}`;

  async function call(): Promise<{ readonly served: number; readonly refused: number }> {
    const file = await box.write(box.fresh('.cjs'), callers);
    const { stdout, stderr } = await box.shell(`${process.execPath} ${file} ${port} ${SOURCES} ${CALLS}`);
    expect(stderr).toBe('');
    return JSON.parse(stdout) as { served: number; refused: number };
  }

  agreed('')(
    'are served or refused, and counted by reason',
    async () => {
      const limits = ['per_source = 1', 'cps = 1000 1', 'socket_backlog = 1024'];
      const daemon = await serve(box, service('a', port, hello, ...limits));
      const heard = await call();
      expect(heard.served + heard.refused).toBe(SOURCES * CALLS);
      await daemon.signal('SIGUSR1');
      const { served, refused, children, reasons = '' } = await daemon.event('state');
      expect({ served, refused, children }).toEqual({ ...heard, children: 0 });
      const counts = new Map(reasons.split(' ').map((word) => word.split('=') as [string, string]));
      expect([...counts.keys()].sort()).toEqual(['per-address-children', 'rate']);
      expect([...counts.values()].reduce((sum, count) => sum + Number(count), 0)).toBe(refused);
      expect(Number(counts.get('rate'))).toBe(daemon.events('paused').length);
    },
    120_000,
  );
});
