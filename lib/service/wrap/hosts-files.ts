/** hosts.allow and hosts.deny as they are now: read again when they changed, and said once what is wrong in them. */

import { type HostsFile, loadHosts, type Tables } from '../../access/hosts/load.ts';
import type { HostsSettings } from '../../access/hosts/rule.ts';
import { diagnosticEvent } from '../../log/diagnostic-event.ts';
import type { Emit } from '../../log/events.ts';
import { isSame, readRegular, type Stamp, stampOf } from './regular-file.ts';

/** Where the two files are. */
export interface HostsPaths {
  readonly allow: string;
  readonly deny: string;
}

/** Where tcpd(8) and libwrap look. */
export const HOSTS_PATHS: HostsPaths = { allow: '/etc/hosts.allow', deny: '/etc/hosts.deny' };

/** The rules, compiled. Every look costs a stat(2) for each file that they stand in. */
export class HostsFiles {
  readonly #paths: HostsPaths;
  readonly #settings: HostsSettings;
  readonly #emit: Emit;
  #tables: Tables | null = null;
  #stamps: readonly (readonly [string, Stamp])[] = [];

  constructor(paths: HostsPaths, settings: HostsSettings, emit: Emit) {
    this.#paths = paths;
    this.#settings = settings;
    this.#emit = emit;
  }

  /** The rules of this moment. */
  current(): Tables {
    if (this.#tables === null || !this.#stamps.every(([path, stamp]) => isSame(stamp, stampOf(path)))) {
      this.#tables = this.#load();
    }
    return this.#tables;
  }

  #load(): Tables {
    // The stamps first: what changes while we read is read again the next time.
    const stamps = new Map<string, Stamp>();
    const read = (path: string) => {
      if (!stamps.has(path)) stamps.set(path, stampOf(path));
      return readRegular(path);
    };
    const files = { allow: this.#file(this.#paths.allow, read), deny: this.#file(this.#paths.deny, read) };
    const patterns = {
      read: (path: string) => {
        const reading = read(path);
        return reading.kind === 'text' ? reading.text : null;
      },
    };
    const { value, diagnostics } = loadHosts(files, patterns, this.#settings);
    for (const diagnostic of diagnostics) this.#emit(diagnosticEvent(diagnostic));
    this.#stamps = [...stamps];
    return value;
  }

  #file(path: string, read: typeof readRegular): HostsFile {
    const reading = read(path);
    if (reading.kind === 'text') return { kind: 'text', source: { file: path, text: reading.text } };
    if (reading.kind === 'unreadable') {
      this.#emit({ event: 'message', level: 'err', message: `${path} cannot be read` });
    }
    return { kind: reading.kind };
  }
}
