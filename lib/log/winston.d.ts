/** The one file of winston that we load: its entry would load every transport, and twice the CPU at start. */
declare module 'winston/lib/winston/create-logger.js' {
  import type { createLogger } from 'winston';

  const create: typeof createLogger;
  export default create;
}
