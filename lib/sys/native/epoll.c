/*
 * One epoll instance for everything that is watched. Its descriptor alone is given to libuv, so that the cost of a wakeup
 * does not grow with the number of sockets.
 */
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>
#include <uv.h>

#include "args.h"
#include "sys.h"

#define BATCH 64
/* Batches a wakeup; then libuv looks after its own handles. The instance is level-triggered: nothing is lost. */
#define BATCHES 4
/* Numbers an event takes in the array: token, generation, events. */
#define WORDS 3

struct poller {
  uv_poll_t handle; /* first: uv_close hands it back */
  napi_env env;
  int fd;
  int capacity;
  bool closed;
  napi_ref events, ready;
  napi_async_context context;
  napi_async_cleanup_hook_handle cleanup;
};

static void on_closed(uv_handle_t *handle) {
  struct poller *poller = (struct poller *)handle;
  napi_remove_async_cleanup_hook(poller->cleanup);
  free(poller);
}

static void poller_close(struct poller *poller) {
  if (poller->closed) return;
  poller->closed = true;
  uv_poll_stop(&poller->handle);
  close(poller->fd);
  uv_close((uv_handle_t *)&poller->handle, on_closed);
}

/* The environment ends: libuv still has to hear of it, and `on_closed` tells Node when it did. */
static void on_cleanup(napi_async_cleanup_hook_handle hook, void *data) { poller_close(data); }

/* Hands `count` events to JavaScript. An exception that it lets out is an uncaught one, as with any of Node's callbacks. */
static void deliver(struct poller *poller, const struct epoll_event *batch, int count) {
  napi_env env = poller->env;
  napi_handle_scope scope;
  napi_value events, ready, receiver, number, error;
  void *data;
  size_t length;
  if (napi_open_handle_scope(env, &scope) != napi_ok) return;
  napi_get_reference_value(env, poller->events, &events);
  napi_get_reference_value(env, poller->ready, &ready);
  if (arg_array(env, events, napi_uint32_array, &data, &length) && length >= (size_t)count * WORDS) {
    uint32_t *words = data;
    for (int i = 0; i < count; i++) {
      words[i * WORDS] = (uint32_t)batch[i].data.u64;
      words[i * WORDS + 1] = (uint32_t)(batch[i].data.u64 >> 32);
      words[i * WORDS + 2] = batch[i].events;
    }
    napi_create_int32(env, count, &number);
    napi_get_global(env, &receiver);
    if (napi_make_callback(env, poller->context, receiver, ready, 1, &number, NULL) == napi_pending_exception &&
        napi_get_and_clear_last_exception(env, &error) == napi_ok)
      napi_fatal_exception(env, error);
  }
  napi_close_handle_scope(env, scope);
}

static void on_readable(uv_poll_t *handle, int status, int events) {
  struct poller *poller = (struct poller *)handle;
  struct epoll_event batch[BATCH];
  for (int round = 0; round < BATCHES && !poller->closed; round++) {
    int count = epoll_wait(poller->fd, batch, poller->capacity, 0);
    if (count <= 0) return;
    deliver(poller, batch, count);
    if (count < poller->capacity) return;
  }
}

static int poller_open(napi_env env, napi_value events, napi_value ready, int capacity, struct poller *poller) {
  uv_loop_t *loop;
  napi_value name;
  poller->env = env;
  poller->capacity = capacity;
  if (napi_get_uv_event_loop(env, &loop) != napi_ok) return -ENOSYS;
  poller->fd = epoll_create1(EPOLL_CLOEXEC);
  if (poller->fd < 0) return -errno;
  int failed = uv_poll_init(loop, &poller->handle, poller->fd);
  if (failed != 0) {
    close(poller->fd);
    return failed; /* libuv's errors are -errno here */
  }
  napi_add_async_cleanup_hook(env, on_cleanup, poller, &poller->cleanup);
  napi_create_string_utf8(env, "superd:poller", NAPI_AUTO_LENGTH, &name);
  napi_async_init(env, NULL, name, &poller->context);
  napi_create_reference(env, events, 1, &poller->events);
  napi_create_reference(env, ready, 1, &poller->ready);
  uv_poll_start(&poller->handle, UV_READABLE, on_readable);
  return 0;
}

/* epollOpen(events, ready) -> 0 */
napi_value sys_epollOpen(napi_env env, napi_callback_info info) {
  ARGS(2);
  struct sys *sys = sys_of(env);
  void *words;
  size_t length;
  napi_valuetype type;
  if (!arg_array(env, args[0], napi_uint32_array, &words, &length) || length < WORDS ||
      napi_typeof(env, args[1], &type) != napi_ok || type != napi_function)
    return invalid(env);
  if (sys->poller != NULL) return answer(env, -EEXIST);
  struct poller *poller = calloc(1, sizeof *poller);
  if (poller == NULL) return answer(env, -ENOMEM);
  size_t capacity = length / WORDS;
  int failed = poller_open(env, args[0], args[1], capacity < BATCH ? capacity : BATCH, poller);
  if (failed != 0) {
    free(poller);
    return answer(env, failed);
  }
  sys->poller = poller;
  return answer(env, 0);
}

/* epollCtl(operation, fd, events, token, generation) -> 0 */
napi_value sys_epollCtl(napi_env env, napi_callback_info info) {
  ARGS(5);
  struct sys *sys = sys_of(env);
  int operation, fd;
  unsigned events, token, generation;
  if (!arg_int(env, args[0], &operation) || !arg_int(env, args[1], &fd) || !arg_uint(env, args[2], &events) ||
      !arg_uint(env, args[3], &token) || !arg_uint(env, args[4], &generation))
    return invalid(env);
  if (sys->poller == NULL) return answer(env, -EBADF);
  struct epoll_event event = {.events = events, .data.u64 = (uint64_t)generation << 32 | token};
  return answer_call(env, epoll_ctl(sys->poller->fd, operation, fd, &event));
}

/* epollRef(on) -> 0 */
napi_value sys_epollRef(napi_env env, napi_callback_info info) {
  ARGS(1);
  struct sys *sys = sys_of(env);
  int on;
  if (!arg_int(env, args[0], &on)) return invalid(env);
  if (sys->poller == NULL) return answer(env, -EBADF);
  (on ? uv_ref : uv_unref)((uv_handle_t *)&sys->poller->handle);
  return answer(env, 0);
}

/* epollClose() -> 0 */
napi_value sys_epollClose(napi_env env, napi_callback_info info) {
  struct sys *sys = sys_of(env);
  struct poller *poller = sys->poller;
  if (poller == NULL) return answer(env, -EBADF);
  sys->poller = NULL;
  napi_delete_reference(env, poller->events);
  napi_delete_reference(env, poller->ready);
  napi_async_destroy(env, poller->context);
  poller_close(poller);
  return answer(env, 0);
}
