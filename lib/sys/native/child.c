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
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "spawn.h"

#ifndef SYS_close_range
#define SYS_close_range 436 /* the same number on every architecture but alpha */
#endif
#ifndef CLOSE_RANGE_UNSHARE
#define CLOSE_RANGE_UNSHARE (1U << 1)
#endif

/* Bytes of the kernel's sigset_t, which is smaller than libc's. */
#define SIGSET_BYTES ((_NSIG - 1) / 8)

/* Sanitizers keep state for stacks that they know; this one they do not. */
#define ON_FOREIGN_STACK __attribute__((no_sanitize("address", "undefined"), noinline))

ON_FOREIGN_STACK static void leave(struct job *job, int error) {
  __atomic_store_n(&job->error, error, __ATOMIC_RELEASE);
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
  for (size_t i = 0; i < job->plan->operation_count; i++) {
    enter(job, (int)i);
    error = run(job, &job->plan->operations[i]);
  }
  leave(job, error); /* the last operation is an exec: it comes back with an error only */
  return 0;
}
