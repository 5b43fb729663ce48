// Builds the addon: `install` compiles it unless a prebuilt one fits, `rebuild` compiles it anew, `prebuild` makes
// the prebuilt file of this architecture and libc.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

const COMMANDS = {
  install: ['node-gyp-build'],
  rebuild: ['node-gyp', 'rebuild'],
  prebuild: ['prebuildify', '--napi', '--strip', '--tag-libc', '-t', process.versions.node],
};

/** Runs one of the commands and returns its exit status. npm's scripts have all three on their PATH. */
export function native(command) {
  const [program, ...args] = COMMANDS[command] ?? [];
  if (program === undefined) throw new Error(`native.js knows ${Object.keys(COMMANDS).join(', ')}`);
  const { error, status } = spawnSync(program, args, { stdio: 'inherit', env: withHeaders(process.env) });
  if (error !== undefined) throw new Error(`${program}: ${error.code}; run it as "npm run native"`);
  return status ?? 1;
}

/** Node-API headers that came with this Node are good enough: without this node-gyp would download them. */
function withHeaders(env) {
  const prefix = dirname(dirname(process.execPath));
  if (env.npm_config_nodedir !== undefined || !existsSync(join(prefix, 'include/node/node_api.h')))
    return env;
  return { ...env, npm_config_nodedir: prefix };
}

if (import.meta.filename === process.argv[1]) process.exitCode = native(process.argv[2]);
