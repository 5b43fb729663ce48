/*
 * This process becomes another program: the plan of a child, carried out here. Other threads keep the descriptor table, which
 * the first step unshares, until the exec ends them. When a step fails there is no way back: the event loop has lost its
 * descriptors and signals their handlers. So the failure is told on standard error and the process ends.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "args.h"
#include "spawner.h"
#include "sys.h"

static void tell(const struct job *job) {
  dprintf(STDERR_FILENO, "%s: %s\n", job->texts[0], strerror(job->error));
  _exit(1);
}

/* become(plan, fds, strings) -> -errno: it comes back when nothing was begun */
napi_value sys_become(napi_env env, napi_callback_info info) {
  ARGS(3);
  int error;
  sigset_t all;
  struct job *job = job_from(env, args[0], args[1], args[2], &error);
  if (job == NULL) return answer(env, error);
  if (job->text_count == 0) {
    job_free(job);
    return invalid(env);
  }
  job->failed = tell;
  job->resets = signals_to_reset();
  job->pidfs = pidfs_exists();
  job_resolve(job);
  /* As in a child: no handler runs once they are being reset. */
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, NULL);
  child_main(job);
  return NULL;
}
