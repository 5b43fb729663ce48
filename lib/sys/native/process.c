/* Processes: waiting, signals, sessions, limits. */
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "args.h"
#include "sys.h"

static double microseconds(struct timeval time) { return time.tv_sec * 1e6 + time.tv_usec; }

/* wait4(pid, options, out) -> pid */
napi_value sys_wait4(napi_env env, napi_callback_info info) {
  ARGS(3);
  int pid, options, status = 0;
  double *out;
  size_t room;
  struct rusage usage;
  if (!arg_int(env, args[0], &pid) || !arg_int(env, args[1], &options) || !arg_doubles(env, args[2], &out, &room) ||
      room < 4)
    return invalid(env);
  memset(&usage, 0, sizeof usage);
  pid_t waited;
  do {
    waited = wait4(pid, &status, options, &usage);
  } while (waited < 0 && errno == EINTR);
  if (waited < 0) return answer(env, -errno);
  out[0] = status;
  out[1] = microseconds(usage.ru_utime);
  out[2] = microseconds(usage.ru_stime);
  out[3] = usage.ru_maxrss;
  return answer(env, waited);
}

/* kill(pid, signal) -> 0 */
napi_value sys_kill(napi_env env, napi_callback_info info) {
  ARGS(2);
  int pid, number;
  if (!arg_int(env, args[0], &pid) || !arg_int(env, args[1], &number)) return invalid(env);
  return answer_call(env, kill(pid, number));
}

#ifndef SYS_pidfd_open
#define SYS_pidfd_send_signal 424 /* the same numbers on every architecture but alpha */
#define SYS_pidfd_open 434
#endif

/* pidfd_open(pid) -> fd; it is close-on-exec without being asked */
napi_value sys_pidfd_open(napi_env env, napi_callback_info info) {
  ARGS(1);
  int pid;
  if (!arg_int(env, args[0], &pid)) return invalid(env);
  return answer_call(env, syscall(SYS_pidfd_open, pid, 0));
}

/* pidfd_send_signal(fd, signal) -> 0 */
napi_value sys_pidfd_send_signal(napi_env env, napi_callback_info info) {
  ARGS(2);
  int fd, number;
  if (!arg_int(env, args[0], &fd) || !arg_int(env, args[1], &number)) return invalid(env);
  return answer_call(env, syscall(SYS_pidfd_send_signal, fd, number, NULL, 0));
}

/* setsid() -> session */
napi_value sys_setsid(napi_env env, napi_callback_info info) { return answer_call(env, setsid()); }

/* The kernel's own struct: 64 bits on every machine, unlike struct rlimit. */
struct limit64 {
  uint64_t soft, hard;
};

static uint64_t limit_from(double value) { return value >= 0x1p64 ? UINT64_MAX : (uint64_t)value; }

static double limit_to(uint64_t value) { return value == UINT64_MAX ? INFINITY : (double)value; }

/* prlimit(pid, resource, limits, out) -> 0 */
napi_value sys_prlimit(napi_env env, napi_callback_info info) {
  ARGS(4);
  int pid, resource;
  double *limits, *out;
  size_t count, room;
  struct limit64 new, old;
  if (!arg_int(env, args[0], &pid) || !arg_int(env, args[1], &resource) ||
      !arg_doubles(env, args[2], &limits, &count) || !arg_doubles(env, args[3], &out, &room) ||
      (count != 0 && count != 2) || room < 2)
    return invalid(env);
  if (count == 2) {
    if (!(limits[0] >= 0) || !(limits[1] >= 0)) return invalid(env);
    new = (struct limit64){.soft = limit_from(limits[0]), .hard = limit_from(limits[1])};
  }
  if (syscall(SYS_prlimit64, pid, resource, count == 2 ? &new : NULL, &old) < 0) return answer(env, -errno);
  out[0] = limit_to(old.soft);
  out[1] = limit_to(old.hard);
  return answer(env, 0);
}

/* prctl(option, argument) -> result */
napi_value sys_prctl(napi_env env, napi_callback_info info) {
  ARGS(2);
  int option;
  double argument;
  if (!arg_int(env, args[0], &option) || !arg_number(env, args[1], 0, 0x1p53, &argument)) return invalid(env);
  return answer_call(env, prctl(option, (unsigned long)argument, 0, 0, 0));
}

/* strerror(errno) -> text */
napi_value sys_strerror(napi_env env, napi_callback_info info) {
  ARGS(1);
  int number;
  napi_value text = NULL;
  if (!arg_int(env, args[0], &number)) return invalid(env);
  napi_create_string_utf8(env, strerror(number), NAPI_AUTO_LENGTH, &text);
  return text;
}
