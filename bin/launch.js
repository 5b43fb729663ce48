'use strict';
// What the launchers share. CommonJS, because that starts faster and with four threads fewer than an ES module.

const { join } = require('node:path');

/** What a super server is told by signals. Node leaves their defaults in place: a HUP would end us, a USR1 open the debugger. */
const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGTERM', 'SIGQUIT', 'SIGALRM', 'SIGUSR1', 'SIGUSR2'];

/** Elsewhere it ends the daemon with a core dump, as a supervisor wants that finds it stuck. */
const XINETD_SIGNALS = [...SIGNALS, 'SIGABRT'];

/** Records the signals that arrive until the daemon takes them over: `take` gives it all that came and all that come. */
function recordSignals(face) {
  const early = [];
  let handle = (signal) => early.push(signal);
  for (const signal of face === 'xinetd' ? XINETD_SIGNALS : SIGNALS) process.on(signal, () => handle(signal));
  return {
    take(handler) {
      handle = handler;
      for (const signal of early.splice(0)) handler(signal);
    },
  };
}

/** Serves. `face` is whose command line it takes: that of `superd run`, of `inetd` or of `xinetd`. */
exports.daemon = (face, args) => {
  const signals = recordSignals(face);
  // The young generation stays at its first size, 2 MB: it would grow to 32 MB under load and stay there. The flag
  // --max-semi-space-size is read before any script runs, the growth factor at each growth.
  require('node:v8').setFlagsFromString('--semi-space-growth-factor=1');
  // Ends at once: log lines that nobody takes off our standard output would keep us alive without end.
  finish(() => bundle('daemon').serve({ face, args, signals })).then(() => process.exit());
};

/** Runs what does not serve: the command line, or a verb with a bundle of its own. */
exports.verb = (name, args) => finish(() => bundle(name).main(args));

function bundle(name) {
  const file = join(__dirname, '..', 'dist', `${name}.cjs`);
  try {
    return require(file);
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND' || !error.message.includes(file)) throw error;
    throw new Error(`not built yet; run "npm ci" (or "npm run dist") in ${join(__dirname, '..')}`);
  }
}

async function finish(run) {
  try {
    process.exitCode = await run();
  } catch (error) {
    process.stderr.write(`superd: ${error?.message ?? error}\n`);
    process.exitCode = 1;
  }
}
