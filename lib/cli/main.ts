/** The verbs of superd(8) that do not serve: the only place that knows yargs. */

import { isIP } from 'node:net';
import yargs, { type Argv, type Options } from 'yargs';
import type { HostsSettings } from '../access/hosts/rule.ts';
import type { Loaded } from '../config/loaded.ts';
import type { Settings } from '../config/settings.ts';
import { HOSTS_PATHS, type HostsPaths } from '../service/wrap/hosts-files.ts';
import { access } from './access.ts';
import { check, checkHosts } from './check.ts';
import { childDefaults } from './child-defaults.ts';
import { convert, TARGETS } from './convert.ts';
import { explain } from './explain.ts';
import { readHosts } from './hosts-rules.ts';
import { list } from './list.ts';
import { type Option, type OptionName, optionsOf } from './options.ts';
import { readFiles } from './read.ts';
import { settingsOf } from './settings.ts';
import { processTerminal, type Terminal } from './terminal.ts';
import { VERSION } from './version.ts';

/** A command line that is not understood. */
const MISUSE = 2;

/** Runs the verb that the words name and returns the exit status: 0 fine, 1 found wrong, 2 not understood. */
export async function main(words: readonly string[]): Promise<number> {
  const terminal = processTerminal();
  const result = { status: 0 };
  const parser = verbs(terminal, (status) => {
    result.status = status;
  });
  try {
    await parser.parseAsync([...words]);
    return result.status;
  } catch (error) {
    if (!(error instanceof Misuse)) throw error;
    terminal.err(`superd: ${error.message}\nTry 'superd --help' for more information.\n`);
    return MISUSE;
  }
}

class Misuse extends Error {}

type Words = Readonly<Record<string, unknown>>;

function verbs(terminal: Terminal, done: (status: number) => void): Argv {
  const read = async (words: Words, files: unknown): Promise<Loaded> =>
    readFiles(strings(files), settings(words));
  return (
    yargs()
      .scriptName('superd')
      .usage('Usage: $0 VERB [OPTION...]\n\nA super server: starts servers when somebody calls.')
      .locale('en')
      .parserConfiguration({ 'camel-case-expansion': false })
      .command('run [files..]', 'serve, in the foreground; this is what superd does without a verb')
      .command(
        'check [files..]',
        'say what is wrong in inetd.conf, xinetd.conf, units, hosts.allow and hosts.deny',
        (y) =>
          reading(y).option('json', JSON_OPTION).option('hosts', {
            type: 'boolean',
            describe: 'check hosts.allow and hosts.deny, or two files in their place',
          }),
        async (words) => {
          const manner = { json: words.json === true, terminal };
          if (words.hosts !== true) done(check(await read(words, words.files), manner));
          else done(checkHosts(readHosts(hostsPaths(words.files), hostsSettings(words)), manner));
        },
      )
      .command(
        'list [files..]',
        'list the services and units that would be served',
        (y) => reading(y).option('json', JSON_OPTION),
        async (words) => done(list(await read(words, words.files), { json: words.json === true, terminal })),
      )
      .command(
        'explain [service]',
        'show the sockets of a service or unit and every step of its children',
        (y) =>
          reading(y)
            .positional('service', { type: 'string', describe: 'as "superd list" names it; without: all' })
            .option('file', { type: 'string', array: true, nargs: 1, describe: 'the files to read' }),
        async (words) => {
          const loaded = await read(words, words.file ?? []);
          done(explain(loaded, { service: words.service ?? null, defaults: childDefaults(false), terminal }));
        },
      )
      .command(
        'access <service> <address>',
        'say whether a caller would be served, and which gate and rule decides',
        (y) =>
          reading(y, ACCESS)
            .positional('service', {
              type: 'string',
              demandOption: true,
              describe: 'as "superd list" names it',
            })
            .positional('address', { type: 'string', demandOption: true, describe: "the caller's address" })
            .option('name', {
              type: 'string',
              requiresArg: true,
              describe: "the caller's name; without it: looked up",
            })
            .option('file', { type: 'string', array: true, nargs: 1, describe: 'the files to read' })
            .option('json', JSON_OPTION),
        async (words) => {
          if (isIP(words.address) === 0) throw new Misuse(`'${words.address}' is no address`);
          const { service, address, name = null } = words;
          const question = {
            service,
            address,
            name,
            hosts: hostsSettings(words),
            json: words.json === true,
            terminal,
          };
          done(await access(await read(words, words.file ?? []), question));
        },
      )
      .command(
        'convert <files..>',
        'write files of any language in another one, and say what is lost',
        (y) =>
          reading(y)
            .option('to', {
              choices: TARGETS,
              demandOption: true,
              describe: 'the language; --dialect says which inetd reads it',
            })
            .option('output', {
              type: 'string',
              requiresArg: true,
              describe: 'units: the directory to write their files into',
            })
            .option('json', JSON_OPTION),
        async (words) => {
          const { to, output = null } = words;
          if (output !== null && to !== 'units') throw new Misuse('--output is for --to=units');
          done(
            await convert({
              paths: strings(words.files),
              settings: settings(words),
              to,
              json: words.json === true,
              output,
              terminal,
            }),
          );
        },
      )
      .command('activate', 'listen, and start a command when somebody calls; see "superd activate --help"')
      .command('proxy', 'pass the connections of given sockets on to a server; see "superd proxy --help"')
      .completion('completion', 'print a script that completes words in bash or zsh')
      .epilogue(
        'Without files: /etc/inetd.conf, /etc/xinetd.conf and the enabled units. Manual pages: superd(8), superd-inetd.conf(5), superd-xinetd.conf(5), superd-unit(5).',
      )
      .demandCommand(1, 'which verb?')
      .strictCommands()
      .strict()
      .version(VERSION)
      .help()
      .alias('help', 'h')
      .exitProcess(false)
      // Without a message it is an error of the verb itself.
      .fail((message: string | null, error) => {
        throw message === null || error instanceof Misuse ? error : new Misuse(message);
      })
  );
}

