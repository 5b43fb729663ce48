/* What the start of a child consists of, for plan.c (its data), child.c (its child side), spawner.c (its threads), spawn.c and become.c. */
#ifndef SUPERD_SPAWN_H
#define SUPERD_SPAWN_H

#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What an argument of an operation stands for: 3 bits of `kinds` each. */
enum kind { KIND_NUMBER, KIND_TEXT, KIND_FD, KIND_ARGV, KIND_ENV, KIND_COUNT };

#define OPERATION_ARGS 6

struct operation {
  long number;
  int64_t args[OPERATION_ARGS];
  unsigned kinds;
  int64_t expect; /* the result that must come back; -1: any; -1-E: any, and after error E the next operation */
};

/* What only the child knows. */
enum fill_kind { FILL_PID, FILL_PIDFD_ID, FILL_COUNT };

/* An entry of the environment that the child completes: the text at `offset`, and a number in decimal. */
struct fill {
  enum fill_kind kind;
  int32_t offset;
};

/* Its room in one start: the text is there, the child writes the digits behind it. */
struct filling {
  char *text, *digits;
};

/* Bytes of the longest number, with its NUL. */
#define NUMBER_BYTES 21

/* A compiled plan. Owned by its JavaScript object and by every start of it, in several threads. */
struct plan {
  _Atomic unsigned owners;
  char *strings;
  int32_t *argv, *env;
  size_t argv_count, env_count, operation_count;
  struct operation *operations;
  struct fill *fills;
  size_t fill_count, fill_bytes;
  int32_t fds, texts; /* how many descriptors and strings a start must give */
};

/* The step of a job before its operations, which count from 0. */
enum step { STEP_CLONE = -4, STEP_CLOSE_RANGE, STEP_HANDLERS, STEP_MASK };

/*
 * One start. All its memory is one block, made and freed by the daemon's own threads; the child only reads it and writes
 * `step` and `error`. The kernel writes `pid` (CLONE_PARENT_SETTID).
 */
struct job {
  struct job *next;
  struct plan *plan;
  int id;
  bool close_after;
  uint64_t resets; /* the signals whose handlers the child resets: bit 0 is signal 1 */
  bool pidfs;      /* the inode number of a pidfd says which process it is */
  pid_t pid;
  int step, error;
  int fd_count, text_count;
  int *fds;
  char **texts, **argv, **env; /* argv and env are filled by job_resolve */
  char **env_end;              /* where the child puts what it completes */
  struct filling *fillings;
  char *fill_memory;
  void (*failed)(const struct job *job); /* before the end of a process that no longer shares memory; or NULL */
};

struct plan *plan_of(napi_env env, napi_value value);
void plan_release(struct plan *plan);

/* A start as JavaScript gives it: a plan, descriptors, strings. NULL with -errno in `error`. */
struct job *job_from(napi_env env, napi_value plan, napi_value fds, napi_value texts, int *error);

/* Writes the argument vector and the environment of this start, from the plan's offsets and the given strings. */
void job_resolve(struct job *job);

/* The signals that every child of this process resets: bit 0 is signal 1. */
uint64_t signals_to_reset(void);

/* Whether pidfds have inode numbers of their own (Linux 6.9). */
bool pidfs_exists(void);

bool is_exec(const struct operation *operation);

/* Runs in the child, which shares our memory until exec: raw system calls only. Never returns. */
int child_main(void *job);

#endif
