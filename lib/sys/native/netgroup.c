/* Members of netgroups (innetgr(3)). The sources may be asked over the network: it is done in a thread of libuv. */
#include <stdlib.h>

#include "args.h"
#include "sys.h"

#ifdef __GLIBC__

#include <netdb.h>

/* NI_MAXHOST: a host name with its NUL; no group, user or domain is longer. */
#define WORD_SIZE 1025

/* A question under way: freed when it was answered. */
struct question {
  napi_async_work work;
  napi_ref done;
  char group[WORD_SIZE], host[WORD_SIZE], user[WORD_SIZE], domain[WORD_SIZE];
  /* The words above, or NULL for any. */
  const char *any_host, *any_user, *any_domain;
  int member;
};

static bool arg_word(napi_env env, napi_value value, char *word, const char **any) {
  *any = word;
  if (!is_null(env, value)) return arg_text(env, value, word, WORD_SIZE);
  *any = NULL;
  return true;
}

/* Not on the main thread. */
static void question_ask(napi_env env, void *data) {
  struct question *q = data;
  q->member = innetgr(q->group, q->any_host, q->any_user, q->any_domain);
}

static void question_free(napi_env env, struct question *q) {
  if (q->work != NULL) napi_delete_async_work(env, q->work);
  if (q->done != NULL) napi_delete_reference(env, q->done);
  free(q);
}

/* On the main thread again; not asked at all when the environment ends before its turn. */
static void question_answer(napi_env env, napi_status status, void *data) {
  struct question *q = data;
  napi_value done, undefined, member = answer(env, status == napi_ok ? q->member : 0);
  bool known = napi_get_reference_value(env, q->done, &done) == napi_ok && done != NULL &&
               napi_get_undefined(env, &undefined) == napi_ok;
  question_free(env, q);
  if (known) napi_call_function(env, undefined, done, 1, &member, NULL);
}

static bool question_begin(napi_env env, struct question *q, napi_value done) {
  napi_value name;
  return napi_create_reference(env, done, 1, &q->done) == napi_ok &&
         napi_create_string_utf8(env, "innetgr", NAPI_AUTO_LENGTH, &name) == napi_ok &&
         napi_create_async_work(env, NULL, name, question_ask, question_answer, q, &q->work) == napi_ok &&
         napi_queue_async_work(env, q->work) == napi_ok;
}

/* innetgr(group, host, user, domain, done) -> 0 | -errno; later done(1 or 0) */
napi_value sys_innetgr(napi_env env, napi_callback_info info) {
  ARGS(5);
  napi_valuetype type;
  if (napi_typeof(env, args[4], &type) != napi_ok || type != napi_function) return invalid(env);
  struct question *q = calloc(1, sizeof *q);
  if (q == NULL) return answer(env, -ENOMEM);
  if (!arg_text(env, args[0], q->group, sizeof q->group) || !arg_word(env, args[1], q->host, &q->any_host) ||
      !arg_word(env, args[2], q->user, &q->any_user) || !arg_word(env, args[3], q->domain, &q->any_domain)) {
    free(q);
    return invalid(env);
  }
  if (question_begin(env, q, args[4])) return answer(env, 0);
  question_free(env, q);
  return answer(env, -ENOMEM);
}

#else

/* Other C libraries have no netgroups. */
napi_value sys_innetgr(napi_env env, napi_callback_info info) { return answer(env, -ENOSYS); }

#endif
