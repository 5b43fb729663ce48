/** inetd.conf's lexical layer, as served: comments, continuations, quotes, line ends. */

import { expect } from '@jest/globals';
import { conforms, failToServe, serve } from './daemon.ts';
import { asRoot } from './sandbox.ts';

asRoot('Lines of inetd.conf', (box) => {
  const hello = `${box.server('hello')} h`;
  const args = `${box.server('args')} a`;

  conforms('case 1: an entry behind # is a comment', 'DG', async () => {
    const daemon = await serve(box, `#127.0.0.1:23001 stream tcp4 nowait root ${hello}\n`);
    expect(await box.says(23001)).toBe('ECONNREFUSED');
    daemon.expectDiagnosed();
  });

  conforms('case 2: a # inside a line is data, with a warning', 'DG', async () => {
    const daemon = await serve(box, `23001 stream tcp4 nowait root ${args} one#x #y\n`);
    expect(await box.says(23001)).toBe('[a][one#x][#y]\n');
    daemon.expectDiagnosed('1 warning');
  });

  conforms('case 2: in busybox a # begins a comment anywhere', '', async () => {
    await serve(box, `23001 stream tcp nowait root ${args} one#x #y\n`, { options: ['--dialect=busybox'] });
    expect(await box.says(23001)).toBe('[a][one]\n');
  });

  conforms('case 3: blanks before the first entry', 'DG', async () => {
    await serve(box, `   23001 stream tcp4 nowait root ${hello}\n`);
    expect(await box.says(23001)).toBe('HELLO\n');
  });

  conforms('case 4: an indented line goes on with the arguments', 'D', async () => {
    await serve(box, `23001 stream tcp4 nowait root ${args}\n\textra1 extra2\n`);
    expect(await box.says(23001)).toBe('[a][extra1][extra2]\n');
  });

  conforms('case 5: an entry may be broken between its fields', 'D', async () => {
    await serve(box, `23001 stream tcp4 nowait\n\troot ${args}\n`);
    expect(await box.says(23001)).toBe('[a]\n');
  });

  conforms('case 6: a broken entry of tcp gets its v4 and its v6 socket', '', async () => {
    await serve(box, `23001 stream tcp nowait\n\troot ${args}\n`);
    expect(await box.says(23001)).toBe('[a]\n');
    expect(await box.says(23001, { host: '::1' })).toBe('[a]\n');
  });

  conforms('case 7: an indented comment is a comment', '', async () => {
    await serve(box, `23001 stream tcp4 nowait root ${args}\n  # two three four five six seven\n`);
    expect(await box.says(23001)).toBe('[a]\n');
  });

  conforms('case 8: an indented complete entry is an entry, with a warning', '', async () => {
    const daemon = await serve(
      box,
      `23001 stream tcp4 nowait root ${args}\n\t23002 stream tcp4 nowait root ${hello}\n`,
    );
    expect([await box.says(23001), await box.says(23002)]).toEqual(['[a]\n', 'HELLO\n']);
    daemon.expectDiagnosed('2 warning');
  });

  conforms('case 8: in bsd it is arguments of the entry above', 'D', async () => {
    await serve(box, `23001 stream tcp4 nowait root ${args}\n\t23002 stream tcp4 nowait root /x y\n`, {
      options: ['--dialect=bsd'],
    });
    expect(await box.says(23001)).toBe('[a][23002][stream][tcp4][nowait][root][/x][y]\n');
    expect(await box.says(23002)).toBe('ECONNREFUSED');
  });

  conforms('case 9: CR LF line ends leave no CR behind', 'G', async () => {
    await serve(box, `23001 stream tcp4 nowait root ${args} b\r\n23002 stream tcp4 nowait root ${hello}\r\n`);
    expect([await box.says(23001), await box.says(23002)]).toEqual(['[a][b]\n', 'HELLO\n']);
  });

  conforms('case 10: the last line needs no newline', 'DG', async () => {
    await serve(box, `23001 stream tcp4 nowait root ${args} b`);
    expect(await box.says(23001)).toBe('[a][b]\n');
  });

  conforms('case 11: an entry of 3000 bytes is whole', 'G', async () => {
    const words = Array.from({ length: 15 }, (_, index) => `${index}`.padEnd(200, 'x'));
    await serve(box, `23001 stream tcp4 nowait root ${args} ${words.join(' ')}\n`);
    expect(await box.says(23001)).toBe(`[a]${words.map((word) => `[${word}]`).join('')}\n`);
  });

  conforms('case 12: 25 arguments are 25 arguments', 'G', async () => {
    const words = Array.from({ length: 24 }, (_, index) => `w${index}`);
    await serve(box, `23001 stream tcp4 nowait root ${args} ${words.join(' ')}\n`);
    expect(await box.says(23001)).toBe(`[a]${words.map((word) => `[${word}]`).join('')}\n`);
  });

  conforms('case 13: without arguments argv[0] is the name of the file', 'DG', async () => {
    await serve(box, `23001 stream tcp4 nowait root ${box.server('args')}\n`);
    expect(await box.says(23001)).toBe('[args]\n');
  });

  conforms('case 14: quotes around a word group it', 'G', async () => {
    await serve(box, `23001 stream tcp4 nowait root ${args} 'b c' "d e"\n`);
    expect(await box.says(23001)).toBe('[a][b c][d e]\n');
  });

  for (const dialect of ['bsd', 'debian', 'busybox']) {
    conforms(`case 14: quotes are literal in ${dialect}`, 'D', async () => {
      const protocol = dialect === 'busybox' ? 'tcp' : 'tcp4';
      await serve(box, `23001 stream ${protocol} nowait root ${args} 'b c' "d e"\n`, {
        options: [`--dialect=${dialect}`],
      });
      expect(await box.says(23001)).toBe(`[a]['b][c']["d][e"]\n`);
    });
  }

  for (const { dialect, words } of [
    { dialect: 'auto', words: '[e"f][g"h]' },
    { dialect: 'gnu', words: '[e][f g][h]' },
    { dialect: 'netbsd', words: '[ef gh]' },
  ]) {
    conforms(`case 15: quotes inside words in ${dialect}`, dialect === 'gnu' ? 'G' : '', async () => {
      await serve(box, `23001 stream tcp4 nowait root ${args} e"f g"h\n`, {
        options: [`--dialect=${dialect}`],
      });
      expect(await box.says(23001)).toBe(`[a]${words}\n`);
    });
  }

  for (const dialect of ['auto', 'gnu']) {
    conforms(`case 16: "" is an empty argument in ${dialect}`, 'G', async () => {
      await serve(box, `23001 stream tcp4 nowait root ${args} "" b\n`, { options: [`--dialect=${dialect}`] });
      expect(await box.says(23001)).toBe('[a][][b]\n');
    });
  }

  conforms('case 17: a quote without its partner is literal', 'G', async () => {
    await serve(box, `23001 stream tcp4 nowait root ${args} "b\n`);
    expect(await box.says(23001)).toBe('[a]["b]\n');
  });

  conforms('case 18: a backslash at the end joins lines, with a warning', '', async () => {
    const daemon = await serve(box, `23001 stream tcp4 nowait root ${args} \\\nmore\n`);
    expect(await box.says(23001)).toBe('[a][more]\n');
    daemon.expectDiagnosed('1 warning');
  });

  for (const dialect of ['bsd', 'gnu']) {
    conforms(`case 18: it is a word in ${dialect}`, 'DG', async () => {
      await serve(box, `23001 stream tcp4 nowait root ${args} \\\n#\n`, {
        options: [`--dialect=${dialect}`],
      });
      expect(await box.says(23001)).toBe('[a][\\]\n');
    });
  }

  conforms('case 19: blank lines and lines of blanks are nothing', 'DG', async () => {
    await serve(
      box,
      `\n  \n23001 stream tcp4 nowait root ${args}\n\n \t \n23002 stream tcp4 nowait root ${hello}\n\n`,
    );
    expect([await box.says(23001), await box.says(23002)]).toEqual(['[a]\n', 'HELLO\n']);
  });

  conforms('case 20: an empty file is served idle, and TERM ends it with 0', 'D', async () => {
    const daemon = await serve(box, '');
    expect(await daemon.stop()).toEqual({ status: 0, signal: null });
  });

  conforms('case 21: a file that does not exist is said and ends the start with 1', 'D', async () => {
    const daemon = await failToServe(box, '', { files: ['/run/spec/none.conf'] });
    expect(await daemon.ended()).toEqual({ status: 1, signal: null });
    daemon.expectSaid('/run/spec/none.conf');
  });

  conforms(
    'case 22: five fields are an error with file and line, and the next entry works',
    'DG',
    async () => {
      const daemon = await serve(
        box,
        `23001 stream tcp4 nowait root\n23002 stream tcp4 nowait root ${hello}\n`,
      );
      expect(await box.says(23002)).toBe('HELLO\n');
      expect(await box.says(23001)).toBe('ECONNREFUSED');
      daemon.expectDiagnosed('1 error');
      daemon.expectSaid(daemon.file);
    },
  );
});
