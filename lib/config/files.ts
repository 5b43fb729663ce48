/** Where configuration files come from: an interface for the loader, and the machine's own files. */

import { open, readdir, realpath, stat } from 'node:fs/promises';
import type { ProgramState } from './inetd/action.ts';

/** What is at a path; `code` is an errno name. `other` is no file and no directory where only such were asked for. */
export type FileContent =
  | { readonly kind: 'file'; readonly bytes: Uint8Array }
  | { readonly kind: 'directory'; readonly names: readonly string[] }
  | { readonly kind: 'other' }
  | { readonly kind: 'error'; readonly code: string };

/** What the loader needs of a file system. Nothing in it throws. */
export interface ConfigFiles {
  /**
   * A file of 16 MiB at most; a longer one is the error EFBIG. With `regular` pipes and devices are not opened: reading
   * one would wait for its writer.
   */
  read(path: string, only?: 'regular'): Promise<FileContent>;
  /** The path without symbolic links; the path itself when there is nothing. */
  realPath(path: string): Promise<string>;
  program(path: string): Promise<ProgramState>;
  /** What relative programs begin at: the working directory of the daemon. */
  readonly directory: string;
}

const sizeLimit = 16 * 1024 * 1024;

/** The files of this machine. */
export function machineFiles(directory = process.cwd()): ConfigFiles {
  return { read, realPath, program, directory };
}

async function read(path: string, only?: 'regular'): Promise<FileContent> {
  try {
    const about = await stat(path);
    if (about.isDirectory()) return { kind: 'directory', names: await readdir(path) };
    if (only === 'regular' && !about.isFile()) return { kind: 'other' };
    return await readBounded(path);
  } catch (error) {
    return { kind: 'error', code: codeOf(error) };
  }
}

/** Reads to the end, which a pipe has too, but not beyond the limit. */
async function readBounded(path: string): Promise<FileContent> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const handle = await open(path);
  try {
    for (;;) {
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(64 * 1024), 0, 64 * 1024, null);
      if (bytesRead === 0) return { kind: 'file', bytes: Buffer.concat(chunks) };
      size += bytesRead;
      if (size > sizeLimit) return { kind: 'error', code: 'EFBIG' };
      chunks.push(buffer.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}

async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    return path;
  }
}

async function program(path: string): Promise<ProgramState> {
  try {
    const about = await stat(path);
    return about.isFile() && (about.mode & 0o111) !== 0 ? 'ok' : 'not-executable';
  } catch {
    return 'missing';
  }
}

function codeOf(error: unknown): string {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'EIO';
}
