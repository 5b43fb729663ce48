/** --help of the daemon's faces, made from the table of options. */

import type { Spelled } from './getopt.ts';
import { type Face, optionsOf, spelling } from './options.ts';

/** The faces that serve, and what their texts say. */
type ServingFace = 'run' | 'inetd' | 'xinetd';

interface Texts {
  readonly operands: string;
  readonly purpose: readonly string[];
  readonly pages: string;
}

const TEXTS: Readonly<Record<ServingFace, Texts>> = {
  run: {
    operands: ' [FILE|DIRECTORY...]',
    purpose: [
      'Listens for the services of inetd.conf and xinetd.conf files and for .socket',
      'units, and starts their servers. Without a file it reads /etc/inetd.conf and',
      '/etc/xinetd.conf, those of them that are there, and the enabled units.',
    ],
    pages: 'superd(8), superd-inetd.conf(5), superd-xinetd.conf(5),\nsuperd-unit(5)',
  },
  inetd: {
    operands: ' [FILE|DIRECTORY...]',
    purpose: [
      'Listens for the services of inetd.conf files and starts their servers.',
      'Without a file it reads /etc/inetd.conf.',
    ],
    pages: 'inetd(8), superd-inetd.conf(5)',
  },
  xinetd: {
    operands: '',
    purpose: ['Listens for the services of /etc/xinetd.conf and starts their servers.'],
    pages: 'xinetd(8), superd-xinetd.conf(5)',
  },
};

const WIDTH = 80;
const INDENT = 8;

/** The whole text: usage, purpose, options, where to read on. */
export function helpText(face: ServingFace, name: string): string {
  const { operands, purpose, pages } = TEXTS[face];
  return [
    `Usage: ${name} [OPTION...]${operands}`,
    ...purpose,
    '',
    'Options:',
    ...optionLines(face),
    '',
    `Manual pages: ${pages}.`,
    '',
  ].join('\n');
}

/** The same for a verb with a command line of its own. */
export function verbHelp(usage: string, purpose: readonly string[], options: readonly Described[]): string {
  const lines = options.flatMap((option) => [`  ${spelling(option)}`, ...wrap(option.help)]);
  const end = ['', 'Manual page: superd(8).', ''];
  return [`Usage: ${usage}`, ...purpose, '', 'Options:', ...lines, ...end].join('\n');
}

/** An option with its texts. */
export type Described = Spelled<string> & { readonly argument: string; readonly help: string };

function optionLines(face: Face): readonly string[] {
  return optionsOf(face).flatMap((option) => [`  ${spelling(option, face)}`, ...wrap(option.help)]);
}

/** Lines of at most WIDTH, each indented. */
function wrap(text: string): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && INDENT + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((one) => ' '.repeat(INDENT) + one);
}
