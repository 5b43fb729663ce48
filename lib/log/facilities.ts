/** The numbers of syslog's facilities. */

import type { SyslogFacility } from '../model/service-log.ts';

/** As in syslog(3), already in their place above the severity. */
// biome-ignore format: a table
export const FACILITY: Readonly<Record<SyslogFacility, number>> = {
  user: 1 << 3,
  mail: 2 << 3,
  daemon: 3 << 3,
  auth: 4 << 3,
  lpr: 6 << 3,
  news: 7 << 3,
  uucp: 8 << 3,
  authpriv: 10 << 3,
  ftp: 11 << 3,
  local0: 16 << 3,
  local1: 17 << 3,
  local2: 18 << 3,
  local3: 19 << 3,
  local4: 20 << 3,
  local5: 21 << 3,
  local6: 22 << 3,
  local7: 23 << 3,
};
