/** A list of system calls for a child, packed for the addon. */

import { errnoName } from './errno.ts';
import { SystemError } from './errors.ts';
import { type NativePlan, type NativePlanSpec, native } from './native.ts';

/** An argument of a call: a number, the environment, an argument vector, a text or bytes, the start's k-th descriptor. */
export type Argument =
  | number
  | 'env'
  | { readonly argv: number }
  | { readonly text: string }
  | { readonly bytes: Uint8Array }
  | { readonly slot: number };

/**
 * One system call by name. `expect` is the result that must come back, else the step fails with EPERM; after the error
 * number `unless` the next call is tried instead.
 */
export interface Call {
  readonly name: string;
  readonly arguments: readonly Argument[];
  readonly expect?: number;
  readonly unless?: number;
}

/** A word of argv or env: a text, or the k-th string of the start (an env word that is not given is left out). */
export type Word = string | { readonly string: number };

/**
 * An entry of the environment that the child itself completes with a number in decimal: `LISTEN_PID=` and its pid, or
 * `LISTEN_PIDFDID=` and the inode number of its pidfd, which is left out where the kernel has none (before Linux 6.9).
 */
export type OwnWord = { readonly pid: string } | { readonly pidfdId: string };

/** The calls of a child, in order; execve comes last. There may be several argument vectors. */
export interface CallPlan {
  readonly argvs: readonly (readonly Word[])[];
  readonly env: readonly (Word | OwnWord)[];
  readonly calls: readonly Call[];
}

const KIND = { number: 0, pointer: 1, descriptor: 2, argv: 3, env: 4 } as const;
const CALL_NUMBERS = 9;
const KIND_BITS = 3;
const FILL = { pid: 0, pidfdId: 1 } as const;
const END_OF_VECTOR = -(2 ** 31);

/** Packs the calls and copies them into C memory; the plan is freed with its last reference. */
export function compilePlan(plan: CallPlan): NativePlan {
  const compiled = native.plan(packPlan(plan, native.SYS));
  if (typeof compiled === 'number') throw new SystemError(errnoName(-compiled), 'plan', 'of a child');
  return compiled;
}

/** The pure half of compilePlan: `numbers` maps names of calls to the kernel's numbers. */
export function packPlan(plan: CallPlan, numbers: Readonly<Record<string, number>>): NativePlanSpec {
  const memory = new Memory();
  const entry = (word: Word) => (typeof word === 'string' ? memory.text(word) : -1 - word.string);
  const argv: number[] = [];
  const vectors = plan.argvs.map((words, i) => {
    if (i > 0) argv.push(END_OF_VECTOR);
    return argv.push(...words.map(entry)) - words.length;
  });
  const env: number[] = [];
  const fills: number[] = [];
  for (const word of plan.env) {
    if (typeof word === 'string' || 'string' in word) env.push(entry(word));
    else if ('pid' in word) fills.push(FILL.pid, memory.text(word.pid));
    else fills.push(FILL.pidfdId, memory.text(word.pidfdId));
  }
  const operations = new Float64Array(plan.calls.length * CALL_NUMBERS);
  plan.calls.forEach((call, i) => {
    const number = numbers[call.name];
    if (number === undefined) throw new RangeError(`no system call ${call.name} on this machine`);
    let kinds = 0;
    call.arguments.forEach((argument, k) => {
      const [kind, value] = pack(argument, memory, vectors);
      kinds |= kind << (k * KIND_BITS);
      operations[i * CALL_NUMBERS + 1 + k] = value;
    });
    operations[i * CALL_NUMBERS] = number;
    operations[i * CALL_NUMBERS + 7] = kinds;
    operations[i * CALL_NUMBERS + 8] = call.unless === undefined ? (call.expect ?? -1) : -1 - call.unless;
  });
  return {
    strings: memory.bytes(),
    argv: Int32Array.from(argv),
    env: Int32Array.from(env),
    fills: Int32Array.from(fills),
    operations,
  };
}

function pack(argument: Argument, memory: Memory, vectors: readonly number[]): readonly [number, number] {
  if (typeof argument === 'number') return [KIND.number, argument];
  if (argument === 'env') return [KIND.env, 0];
  if ('argv' in argument) return [KIND.argv, vectors[argument.argv] ?? 0];
  if ('text' in argument) return [KIND.pointer, memory.text(argument.text)];
  if ('bytes' in argument) return [KIND.pointer, memory.add(argument.bytes)];
  return [KIND.descriptor, argument.slot];
}

/** The plan's memory: each piece begins at a multiple of 8, as structures need it; equal texts are kept once. */
class Memory {
  readonly #pieces: Uint8Array[] = [];
  readonly #texts = new Map<string, number>();
  #length = 0;

  text(text: string): number {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    // A NUL would cut the text short: what would run is not what was checked.
    if (text.includes('\0')) throw new RangeError('a NUL byte in an argument');
    const offset = this.add(Buffer.from(`${text}\0`));
    this.#texts.set(text, offset);
    return offset;
  }

  add(bytes: Uint8Array): number {
    const offset = this.#length;
    const padded = new Uint8Array(Math.ceil(bytes.length / 8) * 8);
    padded.set(bytes);
    this.#pieces.push(padded);
    this.#length += padded.length;
    return offset;
  }

  bytes(): Uint8Array {
    return Buffer.concat(this.#pieces);
  }
}
