/* Starting children: what JavaScript gives becomes a job, and finished jobs become reports. */
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "spawner.h"
#include "sys.h"

#define REPORT_WORDS 4

/* The environment's spawner, made at first use; NULL without memory or descriptors (errno). */
static struct spawner *spawner_of(napi_env env) {
  struct sys *sys = sys_of(env);
  if (sys->spawner != NULL) return sys->spawner;
  sys->spawner = spawner_new();
  if (sys->spawner != NULL) napi_add_env_cleanup_hook(env, spawner_close, sys->spawner);
  return sys->spawner;
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

/* One block: the job, its pointers, what the child completes, its descriptors, its strings. */
static struct job *job_new(struct plan *plan, uint32_t fd_count, uint32_t text_count, size_t bytes, char **text) {
  size_t pointers = text_count + plan->argv_count + 1 + plan->env_count + plan->fill_count + 1;
  struct job *job = calloc(1, sizeof *job + pointers * sizeof(char *) + plan->fill_count * sizeof(struct filling) +
                                  fd_count * sizeof(int) + plan->fill_bytes + bytes);
  if (job == NULL) return NULL;
  job->plan = plan;
  plan->owners++;
  job->step = STEP_CLONE;
  job->fd_count = fd_count;
  job->text_count = text_count;
  job->texts = (char **)(job + 1);
  job->argv = job->texts + text_count;
  job->env = job->argv + plan->argv_count + 1;
  job->fillings = (struct filling *)(job->texts + pointers);
  job->fds = (int *)(job->fillings + plan->fill_count);
  job->fill_memory = (char *)(job->fds + fd_count);
  *text = job->fill_memory + plan->fill_bytes;
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

struct job *job_from(napi_env env, napi_value plan_value, napi_value fds, napi_value texts, int *error) {
  struct plan *plan = plan_of(env, plan_value);
  uint32_t fd_count, text_count;
  char *text;
  *error = -EINVAL;
  if (plan == NULL || napi_get_array_length(env, fds, &fd_count) != napi_ok ||
      napi_get_array_length(env, texts, &text_count) != napi_ok || fd_count > SHRT_MAX || text_count > SHRT_MAX ||
      (int)fd_count < plan->fds || (int)text_count < plan->texts)
    return NULL;
  ssize_t bytes = text_bytes(env, texts, text_count);
  if (bytes < 0) return NULL;
  struct job *job = job_new(plan, fd_count, text_count, bytes, &text);
  if (job == NULL) {
    *error = -ENOMEM;
    return NULL;
  }
  if (job_read(env, job, fds, texts, text, bytes)) return job;
  job_free(job);
  return NULL;
}

/* spawn(plan, fds, strings, closeAfter) -> id */
napi_value sys_spawn(napi_env env, napi_callback_info info) {
  ARGS(4);
  int close_after, error;
  if (!arg_int(env, args[3], &close_after)) return invalid(env);
  struct job *job = job_from(env, args[0], args[1], args[2], &error);
  if (job == NULL) return answer(env, error);
  job->close_after = close_after != 0;
  struct spawner *spawner = spawner_of(env);
  int id = spawner == NULL ? -ENOMEM : spawner_enqueue(spawner, job);
  if (id < 0) job_free(job);
  return answer(env, id);
}

/* spawnEventFd() -> fd */
napi_value sys_spawnEventFd(napi_env env, napi_callback_info info) {
  struct spawner *spawner = spawner_of(env);
  return answer(env, spawner == NULL ? -errno : spawner_event_fd(spawner));
}

/* spawnReports(out) -> count */
napi_value sys_spawnReports(napi_env env, napi_callback_info info) {
  ARGS(1);
  struct spawner *spawner = sys_of(env)->spawner;
  int32_t *out;
  size_t room, count = 0;
  if (!arg_ints(env, args[0], &out, &room) || room < REPORT_WORDS) return invalid(env);
  if (spawner == NULL) return answer(env, 0);
  for (struct job *job; count < room / REPORT_WORDS && (job = spawner_take(spawner)) != NULL; count++) {
    out[count * REPORT_WORDS] = job->id;
    out[count * REPORT_WORDS + 1] = job->pid;
    out[count * REPORT_WORDS + 2] = job->step;
    out[count * REPORT_WORDS + 3] = job->error;
    job_free(job);
  }
  return answer(env, count);
}

/* spawnProgress(id, out) -> 0 */
napi_value sys_spawnProgress(napi_env env, napi_callback_info info) {
  ARGS(2);
  struct spawner *spawner = sys_of(env)->spawner;
  int id;
  int32_t *out;
  size_t room;
  if (!arg_int(env, args[0], &id) || !arg_ints(env, args[1], &out, &room) || room < 2) return invalid(env);
  return answer(env, spawner == NULL ? -ENOENT : spawner_progress(spawner, id, &out[0], &out[1]));
}

/* spawnerAdd() -> threads */
napi_value sys_spawnerAdd(napi_env env, napi_callback_info info) {
  struct spawner *spawner = spawner_of(env);
  return answer(env, spawner == NULL ? -ENOMEM : spawner_add(spawner));
}
