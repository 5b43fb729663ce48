/**
 * Which datagrams the built-in services answer. A sender's address can be forged: one packet that seems to come from
 * another server's echo port would keep two servers busy for ever, and answers to a forged address are a weapon against
 * whoever lives there. What looks like that is left unanswered without a word.
 */

/** What holds for every built-in datagram service of the daemon. */
export interface ReflectionPolicy {
  /** Answers source ports below 1024 too: they belong to servers, and most servers answer. */
  readonly lowPorts: boolean;
  /** The ports of all configured datagram built-ins; 7, 9, 13, 19 and 37 are known without saying. */
  readonly builtinPorts: ReadonlySet<number>;
  /** The broadcast addresses of the interfaces, as 32-bit numbers. */
  readonly broadcasts: ReadonlySet<number>;
}

/** What holds for one socket. */
export interface SocketPolicy {
  /** An IPv6 socket that also takes IPv4: a mapped address is an IPv4 sender. Elsewhere it is a forgery. */
  readonly dual: boolean;
  /** Leaves the loopback addresses unanswered, as Debian's inetd does. */
  readonly refuseLoopback: boolean;
}

/** `answer`, or why not. */
export type ReflectionVerdict = 'answer' | 'port' | 'address' | 'loopback' | 'rate';

/** Answers a second to one source network (/24, /64), and to all together. */
const PER_NETWORK = 10;
const IN_ALL = 1000;
const WINDOW_MS = 1000;

const AF_UNIX = 1;
const AF_INET = 2;
const AF_INET6 = 10;
const classicPorts: ReadonlySet<number> = new Set([7, 9, 13, 19, 37]);

/**
 * Judges senders and counts the answers, in fixed windows of one second for everybody at once. A network is remembered
 * only when one of its datagrams was answered, so that the table never holds more than a window's answers. Loopback
 * senders are not limited: the kernel drops packets from outside that claim to be such.
 */
export class ReflectionGuard {
  #policy: ReflectionPolicy;
  #windowEnd = Number.NEGATIVE_INFINITY;
  #answered = 0;
  readonly #answeredByNetwork = new Map<number | string, number>();

  constructor(policy: ReflectionPolicy) {
    this.#policy = policy;
  }

  /** Takes a new policy; what was counted stays. */
  configure(policy: ReflectionPolicy): void {
    this.#policy = policy;
  }

  /** Whether to answer the sender whose struct sockaddr lies in `bytes` at `at`. `now` is monotonic, ms. */
  judge(bytes: Uint8Array, at: number, socket: SocketPolicy, now: number): ReflectionVerdict {
    // One of the two bytes of a family is 0, so that the order of bytes does not matter.
    const family = byte(bytes, at) | byte(bytes, at + 1);
    if (family === AF_UNIX) return 'answer'; // the kernel vouches for the name of a Unix socket
    if (this.#isServerPort(word16(bytes, at + 2))) return 'port';
    if (family === AF_INET) return this.#judgeIpv4(word32(bytes, at + 4), socket, now);
    return family === AF_INET6 ? this.#judgeIpv6(bytes, at + 8, socket, now) : 'address';
  }

  #isServerPort(port: number): boolean {
    const { lowPorts, builtinPorts } = this.#policy;
    if (port < 1024) return port === 0 || !lowPorts || classicPorts.has(port) || builtinPorts.has(port);
    return builtinPorts.has(port);
  }

  #judgeIpv4(address: number, socket: SocketPolicy, now: number): ReflectionVerdict {
    const network = address >>> 24;
    if (network === 127) return socket.refuseLoopback ? 'loopback' : 'answer';
    const multicast = network >= 224 && network < 240;
    if (network === 0 || network === 255 || multicast || this.#policy.broadcasts.has(address))
      return 'address';
    return this.#count(address >>> 8, now);
  }

  #judgeIpv6(bytes: Uint8Array, at: number, socket: SocketPolicy, now: number): ReflectionVerdict {
    const [first, second] = [word32(bytes, at), word32(bytes, at + 4)];
    const [third, last] = [word32(bytes, at + 8), word32(bytes, at + 12)];
    if (first === 0 && second === 0) {
      if (third === 0xffff && socket.dual) return this.#judgeIpv4(last, socket, now);
      if (third === 0 && last === 1) return socket.refuseLoopback ? 'loopback' : 'answer';
      if (third === 0 || third === 0xffff) return 'address'; // unspecified, compatible, mapped
    }
    return first >>> 24 === 0xff ? 'address' : this.#count(`${first} ${second}`, now);
  }

  #count(network: number | string, now: number): ReflectionVerdict {
    if (now >= this.#windowEnd) {
      this.#windowEnd = now + WINDOW_MS;
      this.#answered = 0;
      this.#answeredByNetwork.clear();
    }
    if (this.#answered >= IN_ALL) return 'rate';
    const before = this.#answeredByNetwork.get(network) ?? 0;
    if (before >= PER_NETWORK) return 'rate';
    this.#answeredByNetwork.set(network, before + 1);
    this.#answered += 1;
    return 'answer';
  }
}

function byte(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}

function word16(bytes: Uint8Array, at: number): number {
  return (byte(bytes, at) << 8) | byte(bytes, at + 1);
}

function word32(bytes: Uint8Array, at: number): number {
  return ((word16(bytes, at) << 16) | word16(bytes, at + 2)) >>> 0;
}
