/** update-inetd, unchanged, with our daemon behind /run/inetd.pid. */

import { expect } from '@jest/globals';
import { conforms, daemonise } from './daemon.ts';
import { eventually } from './observe.ts';
import { asRoot } from './sandbox.ts';

asRoot('Debian: update-inetd', (box) => {
  const template = `#:INTERNAL: Internal services
#discard\t\tstream\ttcp\tnowait\troot\tinternal

#:STANDARD: These are standard services.

#:MAIL: Mail, news and uucp services.
23001 stream tcp4 nowait root ${box.server('hello')} h

#:OTHER: Other services
`;
  const line = `23002\\tstream\\ttcp4\\tnowait\\troot\\t${box.server('hello2')} h`;

  /** Runs update-inetd on /etc/inetd.conf, which is the sandbox's own. */
  async function updateInetd(words: string): Promise<string> {
    const { status, stdout, stderr } = await box.shell(`update-inetd ${words}`, {
      env: { DEBIAN_FRONTEND: 'noninteractive' },
    });
    expect(status).toBe(0);
    return stdout + stderr;
  }

  async function start(): Promise<number> {
    await box.shell('rm -f /run/inetd.pid');
    return daemonise(box, template);
  }

  conforms('case 210: an added entry stands in its group and is served', 'D', async () => {
    await start();
    await updateInetd(`--group MAIL --add '${line}'`);
    const text = await box.read('/etc/inetd.conf');
    expect(text.split('#:MAIL:')[1]?.split('#:OTHER:')[0]).toContain('23002\tstream');
    await eventually('it is served', async () => (await box.says(23002)) === 'HELLO2\n');
    expect(await box.says(23001)).toBe('HELLO\n');
  });

  conforms('case 211: --disable and --enable take an entry away and bring it back', 'D', async () => {
    await start();
    await updateInetd('--disable 23001');
    expect(await box.read('/etc/inetd.conf')).toContain('#<off># 23001 stream');
    await eventually('it is refused', async () => (await box.says(23001)) === 'ECONNREFUSED');
    await updateInetd('--enable 23001,discard');
    expect(await box.read('/etc/inetd.conf')).toMatch(/^#discard\t/m);
    await eventually('it is served', async () => (await box.says(23001)) === 'HELLO\n');
  });

  conforms('case 212: HUP comes by the pid file, since the process is called inetd', 'D', async () => {
    const pid = await start();
    expect(await box.read(`/proc/${pid}/comm`)).toBe('inetd\n');
    const said = await updateInetd(`--group MAIL --add '${line}'`);
    expect(said).not.toContain('valid pid');
    await eventually('it is served', async () => (await box.says(23002)) === 'HELLO2\n');
  });

  conforms('case 212: a process of another name is not signalled', 'DG', async () => {
    const { stdout } = await box.shell(
      `cp /bin/sleep ${box.server('inetdx')}; ${box.server('inetdx')} 60 >/dev/null 2>&1 & echo $! | tee /run/inetd.pid`,
    );
    await box.write('/etc/inetd.conf', template);
    expect(await updateInetd(`--group MAIL --add '${line}'`)).toContain('valid pid');
    expect(await box.lives(Number(stdout))).toBe(true);
  });
});
