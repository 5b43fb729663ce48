/** The directives of control groups (systemd.resource-control(5)), for which a warning does. */

import { type Directive, type Directives, unread } from './directive.ts';

// biome-ignore format: a table
const LIMITS = [
  'AllowedCPUs', 'AllowedMemoryNodes', 'CPUQuota', 'CPUQuotaPeriodSec', 'CPUWeight', 'DefaultMemoryLow',
  'DefaultMemoryMin', 'DefaultStartupMemoryLow', 'Delegate', 'DelegateSubgroup', 'DisableControllers', 'IODeviceLatencyTargetSec',
  'IODeviceWeight', 'IOReadBandwidthMax', 'IOReadIOPSMax', 'IOWeight', 'IOWriteBandwidthMax', 'IOWriteIOPSMax',
  'ManagedOOMMemoryPressure', 'ManagedOOMMemoryPressureDurationSec', 'ManagedOOMMemoryPressureLimit',
  'ManagedOOMPreference', 'ManagedOOMSwap', 'MemoryHigh', 'MemoryLow', 'MemoryMax', 'MemoryMin', 'MemorySwapMax',
  'MemoryZSwapMax', 'MemoryZSwapWriteback', 'NFTSet', 'Slice', 'StartupAllowedCPUs', 'StartupAllowedMemoryNodes',
  'StartupCPUWeight', 'StartupIOWeight', 'StartupMemoryHigh', 'StartupMemoryLow', 'StartupMemoryMax', 'StartupMemorySwapMax',
  'StartupMemoryZSwapMax', 'TasksMax',
] as const;

/** Counting costs nobody anything. */
// biome-ignore format: a table
const ACCOUNTING = [
  'BlockIOAccounting', 'CPUAccounting', 'CoredumpReceive', 'IOAccounting', 'IPAccounting', 'MemoryAccounting',
  'MemoryPressureThresholdSec', 'MemoryPressureWatch', 'TasksAccounting',
] as const;

/** Of the first version of control groups. */
// biome-ignore format: a table
const LEGACY = [
  'BlockIODeviceWeight', 'BlockIOReadBandwidth', 'BlockIOWeight', 'BlockIOWriteBandwidth', 'CPUShares', 'MemoryLimit',
  'NetClass', 'StartupBlockIOWeight', 'StartupCPUShares',
] as const;

/** Every one of them. */
export function resourceDirectives<Draft>(): Directives<Draft> {
  const rows = [
    ...LIMITS.map((key) => [key, unread<Draft>('resources')] as const),
    ...ACCOUNTING.map((key) => [key, unread<Draft>('silent')] as const),
    ...LEGACY.map((key) => [key, unread<Draft>('unsupported')] as const),
  ];
  return new Map<string, Directive<Draft>>(rows);
}
