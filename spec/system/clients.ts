/** The callers of a daemon in a sandbox: TCP, UDP and Unix sockets, one conversation or an open connection. */

import type { Agent } from './agent.ts';

/** How a conversation went: `outcome` is `end`, `timeout` or the code of an error. */
export interface Talk {
  readonly data: Buffer;
  readonly outcome: string;
}

/** Whom to talk to; the host is 127.0.0.1 unless given, and a path stands for a Unix socket. */
export interface Target {
  readonly host?: string;
  readonly port?: number;
  readonly path?: string;
  readonly localAddress?: string;
  readonly localPort?: number;
  readonly timeoutMs?: number;
}

/** A datagram that came back, and whence. */
export interface Answer {
  readonly data: Buffer;
  readonly address: string;
  readonly port: number;
}

/** A connection that stays open. `line` and `rest` give null when nothing (more) came in time. */
export interface Connection {
  readonly localPort: number;
  write(text: string): Promise<void>;
  line(timeoutMs?: number): Promise<string | null>;
  rest(timeoutMs?: number): Promise<string | null>;
  end(): Promise<void>;
  close(): Promise<void>;
  reset(): Promise<void>;
}

/** Plays them inside the sandbox, through its agent. */
export class Clients {
  protected readonly agent: Agent;

  constructor(agent: Agent) {
    this.agent = agent;
  }

  /** Connects, sends, closes its half (unless `halfClose: false`) and collects until the end. */
  tcp(port: number, talk: Target & { send?: string | Uint8Array; halfClose?: boolean } = {}): Promise<Talk> {
    return this.agent.ask('tcp', {
      ...where(port, talk),
      send: talk.send === undefined ? undefined : Buffer.from(talk.send),
      halfClose: talk.halfClose ?? true,
    });
  }

  /** As `tcp`, and what came back as text. */
  async says(
    port: number,
    talk: Target & { send?: string | Uint8Array; halfClose?: boolean } = {},
  ): Promise<string> {
    const { data, outcome } = await this.tcp(port, talk);
    return data.length > 0 || outcome === 'end' ? data.toString('latin1') : outcome;
  }

  /** Opens a connection that stays open until it is closed or the spec ends. */
  async connect(port: number, target: Target = {}): Promise<Connection> {
    const { id, localPort } = await this.agent.ask<{ id: number; localPort: number }>(
      'connect',
      where(port, target),
    );
    return {
      localPort,
      write: (text) => this.agent.ask('write', { id, data: Buffer.from(text) }),
      line: (timeoutMs = 5_000) => this.#readText({ id, until: 'line', timeoutMs }),
      rest: (timeoutMs = 5_000) => this.#readText({ id, until: 'end', timeoutMs }),
      end: () => this.agent.ask('end', { id }),
      close: () => this.agent.ask('close', { id }),
      reset: () => this.agent.ask('reset', { id }),
    };
  }

  /** Connects and resets the connection at once. */
  resetting(port: number): Promise<void> {
    return this.agent.ask('resetting', where(port, {}));
  }

  /** Sends datagrams from one socket; the answers are `expect` (one for each unless given), or fewer after the time-out. */
  udp(
    port: number,
    payloads: readonly (string | Uint8Array)[],
    talk: Target & { expect?: number } = {},
  ): Promise<readonly Answer[]> {
    return this.agent.ask('udp', {
      host: '127.0.0.1',
      timeoutMs: 5_000,
      expect: payloads.length,
      ...talk,
      port,
      payloads: payloads.map((payload) => Buffer.from(payload)),
    });
  }

  async #readText(args: { id: number; until: 'line' | 'end'; timeoutMs: number }): Promise<string | null> {
    const read = await this.agent.ask<Talk | null>('read', args);
    return read === null ? null : read.data.toString('latin1');
  }
}

function where(port: number, target: Target): object {
  const { host, path: file, localAddress, localPort, timeoutMs = 5_000 } = target;
  if (file !== undefined) return { path: file, timeoutMs };
  return { host: host ?? '127.0.0.1', port, localAddress, localPort, timeoutMs };
}
