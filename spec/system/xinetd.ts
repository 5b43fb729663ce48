/** The text of xinetd.conf files for specs that state only what they are about. */

/** A block of `defaults`. */
export function defaults(...lines: readonly string[]): string {
  return block('defaults', lines);
}

/** A stream service on a port of its own, run by root; a line of its own replaces the usual one. */
export function service(id: string, port: number, ...lines: readonly string[]): string {
  const usual = [
    'type = UNLISTED',
    'socket_type = stream',
    'protocol = tcp',
    `port = ${port}`,
    'wait = no',
    'user = root',
  ];
  const isReplaced = (line: string) => lines.some((own) => nameOf(own) === nameOf(line));
  return block(`service ${id}`, [...usual.filter((line) => !isReplaced(line)), ...lines]);
}

function nameOf(line: string): string | undefined {
  return line.split(/\s*[+-]?=/)[0];
}

function block(head: string, lines: readonly string[]): string {
  return `${head}\n{\n${lines.map((line) => `\t${line}\n`).join('')}}\n`;
}
