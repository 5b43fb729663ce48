/* Files that are no regular ones: one function a system call. */
#include <fcntl.h>
#include <mqueue.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "args.h"
#include "sys.h"

/* mkfifo(path, mode) -> 0 */
napi_value sys_mkfifo(napi_env env, napi_callback_info info) {
  ARGS(2);
  char path[PATH_MAX];
  unsigned mode;
  if (!arg_text(env, args[0], path, sizeof path) || !arg_uint(env, args[1], &mode)) return invalid(env);
  return answer_call(env, mkfifo(path, mode));
}

/* mq_open(name, flags, mode, sizes) -> fd. The name is without the slash that libc wants: it takes that away too. */
napi_value sys_mq_open(napi_env env, napi_callback_info info) {
  ARGS(4);
  char name[NAME_MAX + 1];
  int flags;
  unsigned mode;
  int32_t *sizes;
  size_t count;
  if (!arg_text(env, args[0], name, sizeof name) || !arg_int(env, args[1], &flags) ||
      !arg_uint(env, args[2], &mode) || !arg_ints(env, args[3], &sizes, &count) || (count != 0 && count != 2))
    return invalid(env);
  struct mq_attr attributes = {.mq_maxmsg = count == 0 ? 0 : sizes[0], .mq_msgsize = count == 0 ? 0 : sizes[1]};
  return answer_call(env, syscall(SYS_mq_open, name, flags | O_CLOEXEC, mode, count == 0 ? NULL : &attributes));
}

/* mq_unlink(name) -> 0 */
napi_value sys_mq_unlink(napi_env env, napi_callback_info info) {
  ARGS(1);
  char name[NAME_MAX + 1];
  if (!arg_text(env, args[0], name, sizeof name)) return invalid(env);
  return answer_call(env, syscall(SYS_mq_unlink, name));
}

/* fionread(fd) -> bytes: ioctl(fd, FIONREAD) */
napi_value sys_fionread(napi_env env, napi_callback_info info) {
  ARGS(1);
  int fd, bytes = 0;
  if (!arg_int(env, args[0], &fd)) return invalid(env);
  return ioctl(fd, FIONREAD, &bytes) < 0 ? answer(env, -errno) : answer(env, bytes);
}
