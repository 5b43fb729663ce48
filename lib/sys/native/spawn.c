/*
 * Starting children: a queue, and the threads that serve it. clone(CLONE_VFORK) suspends only the thread that calls it, so
 * a start that takes long (a hung file system) never stalls the daemon's loop.
 */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "args.h"
#include "spawn.h"
#include "sys.h"

/* Threads that wait for work; one more that is added for a frozen start leaves when it is no longer needed. */
#define SPAWNERS 2
#define MAX_SPAWNERS 64
#define THREAD_STACK (256 << 10)
#define CHILD_STACK (64 << 10)
#define REPORT_WORDS 4
#define SIGSET_BYTES ((_NSIG - 1) / 8)

struct queue {
  struct job *first, **last;
};

/* Owned by the environment and by every thread; `lock` guards all of it. */
struct spawner {
  pthread_mutex_t lock;
  pthread_cond_t work, changed;
  struct queue queued, done;
  struct job *running;
  int event_fd;
  int next_id;
  int threads, idle;
  bool stopping;
  bool abandoned; /* the environment is gone: the last thread frees */
};

/* A thread and the stack that it lends to its children, one at a time. */
struct worker {
  struct spawner *spawner;
  char *stack;
};

static void queue_init(struct queue *queue) { *queue = (struct queue){.first = NULL, .last = &queue->first}; }

static void queue_push(struct queue *queue, struct job *job) {
  job->next = NULL;
  *queue->last = job;
  queue->last = &job->next;
}

static struct job *queue_pop(struct queue *queue) {
  struct job *job = queue->first;
  if (job == NULL) return NULL;
  queue->first = job->next;
  if (queue->first == NULL) queue->last = &queue->first;
  return job;
}

static void close_fds(const struct job *job) {
  for (int i = 0; i < job->fd_count; i++) close(job->fds[i]);
}

static void job_free(struct job *job) {
  plan_release(job->plan);
  free(job);
}

static void spawner_free(struct spawner *spawner) {
  struct job *job;
  while ((job = queue_pop(&spawner->queued)) != NULL) {
    if (job->close_after) close_fds(job);
    job_free(job);
  }
  while ((job = queue_pop(&spawner->done)) != NULL) job_free(job);
  close(spawner->event_fd);
  pthread_cond_destroy(&spawner->work);
  pthread_cond_destroy(&spawner->changed);
  pthread_mutex_destroy(&spawner->lock);
  free(spawner);
}

/* Clones and waits until the child has reached its program or failed; in the meantime the child runs on `stack`. */
static void start(struct job *job, char *stack) {
  unsigned long all[16], before[16];
  memset(all, 0xff, sizeof all);
  /* Raw, because libc keeps two signals of its own out of its masks. The child clears the mask (child.c). */
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, all, before, SIGSET_BYTES);
  pid_t pid = clone(child_main, stack + CHILD_STACK, CLONE_VM | CLONE_VFORK | CLONE_FILES | CLONE_PARENT_SETTID | SIGCHLD,
                    job, &job->pid);
  int error = errno;
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, before, NULL, SIGSET_BYTES);
  job->pid = pid < 0 ? 0 : pid;
  if (pid < 0) {
    job->error = error;
    return;
  }
  bool reached = job->step >= 0 && is_exec(&job->plan->operations[job->step]);
  if (job->error == 0 && !reached) job->error = ECANCELED; /* a signal ended it on the way */
}

static void running_add(struct spawner *spawner, struct job *job) {
  job->next = spawner->running;
  spawner->running = job;
}

static void running_remove(struct spawner *spawner, const struct job *job) {
  struct job **link = &spawner->running;
  while (*link != job) link = &(*link)->next;
  *link = job->next;
}

static void report(struct spawner *spawner, struct job *job) {
  const uint64_t one = 1;
  bool first = spawner->done.first == NULL;
  queue_push(&spawner->done, job);
  if (first && write(spawner->event_fd, &one, sizeof one) < 0) {
    /* Cannot happen: it holds 64 bits, and we add one to none. */
  }
}

