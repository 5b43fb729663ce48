#!/usr/bin/env node
'use strict';
// superd(8): without a verb, or with `run`, it serves; `activate` and `proxy` stay with a service while it runs and are
// bundles of their own, small and quick to load; the other verbs belong to the command line.

const { daemon, verb: run } = require('./launch.js');

const [verb, ...rest] = process.argv.slice(2);
// What is asked of the command line as a whole; shells ask for the words that may come next.
const asked = ['-h', '--help', '--version', '--get-yargs-completions'].includes(verb);

if (verb === 'run') daemon('superd', rest);
else if (verb === undefined || (verb.startsWith('-') && !asked)) daemon('superd', process.argv.slice(2));
else if (verb === 'activate' || verb === 'proxy') run(verb, rest);
else run('cli', process.argv.slice(2));
