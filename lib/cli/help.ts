/** --help of the daemon's faces, made from the table of options. */

import { type Face, optionsOf, spelling } from './options.ts';

const WIDTH = 80;
const INDENT = 8;

/** The whole text: usage, purpose, options, where to read on. */
export function helpText(face: 'run' | 'inetd', name: string): string {
  return [
    `Usage: ${name} [OPTION...] [FILE|DIRECTORY...]`,
    'Listens for the services of inetd.conf files and starts their servers.',
    'Without a file it reads /etc/inetd.conf.',
    '',
    'Options:',
    ...optionLines(face),
    '',
    `Manual pages: ${face === 'run' ? 'superd(8)' : 'inetd(8)'}, superd-inetd.conf(5).`,
    '',
  ].join('\n');
}

function optionLines(face: Face): readonly string[] {
  return optionsOf(face).flatMap((option) => [`  ${spelling(option)}`, ...wrap(option.help)]);
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
