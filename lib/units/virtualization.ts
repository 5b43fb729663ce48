/** What a machine runs in, as far as it can be told without instructions of its own (systemd-detect-virt(1)). */

import type { Facts } from './condition-tests.ts';

/** A file's text; null: it cannot be read. */
type Read = (path: string) => string | null;

/** What the firmware calls itself, by the name of the virtual machine. */
const VENDORS: readonly (readonly [text: string, name: string])[] = [
  ['KVM', 'kvm'],
  ['OpenStack', 'kvm'],
  ['KubeVirt', 'kvm'],
  ['Amazon EC2', 'amazon'],
  ['QEMU', 'qemu'],
  ['VMware', 'vmware'],
  ['VMW', 'vmware'],
  ['innotek GmbH', 'oracle'],
  ['VirtualBox', 'oracle'],
  ['Xen', 'xen'],
  ['Bochs', 'bochs'],
  ['Parallels', 'parallels'],
  ['BHYVE', 'bhyve'],
  ['Hyper-V', 'microsoft'],
  ['Apple Virtualization', 'apple'],
  ['Google Compute Engine', 'google'],
];

const FIRMWARE = ['product_name', 'sys_vendor', 'board_vendor', 'bios_vendor', 'product_version'];

/** The container first: it is what is nearer. Null: neither. */
export function virtualizationOf(read: Read, environment: Facts['environment']): Facts['virtualization'] {
  const container = containerOf(read, environment);
  if (container !== null) return { kind: 'container', name: container };
  const texts = FIRMWARE.map((name) => read(`/sys/class/dmi/id/${name}`) ?? '');
  const vendor = VENDORS.find(([text]) => texts.some((said) => said.startsWith(text)));
  if (vendor !== undefined) return { kind: 'vm', name: vendor[1] };
  // The processor says that somebody stands below it.
  const flags = /^flags\s*:.*\bhypervisor\b/m.test(read('/proc/cpuinfo') ?? '');
  return flags ? { kind: 'vm', name: 'vm-other' } : null;
}

function containerOf(read: Read, environment: Facts['environment']): string | null {
  if (read('/run/.containerenv') !== null) return 'podman';
  if (read('/.dockerenv') !== null) return 'docker';
  const told = environment.container ?? read('/run/host/container-manager')?.trim() ?? '';
  if (told !== '') return told === 'oci' ? 'container-other' : told;
  return (read('/proc/version') ?? '').includes('Microsoft') ? 'wsl' : null;
}