/* Takes work until there is none and enough others wait for it. The lock is held on entry and at the end. */
static void serve(struct worker *worker) {
  struct spawner *spawner = worker->spawner;
  for (;;) {
    struct job *job = spawner->stopping ? NULL : queue_pop(&spawner->queued);
    if (job != NULL) {
      running_add(spawner, job);
      pthread_mutex_unlock(&spawner->lock);
      job_resolve(job);
      start(job, worker->stack);
      if (job->close_after) close_fds(job);
      pthread_mutex_lock(&spawner->lock);
      running_remove(spawner, job);
      report(spawner, job);
    } else if (spawner->stopping || spawner->idle >= SPAWNERS) {
      return;
    } else {
      spawner->idle++;
      pthread_cond_wait(&spawner->work, &spawner->lock);
      spawner->idle--;
    }
  }
}

static void *spawner_thread(void *data) {
  struct worker *worker = data;
  struct spawner *spawner = worker->spawner;
  pthread_mutex_lock(&spawner->lock);
  serve(worker);
  spawner->threads--;
  bool last = spawner->abandoned && spawner->threads == 0;
  pthread_cond_signal(&spawner->changed);
  pthread_mutex_unlock(&spawner->lock);
  if (last) spawner_free(spawner);
  munmap(worker->stack - getpagesize(), getpagesize() + CHILD_STACK);
  free(worker);
  return NULL;
}

/* A stack with a page below it that nobody may touch: an overflow ends the daemon instead of writing into its heap. */
static char *stack_new(void) {
  size_t guard = getpagesize();
  char *memory = mmap(NULL, guard + CHILD_STACK, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (memory == MAP_FAILED) return NULL;
  if (mprotect(memory + guard, CHILD_STACK, PROT_READ | PROT_WRITE) == 0) return memory + guard;
  munmap(memory, guard + CHILD_STACK);
  return NULL;
}

/* A thread that takes no signal: the daemon's handlers are for its main thread. Called with the lock held. */
static int thread_add(struct spawner *spawner) {
  pthread_t thread;
  pthread_attr_t attributes;
  sigset_t all, before;
  if (spawner->threads >= MAX_SPAWNERS) return -EAGAIN;
  struct worker *worker = calloc(1, sizeof *worker);
  char *stack = stack_new();
  if (worker == NULL || stack == NULL) {
    free(worker);
    if (stack != NULL) munmap(stack - getpagesize(), getpagesize() + CHILD_STACK);
    return -ENOMEM;
  }
  *worker = (struct worker){.spawner = spawner, .stack = stack};
  sigfillset(&all);
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, THREAD_STACK);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int failed = pthread_create(&thread, &attributes, spawner_thread, worker);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
  if (failed != 0) {
    munmap(stack - getpagesize(), getpagesize() + CHILD_STACK);
    free(worker);
    return -failed;
  }
  return ++spawner->threads;
}

/* Waits for at most so long until every thread has left. The lock is held. */
static bool threads_left(struct spawner *spawner, int seconds) {
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += seconds;
  while (spawner->threads > 0)
    if (pthread_cond_timedwait(&spawner->changed, &spawner->lock, &until) != 0) break;
  return spawner->threads == 0;
}

/* The environment ends. Starts under way may finish; frozen ones are killed, and a thread that even then hangs is left. */
static void spawner_close(void *data) {
  struct spawner *spawner = data;
  pthread_mutex_lock(&spawner->lock);
  spawner->stopping = true;
  pthread_cond_broadcast(&spawner->work);
  bool left = threads_left(spawner, 1);
  if (!left) {
    for (const struct job *job = spawner->running; job != NULL; job = job->next)
      if (job->pid > 0) kill(job->pid, SIGKILL);
    left = threads_left(spawner, 1);
  }
  spawner->abandoned = true;
  pthread_mutex_unlock(&spawner->lock);
  if (left) spawner_free(spawner);
}

