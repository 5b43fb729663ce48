/** What the specs of the lesson on socket activation share: its units and its program, as they stand in it. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root, type Sandbox, scratch } from './sandbox.ts';
import { unitText } from './unit-verbs.ts';
import { writeUnits } from './units.ts';

/** The port that most of them listen on. */
export const port = 7001;

/** A server that takes its listeners from LISTEN_FDS and tells every caller what it was given. */
export const LISTEN = `/usr/bin/python3 ${path.join(root, 'spec/fixtures/listen.py')}`;

export type Files = Readonly<Record<string, string>>;
type Lines = readonly string[];

/** A file of the lesson. */
export function ofLesson(name: string): string {
  return readFileSync(path.join(root, 'spec/fixtures/lesson', name), 'utf8');
}

/** The socket and the service of one of its examples. */
export function exampleOf(name: string): Files {
  return Object.fromEntries(
    [`${name}.socket`, `${name}.service`].map((file) => [file, ofLesson(file)] as const),
  );
}

/** x.socket on the port and x.service. */
export function pair(
  more: { readonly socket?: Lines; readonly service?: Lines; readonly unit?: Lines } = {},
): Files {
  return {
    'x.socket': unitText({ Socket: [`ListenStream=127.0.0.1:${port}`, ...(more.socket ?? [])] }),
    'x.service': unitText({ Unit: more.unit ?? [], Service: more.service ?? [`ExecStart=${LISTEN}`] }),
  };
}

/** x.socket on the port with Accept=yes, and its template. */
export function perCaller(service: Lines, socket: Lines = []): Files {
  return {
    'x.socket': unitText({ Socket: ['Accept=yes', `ListenStream=127.0.0.1:${port}`, ...socket] }),
    'x@.service': unitText({ Service: service }),
  };
}

/** What listen.py tells. */
export interface Given {
  readonly pid: number;
  readonly listenPid: string;
  readonly count: number;
  readonly names: string | null;
  readonly blocking: readonly boolean[];
}

export async function given(box: Sandbox, at = port): Promise<Given> {
  return JSON.parse(await box.says(at)) as Given;
}

/** The listener on a port, as ss(8) shows it. */
export async function listener(
  box: Sandbox,
  at = port,
): Promise<{ readonly queue: number; readonly limit: number; readonly pids: readonly number[] } | null> {
  const { stdout } = await box.shell(`ss -Hltnp sport = :${at}`);
  const [, queue, limit] = /^LISTEN\s+(\d+)\s+(\d+)/.exec(stdout) ?? [];
  if (queue === undefined) return null;
  const pids = [...new Set([...stdout.matchAll(/pid=(\d+)/g)].map((match) => Number(match[1])))];
  return { queue: Number(queue), limit: Number(limit), pids };
}

/** What `superd check` says of units, as `FILE:LINE SEVERITY CODE`, and how it ends. */
export async function checked(
  box: Sandbox,
  files: Files,
): Promise<{ readonly status: number | null; readonly said: readonly string[]; readonly text: string }> {
  const folder = await writeUnits(box, files);
  const { status, stdout, stderr } = await superd(box, `check ${folder}`);
  const text = stdout + stderr;
  const said = [...text.matchAll(/([^/\n]+):(\d+):\d+: (\w+): .* \[([\w/-]+)\]/g)];
  return { status, said: said.map((match) => match.slice(1).join(' ').replace(' ', ':')), text };
}

/** Runs `superd`. */
export function superd(box: Sandbox, words: string) {
  return box.shell(`${process.execPath} ${path.join(root, 'bin/superd.js')} ${words}`);
}

/** The program of the lesson, made ready to answer `served by PID`; with `notifies` it also says READY=1. */
export async function lessonProgram(box: Sandbox, name: string, notifies = false): Promise<string> {
  const header = await box.write(
    box.fresh('.h'),
    `#include <stdio.h>
#include <unistd.h>
#include <sys/socket.h>
#include <systemd/sd-daemon.h>
static void handle_connection(int fd) { dprintf(fd, "served by %d\\n", getpid()); }
${notifies ? '__attribute__((constructor)) static void ready(void) { sd_notify(0, "READY=1"); }' : ''}
`,
  );
  const source = path.join(root, 'spec/fixtures/lesson/lesson.c');
  const { status, stderr } = await box.shell(
    `mkdir -p $(dirname ${name}) && gcc -include ${header} -o ${name} ${source} -lsystemd`,
  );
  if (status !== 0) throw new Error(stderr);
  return name;
}

/** Adds a user to the sandbox. */
export function addUser(box: Sandbox, name: string) {
  return box.shell(
    `grep -q ^${name}: /etc/passwd || { echo ${name}:x:4711:4711::/:/bin/sh >>/etc/passwd; echo ${name}:x:4711: >>/etc/group; }`,
  );
}

/** The program of a tiny server. */
export const server = (name: string) => `${scratch}/bin/${name}`;
