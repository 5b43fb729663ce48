/** Clients of the specs: what a conversation gave, by node's own sockets. */

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type NetConnectOpts, type Socket } from 'node:net';

/** Connects without ending by itself when the other side does. */
export async function open(to: number | string): Promise<Socket> {
  const options: NetConnectOpts =
    typeof to === 'string'
      ? { path: to, allowHalfOpen: true }
      : { port: to, host: '127.0.0.1', allowHalfOpen: true };
  const socket = connect(options);
  await once(socket, 'connect');
  return socket;
}

/** Everything the other side says until it ends. A reset is an error here. */
export async function readAll(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Reads until there are so many bytes. */
export async function readBytes(socket: Socket, length: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let got = 0;
  while (got < length) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    chunks.push(chunk);
    got += chunk.length;
  }
  return Buffer.concat(chunks);
}

/** Says something, ends, and returns all that is answered. */
export async function converse(to: number | string, text: string | Uint8Array): Promise<Buffer> {
  const socket = await open(to);
  socket.end(text);
  const answer = await readAll(socket);
  socket.destroy();
  return answer;
}

/** What came back for a datagram. */
export interface DatagramAnswer {
  readonly bytes: Buffer;
  readonly from: string;
}

/** A UDP socket that asks one service. */
export class DatagramClient {
  readonly #socket;
  readonly #answers: DatagramAnswer[] = [];
  #wake = () => {};

  private constructor(family: 4 | 6) {
    this.#socket = createSocket(family === 4 ? 'udp4' : 'udp6');
    this.#socket.on('message', (bytes, { address }) => {
      this.#answers.push({ bytes, from: address });
      this.#wake();
    });
  }

  /** Bound to an address of this machine; `port` 0 is any. */
  static async open(host = '127.0.0.1', port = 0): Promise<DatagramClient> {
    const client = new DatagramClient(host.includes(':') ? 6 : 4);
    client.#socket.bind(port, host);
    await once(client.#socket, 'listening');
    return client;
  }

  send(bytes: string | Uint8Array, port: number, host = '127.0.0.1'): void {
    this.#socket.send(bytes, port, host);
  }

  /** The next answer; waits for it. */
  async next(): Promise<DatagramAnswer> {
    for (;;) {
      const answer = this.#answers.shift();
      if (answer !== undefined) return answer;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  ask(bytes: string | Uint8Array, port: number, host = '127.0.0.1'): Promise<DatagramAnswer> {
    this.send(bytes, port, host);
    return this.next();
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Answers that nobody has taken. */
  get waiting(): number {
    return this.#answers.length;
  }

  close(): void {
    this.#socket.close();
  }
}
