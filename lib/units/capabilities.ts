/** Capabilities by their names (capabilities(7)). */

/** In the order of their numbers, from 0 on. */
// biome-ignore format: a table
const NAMES = [
  'chown', 'dac_override', 'dac_read_search', 'fowner', 'fsetid', 'kill', 'setgid', 'setuid', 'setpcap',
  'linux_immutable', 'net_bind_service', 'net_broadcast', 'net_admin', 'net_raw', 'ipc_lock', 'ipc_owner',
  'sys_module', 'sys_rawio', 'sys_chroot', 'sys_ptrace', 'sys_pacct', 'sys_admin', 'sys_boot', 'sys_nice',
  'sys_resource', 'sys_time', 'sys_tty_config', 'mknod', 'lease', 'audit_write', 'audit_control', 'setfcap',
  'mac_override', 'mac_admin', 'syslog', 'wake_alarm', 'block_suspend', 'audit_read', 'perfmon', 'bpf',
  'checkpoint_restore',
];

/** The number of `CAP_NET_ADMIN`, whatever its letters; null: there is none of this name. */
export function capabilityNumber(name: string): number | null {
  const at = NAMES.indexOf(name.toLowerCase().replace(/^cap_/, ''));
  return at < 0 ? null : at;
}
