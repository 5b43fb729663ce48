/** Why callers are turned away: the words that the gates, the log and the counters share. */

/** Every reason, in the order in which the gates are asked. */
export const REFUSAL_REASONS = [
  'rate',
  'load',
  'hours',
  'children',
  'per-address-rate',
  'ip-max',
  'per-address-children',
  'process-limit',
  'sensor',
  'address',
  'ftp-data',
  'wrappers',
  'ident',
  'loop',
  'start-failed',
] as const;

/** Why a caller was turned away. */
export type RefusalReason = (typeof REFUSAL_REASONS)[number];
