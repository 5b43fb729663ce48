/** What units say of a server that inetd.conf describes. */

/** The texts of units by their file names. */
export type Units = Readonly<Record<string, string>>;

/** An entry `ADDRESS:PORT TYPE PROTOCOL WAIT USER SERVER ARGV…` as a socket and its service, or their template. */
export function unitsForm(entry: string): Units {
  const [address, type, , wait, user, server = '', ...argv] = entry.split(' ');
  const perCaller = wait !== 'wait';
  const listen = type === 'dgram' ? 'ListenDatagram' : 'ListenStream';
  // The first word of ARGV is the name that inetd shows: units show the path.
  const command = [server, ...argv.slice(1)].map(quoted).join(' ');
  return {
    'tried.socket': `[Socket]\n${listen}=${address}\n${perCaller ? 'Accept=yes\n' : ''}\n[Install]\nWantedBy=sockets.target\n`,
    [perCaller ? 'tried@.service' : 'tried.service']:
      `[Service]\nExecStart=${command}\nUser=${user}\nStandardInput=socket\n`,
  };
}

function quoted(word: string): string {
  return /^[\w./:=-]+$/.test(word) ? word : `"${word}"`;
}
