/** Files of host patterns, `/path` in a list of hosts_access(5): words between blanks, no comments, no EXCEPT. */

import { type Diagnostic, Diagnostics, type Source } from '../../diagnostics/diagnostic.ts';
import { type HostPattern, hostPattern, type PatternContext } from './pattern.ts';
import { reviewHost } from './review-host.ts';
import type { HostsSettings, Word } from './rule.ts';

/** Where the files of host patterns come from. */
export interface PatternFiles {
  /** The text of a file, each byte one character; null when it cannot be read. */
  read(path: string): string | null;
}

/** The files of host patterns of one load: each is read once, and what is wrong in it is said once. */
export class FilePatterns {
  readonly #files: PatternFiles;
  readonly #settings: HostsSettings;
  readonly #diagnostics: Diagnostic[];
  /** Null while a file is being read, and for one that cannot be. */
  readonly #patterns = new Map<string, readonly HostPattern[] | null>();
  readonly #open = new Set<string>();
  readonly #circular = new Set<string>();

  constructor(files: PatternFiles, settings: HostsSettings, diagnostics: Diagnostic[]) {
    this.#files = files;
    this.#settings = settings;
    this.#diagnostics = diagnostics;
  }

  /** Every file that was asked for, missing ones too. */
  get paths(): readonly string[] {
    return [...this.#patterns.keys()];
  }

  /** What compiles a word of `source`; what is wrong with a file that it names is said there. */
  contextFor(source: Source, { span }: Pick<Word, 'span'>): PatternContext {
    const fileWords = (path: string) => {
      const patterns = this.#read(path);
      const said = new Diagnostics(source);
      if (this.#circular.has(path)) {
        const help = 'name in the file the hosts themselves';
        said.warning('hosts/circular-file', span, `'${path}' names itself, that adds nothing to it`, help);
      } else if (patterns === null) {
        const help = 'write the hosts into that file, one or more a line';
        said.warning('hosts/unreadable-file', span, `'${path}' cannot be read, it matches nobody`, help);
      }
      this.#diagnostics.push(...said.all);
      return patterns ?? [];
    };
    return { strict: this.#settings.strict, fileWords };
  }

  #read(path: string): readonly HostPattern[] | null {
    if (this.#open.has(path)) this.#circular.add(path);
    const known = this.#patterns.get(path);
    if (known !== undefined) return known;
    const text = this.#files.read(path);
    this.#patterns.set(path, null);
    if (text === null) return null;
    this.#open.add(path);
    const patterns = this.#compile({ file: path, text });
    this.#open.delete(path);
    this.#patterns.set(path, patterns);
    return patterns;
  }

  #compile(source: Source): readonly HostPattern[] {
    const diagnostics = new Diagnostics(source);
    const patterns = [...source.text.matchAll(/[^ \t\n\v\f\r]+/g)].map(({ 0: text, index }) => {
      const span = { start: index, end: index + text.length };
      reviewHost(text, span, this.#settings, diagnostics);
      return hostPattern(text, this.contextFor(source, { span }));
    });
    this.#diagnostics.push(...diagnostics.all);
    return patterns;
  }
}
