/* The threads that start children, and their queue: spawner.c, used by spawn.c. */
#ifndef SUPERD_SPAWNER_H
#define SUPERD_SPAWNER_H

#include "spawn.h"

struct spawner;

/* NULL without memory or descriptors (errno). The threads come with the first job. */
struct spawner *spawner_new(void);

/* Ends the threads and frees everything; see there for starts under way. Fits napi_add_env_cleanup_hook. */
void spawner_close(void *spawner);

/* An eventfd that is readable while reports wait. */
int spawner_event_fd(const struct spawner *spawner);

/* Queues a job and returns its id, or -errno when there is no thread to serve it: then the job is still the caller's. */
int spawner_enqueue(struct spawner *spawner, struct job *job);

/* The oldest finished job, now the caller's, or NULL: then the eventfd is empty. */
struct job *spawner_take(struct spawner *spawner);

/* 0 with pid and step of a job under way; -EAGAIN while it is queued; -ENOENT. */
int spawner_progress(struct spawner *spawner, int id, int32_t *pid, int32_t *step);

/* One more thread: how many there are, or -errno. */
int spawner_add(struct spawner *spawner);

void job_free(struct job *job);

#endif
