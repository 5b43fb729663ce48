/** Which kernels superd runs on. */

const needed = { major: 5, minor: 12 };

/**
 * What is wrong with the kernel of this release (`os.release()`), or null. 5.12 brought the last system call that the
 * sandbox of a child uses (mount_setattr(2)); 5.9 brought close_range(2), without which no child can be started.
 */
export function kernelProblem(release: string): string | null {
  const [major, minor] = release.split('.', 2).map((part) => Number.parseInt(part, 10));
  if (major === undefined || minor === undefined || Number.isNaN(major) || Number.isNaN(minor)) {
    return `cannot read the kernel's release '${release}'; Linux ${needed.major}.${needed.minor} or newer is needed`;
  }
  if (major > needed.major || (major === needed.major && minor >= needed.minor)) return null;
  return `Linux ${needed.major}.${needed.minor} or newer is needed; this is ${release}`;
}

/**
 * Why root must not start children of other users here, or null. Until exec a child shares the daemon's memory; with
 * fs.suid_dumpable at 1 (proc_sys_fs(5)) its user may trace it as soon as it has that user's id. `suidDumpable` is the
 * content of /proc/sys/fs/suid_dumpable.
 */
export function tracingProblem(suidDumpable: string): string | null {
  if (suidDumpable.trim() !== '1') return null;
  return (
    'fs.suid_dumpable is 1, so that users could trace their services into the memory of this process: ' +
    'set it to 0 or 2 (sysctl fs.suid_dumpable=2)'
  );
}
