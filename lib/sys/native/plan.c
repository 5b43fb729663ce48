/* A plan: what every child of a service does between clone and exec, copied into C memory once. */
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "args.h"
#include "spawn.h"
#include "sys.h"

/* Numbers of an operation: system call, six arguments, kinds, expected result. */
#define WORDS 9
#define MAX_OPERATIONS 4096
/* Numbers of a fill: kind, offset of its text. */
#define FILL_WORDS 2
#define MAX_FILLS 64
/* In argv: the end of a vector; another one may follow, to which an argument of kind KIND_ARGV may point. */
#define END_OF_VECTOR INT32_MIN

static const napi_type_tag plan_tag = {0x4b2e0c1d9a7f4e63, 0x8f10d3c25b6a9e47};

void plan_release(struct plan *plan) {
  if (--plan->owners > 0) return;
  free(plan->strings);
  free(plan->argv);
  free(plan->env);
  free(plan->operations);
  free(plan->fills);
  free(plan);
}

static void plan_finalize(napi_env env, void *data, void *hint) { plan_release(data); }

struct plan *plan_of(napi_env env, napi_value value) { return arg_wrapped(env, value, &plan_tag); }

bool is_exec(const struct operation *operation) {
  return operation->number == SYS_execve || operation->number == SYS_execveat;
}

static void *copy(const void *data, size_t count, size_t size) {
  void *copied = calloc(count + 1, size); /* one zero behind it: a blob ends with NUL, and nothing is of length 0 */
  if (copied != NULL && count > 0) memcpy(copied, data, count * size);
  return copied;
}

/* Every entry is an offset into the strings, or -1-k for a given string; `texts` is raised to what argv needs. */
static bool vector_is_valid(const int32_t *vector, size_t count, size_t strings, int32_t *texts) {
  for (size_t i = 0; i < count; i++) {
    if (vector[i] == END_OF_VECTOR && texts != NULL) continue;
    if (vector[i] >= 0 && (size_t)vector[i] >= strings) return false;
    if (vector[i] < -SHRT_MAX) return false;
    if (vector[i] < 0 && texts != NULL && -vector[i] > *texts) *texts = -vector[i];
  }
  return true;
}

static bool is_whole(double number, double low, double high) {
  return number >= low && number <= high && number == (double)(int64_t)number;
}

static bool argument_is_valid(struct plan *plan, size_t strings, unsigned kind, int64_t value) {
  switch (kind) {
    case KIND_NUMBER:
    case KIND_ENV:
      return true;
    case KIND_TEXT:
      return value >= 0 && (uint64_t)value <= strings; /* at the end: nothing, and its NUL */
    case KIND_FD:
      if (value < 0 || value >= SHRT_MAX) return false;
      if (value >= plan->fds) plan->fds = value + 1;
      return true;
    case KIND_ARGV:
      return value >= 0 && (uint64_t)value < plan->argv_count;
    default:
      return false;
  }
}

static bool operation_read(struct plan *plan, size_t strings, const double *words, struct operation *operation) {
  const double limit = 0x1p53;
  for (int i = 0; i < WORDS; i++)
    if (!is_whole(words[i], -limit, limit)) return false;
  if (words[0] < 0 || words[0] > INT_MAX || words[7] < 0 || words[7] >= 1 << (3 * OPERATION_ARGS)) return false;
  operation->number = (long)words[0];
  operation->kinds = (unsigned)words[7];
  operation->expect = (int64_t)words[8];
  for (int i = 0; i < OPERATION_ARGS; i++) {
    operation->args[i] = (int64_t)words[1 + i];
    if (!argument_is_valid(plan, strings, operation->kinds >> (3 * i) & 7, operation->args[i])) return false;
  }
  return true;
}

static bool fill_read(struct plan *plan, size_t strings, const int32_t *words, struct fill *fill) {
  if (words[0] < 0 || words[0] >= FILL_COUNT || words[1] < 0 || (size_t)words[1] >= strings) return false;
  *fill = (struct fill){.kind = words[0], .offset = words[1]};
  plan->fill_bytes += strlen(plan->strings + fill->offset) + NUMBER_BYTES;
  return true;
}

