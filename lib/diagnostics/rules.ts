/** The catalogue of what can be said about a configuration: one row for each code. */

/** What a code stands for, whatever the severity of one remark; `why` is a sentence or two for the manual. */
export interface Rule {
  readonly title: string;
  readonly why: string;
}

function rule(title: string, why: string): Rule {
  return { title, why };
}

// biome-ignore format: a table
/** Every code by its name, in the order of the alphabet. */
export const rules: ReadonlyMap<string, Rule> = new Map([
  ['inetd/accept-filter', rule('An accept filter is not used', 'Accept filters belong to the BSD kernels. The service is called as soon as a client connects.')],
  ['inetd/ambiguous-family', rule('Neither the protocol nor the host says IPv4 or IPv6', "In NetBSD's key-value form a protocol without a digit takes its family from a numeric host.")],
  ['inetd/bad-buffer', rule('A buffer size cannot be read', 'Behind the protocol stand at most one sndbuf and one rcvbuf, in bytes or with k or m behind them.')],
  ['inetd/bad-counter', rule('A counter cannot be read', 'Counters are whole numbers: nowait.40, nowait:40, nowait/10/60/3, stream,5.')],
  ['inetd/bad-host', rule('A host cannot be read', 'A host is *, a name, an IPv4 address or an IPv6 address, the last one in brackets if you like.')],
  ['inetd/bad-include', rule('An .include line is not complete', 'It names one file or one pattern.')],
  ['inetd/bad-mux', rule('A tcpmux service cannot be one', 'It is a program, called over tcp through the tcpmux service, with a name of printable characters.')],
  ['inetd/bad-option-value', rule('The value of a key cannot be read', 'Numbers are whole; sizes may have k or m behind them.')],
  ['inetd/bad-path', rule('A path and the protocol do not fit', 'A Unix socket has an absolute path and the protocol unix.')],
  ['inetd/bad-port', rule('There is no such port', 'Ports are 1 to 65535, in decimal digits. Port 0, which some inetds take for a random one, is refused.')],
  ['inetd/bad-protocol', rule('There is no such protocol', 'Some inetds take a misspelt protocol for tcp; here the entry is left out.')],
  ['inetd/bad-socket-type', rule('There is no such type of socket', 'The types are stream, dgram, seqpacket and raw. TLI endpoints of Solaris do not exist on Linux.')],
  ['inetd/bad-unix-mode', rule('The mode of a Unix socket cannot be read', "FreeBSD's prefix is :user:group:mode: with an octal mode.")],
  ['inetd/bad-wait', rule('The wait field is neither wait nor nowait', 'Some inetds take a misspelt word for nowait, which starts the wrong kind of server.')],
  ['inetd/counter-ignored', rule('A counter has no effect', 'A wait server takes its clients itself, so that they cannot be counted; FreeBSD ignores the counter behind a dot.')],
  ['inetd/dgram-nowait', rule('A datagram service is served as with wait', 'With nowait the datagram stays unread while more and more processes are started for it.')],
  ['inetd/duplicate', rule('Two entries ask for one socket', 'The later one is served.')],
  ['inetd/faith', rule('Entries for faithd are not served', 'FreeBSD and NetBSD have removed faith(4).')],
  ['inetd/hash-word', rule('A # within a line begins no comment', 'It is an argument for most inetds, and a comment for busybox and Solaris.')],
  ['inetd/host-family', rule('A host has no address for the protocol', 'An IPv4 address serves no tcp6 entry, and the other way round.')],
  ['inetd/host-ignored', rule('A Unix socket has no host', 'The prefix is not used.')],
  ['inetd/include-cycle', rule('A file includes itself', 'It is not read a second time.')],
  ['inetd/include-unreadable', rule('An included file cannot be read', 'Its services are missing.')],
  ['inetd/indented-entry', rule('An indented line is read as an entry', 'The BSD inetds add an indented line to the entry above it; the others begin a new one.')],
  ['inetd/ip-max-wait', rule('ip_max and a stream wait server do not go together', 'The server accepts the connections itself: nobody else sees who calls.')],
  ['inetd/ipsec', rule('An IPsec policy is not enforced', 'Policies behind #@ are read, but Linux keeps them elsewhere. With --strict the entries under one are left out.')],
  ['inetd/ipsec-refused', rule('An entry under an IPsec policy is left out', 'The policy cannot be enforced, and --strict was given.')],
  ['inetd/joined-line', rule('A backslash joins two lines', 'Most inetds take a backslash at the end of a line for a word.')],
  ['inetd/key-value-syntax', rule('A key-value entry is broken', 'Where its syntax is broken nobody can tell where it ends: nothing behind it in the file is read.')],
  ['inetd/login-class', rule('A login class has no effect', 'Linux has no login classes.')],
  ['inetd/missing-option', rule('A key is missing', 'A key-value entry needs protocol and user, and wait and exec unless superd answers the service itself.')],
  ['inetd/not-utf8', rule('An entry holds bytes that are no UTF-8', 'They could not be given to the program as they are.')],
  ['inetd/not-your-user', rule('Only root can run services for others', 'Without root every service runs as the caller, which must be what the entry says.')],
  ['inetd/nul-byte', rule('An entry holds a NUL byte', 'No argument and no path can hold one.')],
  ['inetd/option-twice', rule('A key is given twice', 'It is not clear which value counts.')],
  ['inetd/option-values', rule('A key has too few or too many values', 'Only args takes several; values with blanks stand in quotes.')],
  ['inetd/path-too-long', rule('The path of a Unix socket is too long', 'It has 107 bytes at most (unix(7)).')],
  ['inetd/peer-argument', rule('%A has no meaning in a wait entry', 'It stands for the peer of one connection.')],
  ['inetd/program-missing', rule('The program does not exist', 'It is looked for again at every start: its file system may come later.')],
  ['inetd/program-not-executable', rule('The program cannot be executed', 'It is no regular file with an x bit.')],
  ['inetd/quoted-word', rule('Quotes are removed', 'Some inetds keep them, some group words by them, each in its own way.')],
  ['inetd/relative-program', rule('A program without a whole path', 'Where it is looked for depends on the inetd and on how it was started.')],
  ['inetd/rpc-version', rule('The versions of an RPC program cannot be read', 'They stand behind a slash: rstatd/2-4.')],
  ['inetd/tcpmux-inserted', rule('A listener for tcpmux was added', 'GNU inetd opens the tcpmux port when a file has tcpmux services and no line for the port itself.')],
  ['inetd/tcpmux-unreachable', rule('A tcpmux service cannot be reached', 'No entry listens on the tcpmux port.')],
  ['inetd/too-few-fields', rule('An entry has too few fields', 'It has service, type, protocol, wait, user and program.')],
  ['inetd/ttcp', rule('/ttcp has no effect', 'T/TCP is gone from every system.')],
  ['inetd/type-protocol', rule('The type and the protocol do not fit', 'A stream goes with tcp, dgram with udp, and both with unix.')],
  ['inetd/unknown-builtin', rule('There is no such builtin service', 'Builtins are known by their official names.')],
  ['inetd/unknown-directive', rule('There is no such directive', 'The only line that begins with a dot is .include.')],
  ['inetd/unknown-group', rule('The group does not exist', 'It is looked for again at every reload.')],
  ['inetd/unknown-host', rule('A host name has no address', 'The other hosts of the entry are served. It is looked for again at every reload.')],
  ['inetd/unknown-option', rule('There is no such key', "The keys are those of NetBSD's inetd.conf(5).")],
  ['inetd/unknown-rpc', rule('The RPC program is unknown', 'Its name is not in /etc/rpc.')],
  ['inetd/unknown-service', rule('The service is unknown', 'Its name is not in /etc/services for this transport.')],
  ['inetd/unknown-user', rule('The user does not exist', 'It is looked for again at every reload.')],
  ['inetd/wait-ignored', rule('wait has no effect', 'superd knows how it answers its own services.')],
  ['inetd/zero-counter', rule('A counter of 0', 'Some inetds read it as no limit, some as the default, and NetBSD never serves.')],
]);
