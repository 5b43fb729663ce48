/*
 * The child's side of a start, between clone and exec.
 *
 * The child shares the daemon's memory until exec and runs on a stack of its own, while the thread that cloned it waits.
 * Here only raw system calls are allowed: glibc's setuid family would change every thread of the daemon, and malloc, stdio
 * and locks may be held by a thread that does not exist here. errno is the waiting thread's own, so syscall(2) may set it.
 *
 * The order of the first steps:
 *  1. The descriptor table is unshared (with CLONE_FILES it is still the daemon's own). Nothing may touch a descriptor
 *     before that; when it fails the child is gone.
 *  2. Every signal handler becomes the default, ignored signals included. All signals are blocked since before the clone, so
 *     no handler of the daemon can run here, in the daemon's memory.
 *  3. Only then the mask is cleared: from here on a signal does to the child what it does to any program.
 *  4. What only the child knows is written into its environment.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "spawn.h"

#ifndef SYS_close_range
#define SYS_close_range 436 /* the same number on every architecture but alpha */
#endif
#ifndef CLOSE_RANGE_UNSHARE
#define CLOSE_RANGE_UNSHARE (1U << 1)
#endif

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
/* struct statx is the same on every machine, and unknown to older C libraries. */
#define STATX_INODE 0x100
#define STATX_WORDS 32
#define STATX_INODE_WORD 4
#define PIDFS_MAGIC 0x50494446

/* Bytes of the kernel's sigset_t, which is smaller than libc's. */
#define SIGSET_BYTES ((_NSIG - 1) / 8)

/* Sanitizers keep state for stacks that they know; this one they do not. */
#define ON_FOREIGN_STACK __attribute__((no_sanitize("address", "undefined"), noinline))

ON_FOREIGN_STACK static void leave(struct job *job, int error) {
  __atomic_store_n(&job->error, error, __ATOMIC_RELEASE);
  if (job->failed != NULL) job->failed(job);
  for (;;) syscall(SYS_exit_group, 127);
}

ON_FOREIGN_STACK static void enter(struct job *job, int step) {
  __atomic_store_n(&job->step, step, __ATOMIC_RELEASE);
}

ON_FOREIGN_STACK static void own_descriptors(struct job *job) {
  int highest = 2;
  for (int i = 0; i < job->fd_count; i++)
    if (job->fds[i] > highest) highest = job->fds[i];
  while (syscall(SYS_close_range, highest + 1, ~0U, CLOSE_RANGE_UNSHARE) < 0)
    if (errno != EINTR) leave(job, errno);
}

/*
 * The signals that a child resets: all that may have a handler or be ignored. Real-time signals are looked at once, since
 * nothing in Node changes them later; thirty calls fewer in each child. The first two of them belong to libc.
 */
uint64_t signals_to_reset(void) {
  uint64_t resets = 0;
  struct sigaction action;
  for (int number = 1; number < _NSIG; number++) {
    if (number == SIGKILL || number == SIGSTOP) continue;
    bool untouched = number >= SIGRTMIN && sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_DFL;
    if (!untouched) resets |= (uint64_t)1 << (number - 1);
  }
  return resets;
}

ON_FOREIGN_STACK static void default_handlers(struct job *job) {
  /* The kernel's struct differs between architectures (restorer, order), but the default is all zeros in each. */
  const unsigned long zeros[16] = {0};
  for (int number = 1; number < _NSIG; number++) {
    if ((job->resets >> (number - 1) & 1) == 0) continue;
    if (syscall(SYS_rt_sigaction, number, zeros, NULL, SIGSET_BYTES) < 0) leave(job, errno);
  }
}

ON_FOREIGN_STACK static void clear_mask(struct job *job) {
  const unsigned long none[16] = {0};
  if (syscall(SYS_rt_sigprocmask, SIG_SETMASK, none, NULL, SIGSET_BYTES) < 0) leave(job, errno);
}

bool pidfs_exists(void) {
  struct statfs system;
  int fd = syscall(SYS_pidfd_open, getpid(), 0);
  if (fd < 0) return false;
  bool exists = fstatfs(fd, &system) == 0 && (unsigned long)system.f_type == PIDFS_MAGIC;
  close(fd);
  return exists;
}

/* The inode number of this process's pidfd; 0 when there is none. */
ON_FOREIGN_STACK static uint64_t pidfd_id(const struct job *job, long pid) {
  uint64_t status[STATX_WORDS];
  if (!job->pidfs) return 0;
  int fd = (int)syscall(SYS_pidfd_open, pid, 0);
  if (fd < 0) return 0;
  long failed = syscall(SYS_statx, fd, "", AT_EMPTY_PATH, STATX_INODE, status);
  syscall(SYS_close, fd);
  return failed == 0 ? status[STATX_INODE_WORD] : 0;
}

ON_FOREIGN_STACK static void write_number(uint64_t number, char *out) {
  int digits = 1;
  for (uint64_t rest = number; rest >= 10; rest /= 10) digits++;
  out[digits] = 0;
  for (; digits > 0; number /= 10) out[--digits] = '0' + number % 10;
}

/* An entry whose number does not exist is left out. */
ON_FOREIGN_STACK static void complete_environment(struct job *job) {
  long pid = syscall(SYS_getpid);
  for (size_t i = 0; i < job->plan->fill_count; i++) {
    uint64_t number = job->plan->fills[i].kind == FILL_PID ? (uint64_t)pid : pidfd_id(job, pid);
    if (number == 0) continue;
    write_number(number, job->fillings[i].digits);
    *job->env_end++ = job->fillings[i].text;
  }
  *job->env_end = NULL;
}

ON_FOREIGN_STACK static long argument(const struct job *job, const struct operation *operation, int index) {
  int64_t value = operation->args[index];
  switch (operation->kinds >> (3 * index) & 7) {
    case KIND_TEXT:
      return (long)(job->plan->strings + value);
    case KIND_FD:
      return job->fds[value];
    case KIND_ARGV:
      return (long)(job->argv + value);
    case KIND_ENV:
      return (long)job->env;
    default:
      return (long)value;
  }
}

/*
 * One operation: 0, or the error after which the plan goes on. EINTR is retried, but not for close(2): the descriptor is gone
 * by then.
 */
ON_FOREIGN_STACK static int run(struct job *job, const struct operation *operation) {
  long args[OPERATION_ARGS], result;
  for (int i = 0; i < OPERATION_ARGS; i++) args[i] = argument(job, operation, i);
  do {
    result = syscall(operation->number, args[0], args[1], args[2], args[3], args[4], args[5]);
  } while (result == -1 && errno == EINTR && operation->number != SYS_close);
  if (result == -1) {
    if (errno == EINTR) return 0;
    if (operation->expect < -1 && errno == -1 - operation->expect) return errno;
    leave(job, errno);
  }
  if (operation->expect >= 0 && (unsigned long)result != (unsigned long)operation->expect) leave(job, EPERM);
  return 0;
}

ON_FOREIGN_STACK int child_main(void *data) {
  struct job *job = data;
  int error = 0;
  enter(job, STEP_CLOSE_RANGE);
  own_descriptors(job);
  enter(job, STEP_HANDLERS);
  default_handlers(job);
  enter(job, STEP_MASK);
  clear_mask(job);
  if (job->plan->fill_count > 0) complete_environment(job);
  for (size_t i = 0; i < job->plan->operation_count; i++) {
    enter(job, (int)i);
    error = run(job, &job->plan->operations[i]);
  }
  leave(job, error); /* the last operation is an exec: it comes back with an error only */
  return 0;
}
