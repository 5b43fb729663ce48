/* Descriptors of any kind: one function a system call. */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "args.h"
#include "sys.h"

/* read(fd, buffer, length) -> bytes */
napi_value sys_read(napi_env env, napi_callback_info info) {
  ARGS(3);
  int fd;
  unsigned length;
  uint8_t *buffer;
  size_t room;
  if (!arg_int(env, args[0], &fd) || !arg_bytes(env, args[1], &buffer, &room) || !arg_uint(env, args[2], &length) ||
      length > room)
    return invalid(env);
  return answer_call(env, read(fd, buffer, length));
}

/* write(fd, buffer, length) -> bytes */
napi_value sys_write(napi_env env, napi_callback_info info) {
  ARGS(3);
  int fd;
  unsigned length;
  uint8_t *buffer;
  size_t room;
  if (!arg_int(env, args[0], &fd) || !arg_bytes(env, args[1], &buffer, &room) || !arg_uint(env, args[2], &length) ||
      length > room)
    return invalid(env);
  return answer_call(env, write(fd, buffer, length));
}

/* close(fd) -> 0. On Linux the descriptor is gone also after EINTR: a second try could close another one. */
napi_value sys_close(napi_env env, napi_callback_info info) {
  ARGS(1);
  int fd;
  if (!arg_int(env, args[0], &fd)) return invalid(env);
  return answer(env, close(fd) < 0 && errno != EINTR ? -errno : 0);
}

/* dupfd(fd, min) -> fd */
napi_value sys_dupfd(napi_env env, napi_callback_info info) {
  ARGS(2);
  int fd, min;
  if (!arg_int(env, args[0], &fd) || !arg_int(env, args[1], &min)) return invalid(env);
  return answer_call(env, fcntl(fd, F_DUPFD_CLOEXEC, min));
}

/* getfl(fd) -> flags */
napi_value sys_getfl(napi_env env, napi_callback_info info) {
  ARGS(1);
  int fd;
  if (!arg_int(env, args[0], &fd)) return invalid(env);
  return answer_call(env, fcntl(fd, F_GETFL));
}

/* setfl(fd, flags) -> 0 */
napi_value sys_setfl(napi_env env, napi_callback_info info) {
  ARGS(2);
  int fd, flags;
  if (!arg_int(env, args[0], &fd) || !arg_int(env, args[1], &flags)) return invalid(env);
  return answer_call(env, fcntl(fd, F_SETFL, flags));
}

/* pipe(out) -> 0; `out` gets [reading end, writing end] */
napi_value sys_pipe(napi_env env, napi_callback_info info) {
  ARGS(1);
  int32_t *out;
  size_t room;
  int fds[2];
  if (!arg_ints(env, args[0], &out, &room) || room < 2) return invalid(env);
  if (pipe2(fds, O_CLOEXEC) < 0) return answer(env, -errno);
  out[0] = fds[0];
  out[1] = fds[1];
  return answer(env, 0);
}

/* pipeSize(fd, bytes) -> bytes: fcntl(fd, F_SETPIPE_SZ) */
napi_value sys_pipeSize(napi_env env, napi_callback_info info) {
  ARGS(2);
  int fd, bytes;
  if (!arg_int(env, args[0], &fd) || !arg_int(env, args[1], &bytes)) return invalid(env);
  return answer_call(env, fcntl(fd, F_SETPIPE_SZ, bytes));
}

/* flock(fd, operation) -> 0 */
napi_value sys_flock(napi_env env, napi_callback_info info) {
  ARGS(2);
  int fd, operation;
  if (!arg_int(env, args[0], &fd) || !arg_int(env, args[1], &operation)) return invalid(env);
  return answer_call(env, flock(fd, operation));
}