/* The environment's spawner, made at first use; NULL without memory or descriptors (errno). */
static struct spawner *spawner_of(napi_env env) {
  struct sys *sys = sys_of(env);
  if (sys->spawner != NULL) return sys->spawner;
  struct spawner *spawner = calloc(1, sizeof *spawner);
  if (spawner == NULL) return NULL;
  spawner->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (spawner->event_fd < 0) {
    free(spawner);
    return NULL;
  }
  queue_init(&spawner->queued);
  queue_init(&spawner->done);
  pthread_mutex_init(&spawner->lock, NULL);
  pthread_cond_init(&spawner->work, NULL);
  pthread_cond_init(&spawner->changed, NULL);
  napi_add_env_cleanup_hook(env, spawner_close, spawner);
  sys->spawner = spawner;
  return spawner;
}

/* Bytes of the strings of the start with their NULs, or -1 when one is not a string. */
static ssize_t text_bytes(napi_env env, napi_value list, uint32_t count) {
  size_t total = 0;
  for (uint32_t i = 0; i < count; i++) {
    napi_value text;
    size_t length;
    if (napi_get_element(env, list, i, &text) != napi_ok ||
        napi_get_value_string_utf8(env, text, NULL, 0, &length) != napi_ok)
      return -1;
    total += length + 1;
  }
  return total;
}

/* One block: the job, its pointers, its descriptors, its strings. */
static struct job *job_new(struct plan *plan, uint32_t fd_count, uint32_t text_count, size_t bytes, char **text) {
  size_t pointers = text_count + plan->argv_count + 1 + plan->env_count + 1;
  struct job *job = calloc(1, sizeof *job + pointers * sizeof(char *) + fd_count * sizeof(int) + bytes);
  if (job == NULL) return NULL;
  job->plan = plan;
  plan->owners++;
  job->step = STEP_CLONE;
  job->fd_count = fd_count;
  job->text_count = text_count;
  job->texts = (char **)(job + 1);
  job->argv = job->texts + text_count;
  job->env = job->argv + plan->argv_count + 1;
  job->fds = (int *)(job->texts + pointers);
  *text = (char *)(job->fds + fd_count);
  return job;
}

static bool job_read(napi_env env, struct job *job, napi_value fds, napi_value texts, char *text, size_t bytes) {
  napi_value value;
  for (int i = 0; i < job->fd_count; i++)
    if (napi_get_element(env, fds, i, &value) != napi_ok || !arg_int(env, value, &job->fds[i]) || job->fds[i] < 0)
      return false;
  for (int i = 0; i < job->text_count; i++) {
    if (napi_get_element(env, texts, i, &value) != napi_ok || !arg_text(env, value, text, bytes)) return false;
    size_t length = strlen(text) + 1;
    job->texts[i] = text;
    text += length;
    bytes -= length;
  }
  return true;
}

static int enqueue(struct spawner *spawner, struct job *job) {
  int error = 0;
  pthread_mutex_lock(&spawner->lock);
  while (spawner->threads < SPAWNERS && error >= 0) error = thread_add(spawner);
  if (spawner->threads > 0) {
    spawner->next_id = spawner->next_id == INT_MAX ? 1 : spawner->next_id + 1;
    error = job->id = spawner->next_id;
    queue_push(&spawner->queued, job);
    pthread_cond_signal(&spawner->work);
  }
  pthread_mutex_unlock(&spawner->lock);
  return error;
}

