/*
 * Knowing that a child has ended, without a signal: SIGCHLD would wake whichever thread the kernel picks, for each child
 * again. A thread waits for the next exit and leaves it there (WNOWAIT): who reaps it is the daemon's main thread.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "args.h"
#include "sys.h"

#define THREAD_STACK (64 << 10)

/* Shared by the environment and the thread; `lock` guards all of it. */
struct exits {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  int event_fd;
  bool armed;   /* the main thread wants to hear of the next exit */
  bool started; /* a child was started since there was none */
  bool ended;   /* the environment is gone: the thread frees */
};

/* There is no child. As PID 1 we may inherit one unasked, so that we look again every second. The lock is held. */
static void await_child(struct exits *exits) {
  struct timespec until;
  if (getpid() != 1) {
    while (!exits->started && !exits->ended) pthread_cond_wait(&exits->changed, &exits->lock);
    return;
  }
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += 1;
  while (!exits->started && !exits->ended)
    if (pthread_cond_timedwait(&exits->changed, &exits->lock, &until) != 0) return;
}

/* Rings once for each time that it was armed. The lock is held, but not while it waits. */
static void await_exit(struct exits *exits) {
  const uint64_t one = 1;
  siginfo_t info;
  exits->started = false;
  pthread_mutex_unlock(&exits->lock);
  int failed = waitid(P_ALL, 0, &info, WEXITED | WNOWAIT);
  int error = errno;
  pthread_mutex_lock(&exits->lock);
  if (failed == 0) {
    exits->armed = false;
    if (!exits->ended && write(exits->event_fd, &one, sizeof one) < 0) {
      /* Cannot happen: it holds 64 bits, and we add one to at most one. */
    }
  } else if (error == ECHILD) {
    await_child(exits);
  }
}

static void exits_free(struct exits *exits) {
  close(exits->event_fd);
  pthread_cond_destroy(&exits->changed);
  pthread_mutex_destroy(&exits->lock);
  free(exits);
}

static void *exits_thread(void *data) {
  struct exits *exits = data;
  pthread_mutex_lock(&exits->lock);
  while (!exits->ended) {
    if (exits->armed) await_exit(exits);
    else pthread_cond_wait(&exits->changed, &exits->lock);
  }
  pthread_mutex_unlock(&exits->lock);
  exits_free(exits);
  return NULL;
}

/* The thread may wait for a child that lives on; it frees when that ends, or with the process. */
static void exits_end(void *data) {
  struct exits *exits = data;
  pthread_mutex_lock(&exits->lock);
  exits->ended = true;
  pthread_cond_signal(&exits->changed);
  pthread_mutex_unlock(&exits->lock);
}

static int thread_start(struct exits *exits) {
  pthread_t thread;
  pthread_attr_t attributes;
  sigset_t all, before;
  sigfillset(&all);
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, THREAD_STACK);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int failed = pthread_create(&thread, &attributes, exits_thread, exits);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
  return -failed;
}

/* exitsOpen() -> an eventfd that is readable when a child has ended */
napi_value sys_exitsOpen(napi_env env, napi_callback_info info) {
  struct sys *sys = sys_of(env);
  if (sys->exits != NULL) return answer(env, sys->exits->event_fd);
  struct exits *exits = calloc(1, sizeof *exits);
  if (exits == NULL) return answer(env, -ENOMEM);
  exits->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (exits->event_fd < 0) {
    int error = errno;
    free(exits);
    return answer(env, -error);
  }
  pthread_mutex_init(&exits->lock, NULL);
  pthread_cond_init(&exits->changed, NULL);
  int failed = thread_start(exits);
  if (failed != 0) {
    exits_free(exits);
    return answer(env, failed);
  }
  napi_add_env_cleanup_hook(env, exits_end, exits);
  sys->exits = exits;
  return answer(env, exits->event_fd);
}

/* exitsArm(reaped) -> 0: a child may have been started; with 1 all exits so far were reaped: empties the eventfd */
napi_value sys_exitsArm(napi_env env, napi_callback_info info) {
  ARGS(1);
  struct exits *exits = sys_of(env)->exits;
  int reaped;
  uint64_t rung;
  if (!arg_int(env, args[0], &reaped)) return invalid(env);
  if (exits == NULL) return answer(env, -EBADF);
  pthread_mutex_lock(&exits->lock);
  if (reaped && !exits->armed) {
    exits->armed = true;
    if (read(exits->event_fd, &rung, sizeof rung) < 0) {
      /* It was not rung yet: this is the first time. */
    }
  }
  exits->started = true;
  pthread_cond_signal(&exits->changed);
  pthread_mutex_unlock(&exits->lock);
  return answer(env, 0);
}
