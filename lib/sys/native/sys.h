/* What the files of the addon share: the state of one environment, and the functions of the module table. */
#ifndef SUPERD_SYS_H
#define SUPERD_SYS_H

#include <node_api.h>

/*
 * The addon is loaded once per JavaScript context (a worker, a test file), several times in one process. Each has its
 * own state here; there are no C globals.
 */
struct sys {
  struct poller *poller;   /* the watched epoll instance, or NULL (epoll.c) */
  struct spawner *spawner; /* the spawner threads, or NULL before the first start (spawn.c) */
  struct exits *exits;     /* the thread that waits for exits, or NULL (exits.c) */
};

struct sys *sys_of(napi_env env);

/* name.c: the two tables of numbers. */
napi_value sys_numbers(napi_env env);
napi_value sys_constants(napi_env env);

#define SYS_FUNCTIONS(X)                                                                                       \
  X(socket) X(bind) X(connect) X(listen) X(accept4) X(getsockname) X(getpeername) X(getsockopt) X(setsockopt)  \
  X(shutdown) X(read) X(write) X(recv) X(send) X(sendto) X(sendmsg) X(recvmsg) X(batch) X(recvmmsg)            \
  X(sendmmsg) X(close) X(dupfd) X(getfl) X(setfl) X(flock) X(epollOpen) X(epollCtl) X(epollRef) X(epollClose)  \
  X(plan) X(spawn) X(spawnEventFd) X(spawnReports) X(spawnProgress) X(spawnerAdd) X(wait4) X(kill) X(setsid)   \
  X(prlimit) X(prctl) X(getpwnam) X(getpwuid) X(getgrnam) X(getgrgid) X(getgrouplist) X(strerror)                         \
  X(exitsOpen) X(exitsArm) X(recvfrom) X(if_nametoindex) X(if_indextoname) X(mkfifo)       \
  X(mq_open) X(mq_unlink) X(fionread) X(pipe) X(pipeSize) X(pidfd_open) X(pidfd_send_signal) X(innetgr) X(become)

#define SYS_DECLARE(name) napi_value sys_##name(napi_env env, napi_callback_info info);
SYS_FUNCTIONS(SYS_DECLARE)
#undef SYS_DECLARE

#endif
