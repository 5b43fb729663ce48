/*
 * The threads that start children, and the queue they serve. clone(CLONE_VFORK) suspends only the thread that calls it, so
 * a start that takes long (a hung file system) never stalls the daemon's loop.
 */
#include <errno.h>
#include <limits.h>
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

#include "spawner.h"

/* Threads that wait for work; one more that is added for a frozen start leaves when it is no longer needed. */
#define SPAWNERS 2
#define MAX_SPAWNERS 64
#define THREAD_STACK (256 << 10)
#define CHILD_STACK (64 << 10)
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
  uint64_t resets;
  bool pidfs;
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

void job_free(struct job *job) {
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

int spawner_add(struct spawner *spawner) {
  pthread_mutex_lock(&spawner->lock);
  int threads = thread_add(spawner);
  pthread_mutex_unlock(&spawner->lock);
  return threads;
}

struct spawner *spawner_new(void) {
  struct spawner *spawner = calloc(1, sizeof *spawner);
  if (spawner == NULL) return NULL;
  spawner->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (spawner->event_fd < 0) {
    free(spawner);
    return NULL;
  }
  spawner->resets = signals_to_reset();
  spawner->pidfs = pidfs_exists();
  queue_init(&spawner->queued);
  queue_init(&spawner->done);
  pthread_mutex_init(&spawner->lock, NULL);
  pthread_cond_init(&spawner->work, NULL);
  pthread_cond_init(&spawner->changed, NULL);
  return spawner;
}

int spawner_event_fd(const struct spawner *spawner) { return spawner->event_fd; }

int spawner_enqueue(struct spawner *spawner, struct job *job) {
  int result = 0;
  pthread_mutex_lock(&spawner->lock);
  while (spawner->threads < SPAWNERS && result >= 0) result = thread_add(spawner);
  if (spawner->threads > 0) {
    spawner->next_id = spawner->next_id == INT_MAX ? 1 : spawner->next_id + 1;
    result = job->id = spawner->next_id;
    job->resets = spawner->resets;
    job->pidfs = spawner->pidfs;
    queue_push(&spawner->queued, job);
    pthread_cond_signal(&spawner->work);
  }
  pthread_mutex_unlock(&spawner->lock);
  return result;
}

struct job *spawner_take(struct spawner *spawner) {
  uint64_t pending;
  pthread_mutex_lock(&spawner->lock);
  struct job *job = queue_pop(&spawner->done);
  /* Emptied with the lock held: a report that comes next writes it again. */
  if (job != NULL && spawner->done.first == NULL && read(spawner->event_fd, &pending, sizeof pending) < 0) {
    /* Cannot happen: `report` wrote it. */
  }
  pthread_mutex_unlock(&spawner->lock);
  return job;
}

int spawner_progress(struct spawner *spawner, int id, int32_t *pid, int32_t *step) {
  int result = -ENOENT;
  pthread_mutex_lock(&spawner->lock);
  for (const struct job *job = spawner->running; job != NULL && result == -ENOENT; job = job->next) {
    if (job->id != id) continue;
    *pid = __atomic_load_n(&job->pid, __ATOMIC_ACQUIRE);
    *step = __atomic_load_n(&job->step, __ATOMIC_ACQUIRE);
    result = 0;
  }
  for (const struct job *job = spawner->queued.first; job != NULL && result == -ENOENT; job = job->next)
    if (job->id == id) result = -EAGAIN;
  pthread_mutex_unlock(&spawner->lock);
  return result;
}

/* The environment ends. Starts under way may finish; frozen ones are killed, and a thread that even then hangs is left. */
void spawner_close(void *data) {
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