const JSON_OPTION = { type: 'boolean', describe: 'for programs; superd(8) describes the records' } as const;

const READING = optionsOf('read').filter(({ name }) => name !== 'help' && name !== 'version');

const ACCESS = [...READING, ...optionsOf('access')];

/** The options of every verb that reads files. */
function reading(parser: Argv, options: readonly Option[] = READING): Argv<{ files: string[] | undefined }> {
  return parser
    .options(Object.fromEntries(options.map((option) => [option.name, yargsOption(option)])))
    .positional('files', { type: 'string', array: true, describe: 'files and directories' });
}

function yargsOption({ letter, arity, help }: Option): Options {
  const type = arity === 'none' ? 'boolean' : 'string';
  return {
    type,
    describe: help,
    ...(letter === undefined ? {} : { alias: letter }),
    ...(type === 'string' ? { requiresArg: true } : {}),
  };
}

function settings(words: Words): Settings {
  const values = new Map<OptionName, string>();
  for (const { name } of ACCESS) {
    const given = words[name];
    const value: unknown = Array.isArray(given) ? given.at(-1) : given;
    if (typeof value === 'string') values.set(name, value);
    else if (value === true) values.set(name, '');
  }
  const read = settingsOf(values, 'auto', { uid: process.getuid?.() ?? 0, environment: process.env });
  if ('misuse' in read) throw new Misuse(read.misuse);
  return read;
}

function hostsSettings(words: Words): HostsSettings {
  const { inetd } = settings(words);
  return {
    strict: words['wrappers-strict'] === true,
    hash: inetd.dialect === 'freebsd' ? 'comment' : 'word',
  };
}

/** Both files are given, or none. */
function hostsPaths(files: unknown): HostsPaths {
  const [allow, deny, ...more] = strings(files);
  if (allow === undefined) return HOSTS_PATHS;
  if (deny === undefined || more.length > 0)
    throw new Misuse('--hosts takes two files: hosts.allow and hosts.deny');
  return { allow, deny };
}

function strings(words: unknown): readonly string[] {
  return Array.isArray(words) ? words.map(String) : [];
}