/* Copies and checks everything, so that the child never has to doubt an index. */
static int plan_read(struct plan *plan, const uint8_t *strings, size_t string_bytes, const int32_t *argv,
                     const int32_t *env, const double *words, const int32_t *fills) {
  plan->strings = copy(strings, string_bytes, 1);
  plan->argv = copy(argv, plan->argv_count, sizeof *argv);
  plan->env = copy(env, plan->env_count, sizeof *env);
  plan->operations = calloc(plan->operation_count, sizeof *plan->operations);
  plan->fills = calloc(plan->fill_count + 1, sizeof *plan->fills);
  if (plan->strings == NULL || plan->argv == NULL || plan->env == NULL || plan->operations == NULL ||
      plan->fills == NULL)
    return -ENOMEM;
  if (!vector_is_valid(plan->argv, plan->argv_count, string_bytes, &plan->texts) ||
      !vector_is_valid(plan->env, plan->env_count, string_bytes, NULL))
    return -EINVAL;
  for (size_t i = 0; i < plan->operation_count; i++)
    if (!operation_read(plan, string_bytes, words + i * WORDS, &plan->operations[i])) return -EINVAL;
  for (size_t i = 0; i < plan->fill_count; i++)
    if (!fill_read(plan, string_bytes, fills + i * FILL_WORDS, &plan->fills[i])) return -EINVAL;
  return is_exec(&plan->operations[plan->operation_count - 1]) ? 0 : -EINVAL;
}

static napi_value property(napi_env env, napi_value object, const char *name) {
  napi_value value = NULL;
  napi_get_named_property(env, object, name, &value);
  return value;
}

/* plan(spec) -> object | -errno */
napi_value sys_plan(napi_env env, napi_callback_info info) {
  ARGS(1);
  uint8_t *strings;
  int32_t *argv, *environment, *fills;
  double *words;
  size_t string_bytes, argv_count, env_count, word_count, fill_words;
  napi_valuetype type;
  if (napi_typeof(env, args[0], &type) != napi_ok || type != napi_object) return invalid(env);
  if (!arg_bytes(env, property(env, args[0], "strings"), &strings, &string_bytes) ||
      !arg_ints(env, property(env, args[0], "argv"), &argv, &argv_count) ||
      !arg_ints(env, property(env, args[0], "env"), &environment, &env_count) ||
      !arg_doubles(env, property(env, args[0], "operations"), &words, &word_count) ||
      !arg_ints(env, property(env, args[0], "fills"), &fills, &fill_words) || argv_count == 0 || word_count == 0 ||
      word_count % WORDS != 0 || word_count / WORDS > MAX_OPERATIONS || fill_words % FILL_WORDS != 0 ||
      fill_words / FILL_WORDS > MAX_FILLS)
    return invalid(env);
  struct plan *plan = calloc(1, sizeof *plan);
  if (plan == NULL) return answer(env, -ENOMEM);
  *plan = (struct plan){.owners = 1, .argv_count = argv_count, .env_count = env_count,
                        .operation_count = word_count / WORDS, .fill_count = fill_words / FILL_WORDS};
  napi_value object;
  int failed = plan_read(plan, strings, string_bytes, argv, environment, words, fills);
  if (failed == 0 && (napi_create_object(env, &object) != napi_ok ||
                      napi_wrap(env, object, plan, plan_finalize, NULL, NULL) != napi_ok))
    failed = -ENOMEM;
  if (failed != 0) {
    plan_release(plan);
    return answer(env, failed);
  }
  napi_type_tag_object(env, object, &plan_tag);
  return object;
}

static char *text_of(const struct job *job, int32_t entry) {
  return entry >= 0 ? job->plan->strings + entry : job->texts[-1 - entry];
}

void job_resolve(struct job *job) {
  const struct plan *plan = job->plan;
  size_t kept = 0;
  for (size_t i = 0; i < plan->argv_count; i++)
    job->argv[i] = plan->argv[i] == END_OF_VECTOR ? NULL : text_of(job, plan->argv[i]);
  job->argv[plan->argv_count] = NULL;
  for (size_t i = 0; i < plan->env_count; i++)
    if (plan->env[i] >= 0 || -1 - plan->env[i] < job->text_count) job->env[kept++] = text_of(job, plan->env[i]);
  job->env[kept] = NULL;
  job->env_end = job->env + kept;
  char *memory = job->fill_memory;
  for (size_t i = 0; i < plan->fill_count; i++) {
    const char *text = plan->strings + plan->fills[i].offset;
    size_t length = strlen(text);
    job->fillings[i] = (struct filling){.text = memory, .digits = memory + length};
    memcpy(memory, text, length);
    memory += length + NUMBER_BYTES;
  }
}