/* spawn(plan, fds, strings, closeAfter) -> id */
napi_value sys_spawn(napi_env env, napi_callback_info info) {
  ARGS(4);
  struct plan *plan = plan_of(env, args[0]);
  uint32_t fd_count, text_count;
  int close_after;
  char *text;
  if (plan == NULL || napi_get_array_length(env, args[1], &fd_count) != napi_ok ||
      napi_get_array_length(env, args[2], &text_count) != napi_ok || !arg_int(env, args[3], &close_after) ||
      fd_count > SHRT_MAX || text_count > SHRT_MAX || (int)fd_count < plan->fds || (int)text_count < plan->texts)
    return invalid(env);
  ssize_t bytes = text_bytes(env, args[2], text_count);
  if (bytes < 0) return invalid(env);
  struct spawner *spawner = spawner_of(env);
  struct job *job = spawner == NULL ? NULL : job_new(plan, fd_count, text_count, bytes, &text);
  if (job == NULL) return answer(env, -ENOMEM);
  job->close_after = close_after != 0;
  int id = job_read(env, job, args[1], args[2], text, bytes) ? enqueue(spawner, job) : -EINVAL;
  if (id < 0) job_free(job);
  return answer(env, id);
}

/* spawnEventFd() -> fd */
napi_value sys_spawnEventFd(napi_env env, napi_callback_info info) {
  struct spawner *spawner = spawner_of(env);
  return answer(env, spawner == NULL ? -errno : spawner->event_fd);
}

/* spawnReports(out) -> count */
napi_value sys_spawnReports(napi_env env, napi_callback_info info) {
  ARGS(1);
  struct spawner *spawner = sys_of(env)->spawner;
  int32_t *out;
  size_t room, count = 0;
  uint64_t pending;
  if (!arg_ints(env, args[0], &out, &room) || room < REPORT_WORDS) return invalid(env);
  if (spawner == NULL) return answer(env, 0);
  pthread_mutex_lock(&spawner->lock);
  for (struct job *job; count < room / REPORT_WORDS && (job = queue_pop(&spawner->done)) != NULL; count++) {
    out[count * REPORT_WORDS] = job->id;
    out[count * REPORT_WORDS + 1] = job->pid;
    out[count * REPORT_WORDS + 2] = job->step;
    out[count * REPORT_WORDS + 3] = job->error;
    job_free(job);
  }
  /* Emptied with the lock held: a report that comes next writes it again. */
  if (spawner->done.first == NULL && read(spawner->event_fd, &pending, sizeof pending) < 0) {
    /* Asked without a reason: there was nothing to read. */
  }
  pthread_mutex_unlock(&spawner->lock);
  return answer(env, count);
}

/* spawnProgress(id, out) -> 0 */
napi_value sys_spawnProgress(napi_env env, napi_callback_info info) {
  ARGS(2);
  struct spawner *spawner = sys_of(env)->spawner;
  int id, result = -ENOENT;
  int32_t *out;
  size_t room;
  if (!arg_int(env, args[0], &id) || !arg_ints(env, args[1], &out, &room) || room < 2) return invalid(env);
  if (spawner == NULL) return answer(env, -ENOENT);
  pthread_mutex_lock(&spawner->lock);
  for (const struct job *job = spawner->running; job != NULL && result == -ENOENT; job = job->next) {
    if (job->id != id) continue;
    out[0] = __atomic_load_n(&job->pid, __ATOMIC_ACQUIRE);
    out[1] = __atomic_load_n(&job->step, __ATOMIC_ACQUIRE);
    result = 0;
  }
  for (const struct job *job = spawner->queued.first; job != NULL && result == -ENOENT; job = job->next)
    if (job->id == id) result = -EAGAIN;
  pthread_mutex_unlock(&spawner->lock);
  return answer(env, result);
}

/* spawnerAdd() -> threads */
napi_value sys_spawnerAdd(napi_env env, napi_callback_info info) {
  struct spawner *spawner = spawner_of(env);
  if (spawner == NULL) return answer(env, -ENOMEM);
  pthread_mutex_lock(&spawner->lock);
  int threads = thread_add(spawner);
  pthread_mutex_unlock(&spawner->lock);
  return answer(env, threads);
}
