/** Calls of ONC RPC (RFC 5531) over a byte stream, one at a time. */

import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { hasCode, SystemError } from '../sys/errors.ts';
import { randomInt } from '../sys/random.ts';
import { encodeXdr, XdrReader } from './xdr.ts';

/** Where a server of RPC listens: a Unix socket or TCP. */
export type RpcEndpoint =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

/** A procedure with its arguments, as XDR. */
export interface RpcCall {
  readonly program: number;
  readonly version: number;
  readonly procedure: number;
  readonly args: Buffer;
}

/** An endpoint as error messages name it: `/run/rpcbind.sock`, `127.0.0.1:111`. */
export function formatEndpoint(endpoint: RpcEndpoint): string {
  return endpoint.kind === 'unix' ? endpoint.path : `${endpoint.host}:${endpoint.port}`;
}

const CALL = 0;
const REPLY = 1;
const ACCEPTED = 0;
const RPC_VERSION = 2;
const AUTH_NONE = 0;
/** The top bit of a record mark says that this fragment is the last one of its record. */
const LAST_FRAGMENT = 0x8000_0000;
/** No answer of a portmapper to what we ask is longer; a server that sends more is not one. */
const LONGEST_REPLY = 4096;

/** What each accept_stat other than success means, as an errno that says the most similar thing. */
const rejections: readonly string[] = ['', 'ENOSYS', 'EPROTONOSUPPORT', 'ENOSYS', 'EBADMSG', 'EREMOTEIO'];

/** A connection to an RPC server. Every failure is a SystemError with `rpcbind` as its call. */
export class RpcConnection {
  readonly #socket: Socket;
  readonly #name: string;
  #received: Buffer = Buffer.alloc(0);
  #failure: SystemError | null = null;
  #wake: () => void = () => {};

  private constructor(socket: Socket, name: string) {
    this.#socket = socket;
    this.#name = name;
    socket.on('data', (bytes: Buffer) => {
      this.#received = Buffer.concat([this.#received, bytes]);
      this.#wake();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => this.#fail(codeOf(error)));
    socket.on('close', () => this.#fail('ECONNRESET'));
  }

  /**
   * Connects; over TCP from a privileged port where we may, since portmappers believe only those. When `signal` is
   * aborted, whatever is under way fails with ETIMEDOUT.
   */
  static async open(endpoint: RpcEndpoint, signal: AbortSignal): Promise<RpcConnection> {
    const name = formatEndpoint(endpoint);
    if (endpoint.kind === 'unix') {
      return new RpcConnection(await connected({ path: endpoint.path, signal }, name), name);
    }
    const { host, port } = endpoint;
    for (const localPort of privilegedPorts()) {
      try {
        return new RpcConnection(await connected({ host, port, localPort, signal }, name), name);
      } catch (error) {
        if (!portRefused.some((code) => hasCode(error, code))) throw error;
      }
    }
    throw new SystemError('EADDRINUSE', 'rpcbind', name);
  }

  close(): void {
    this.#socket.destroy();
  }

  /** The results of one call. Calls must not overlap. */
  async call(call: RpcCall): Promise<XdrReader> {
    const xid = randomInt(0, 2 ** 32);
    const { program, version, procedure } = call;
    const head = encodeXdr([xid, CALL, RPC_VERSION, program, version, procedure, AUTH_NONE, 0, AUTH_NONE, 0]);
    const mark = encodeXdr([LAST_FRAGMENT + head.length + call.args.length]);
    this.#socket.write(Buffer.concat([mark, head, call.args]));
    const results = new XdrReader(await this.#record());
    if (results.integer() !== xid || results.integer() !== REPLY) throw this.#error('EBADMSG');
    if (results.integer() !== ACCEPTED) throw this.#error('EACCES');
    results.integer();
    results.text(); // the verifier: we gave no credentials, so it says nothing
    const status = results.integer();
    if (results.short) throw this.#error('EBADMSG');
    if (status !== 0) throw this.#error(rejections[status] ?? 'EBADMSG');
    return results;
  }

  /** The next record, put together from its fragments. */
  async #record(): Promise<Buffer> {
    const fragments: Buffer[] = [];
    for (let last = false; !last; ) {
      const mark = (await this.#take(4)).readUInt32BE();
      last = mark >= LAST_FRAGMENT;
      fragments.push(await this.#take(last ? mark - LAST_FRAGMENT : mark));
      if (fragments.length > LONGEST_REPLY / 4) throw this.#error('EBADMSG');
    }
    return Buffer.concat(fragments);
  }

  async #take(length: number): Promise<Buffer> {
    if (length > LONGEST_REPLY) throw this.#error('EBADMSG');
    while (this.#received.length < length) {
      if (this.#failure !== null) throw this.#failure;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const bytes = this.#received.subarray(0, length);
    this.#received = this.#received.subarray(length);
    return bytes;
  }

  #fail(code: string): void {
    this.#failure ??= this.#error(code);
    this.#wake();
  }

  #error(code: string): SystemError {
    return new SystemError(code, 'rpcbind', this.#name);
  }
}

/** A local port that is taken, or that we may not have. */
const portRefused: readonly string[] = ['EADDRINUSE', 'EADDRNOTAVAIL', 'EACCES'];

type Target = NetConnectOpts & { readonly signal: AbortSignal };

function connected(target: Target, name: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(target);
    const failed = (error: NodeJS.ErrnoException) => reject(new SystemError(codeOf(error), 'rpcbind', name));
    socket.once('error', failed);
    socket.once('connect', () => {
      socket.off('error', failed);
      resolve(socket);
    });
  });
}

/** A few ports below 1024, anew each time so that one still in TIME_WAIT is no trouble; 0 is for who may have none. */
function privilegedPorts(): readonly number[] {
  const first = randomInt(600, 1000);
  return [...Array.from({ length: 8 }, (_, index) => first + index), 0];
}

function codeOf(error: NodeJS.ErrnoException): string {
  if (error.code === 'ABORT_ERR') return 'ETIMEDOUT';
  return error.code ?? 'EIO';
}
