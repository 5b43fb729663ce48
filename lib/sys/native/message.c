/* sendmsg(2) and recvmsg(2) with descriptors (SCM_RIGHTS) and identities (SCM_CREDENTIALS). */
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "args.h"
#include "sys.h"

/* The kernel's own limit for one message (SCM_MAX_FD). */
#define MAX_FDS 253

/* Room for both control messages, aligned as struct cmsghdr wants it. */
union control {
  struct cmsghdr align;
  char bytes[CMSG_SPACE(MAX_FDS * sizeof(int)) + CMSG_SPACE(sizeof(struct ucred))];
};

/* Appends a control message; `message` has the whole buffer and controllen says what of it is used. */
static void attach(struct msghdr *message, int type, const void *data, size_t length) {
  struct cmsghdr *header = (struct cmsghdr *)((char *)message->msg_control + message->msg_controllen);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = type;
  header->cmsg_len = CMSG_LEN(length);
  memcpy(CMSG_DATA(header), data, length);
  message->msg_controllen += CMSG_SPACE(length);
}

/* sendmsg(fd, buffer, flags, address | null, fds | null, credentials | null) -> bytes */
napi_value sys_sendmsg(napi_env env, napi_callback_info info) {
  ARGS(6);
  int fd, flags;
  struct iovec vector;
  uint8_t *buffer, *address = NULL;
  int32_t *fds = NULL, *credentials = NULL;
  size_t address_length = 0, fd_count = 0, credential_count = 3;
  if (!arg_int(env, args[0], &fd) || !arg_bytes(env, args[1], &buffer, &vector.iov_len) ||
      !arg_int(env, args[2], &flags))
    return invalid(env);
  if (!is_null(env, args[3]) && !arg_bytes(env, args[3], &address, &address_length)) return invalid(env);
  if (!is_null(env, args[4]) && !arg_ints(env, args[4], &fds, &fd_count)) return invalid(env);
  if (!is_null(env, args[5]) && !arg_ints(env, args[5], &credentials, &credential_count)) return invalid(env);
  if (fd_count > MAX_FDS || credential_count != 3) return invalid(env);
  vector.iov_base = buffer;
  union control control;
  memset(&control, 0, sizeof control);
  struct msghdr message = {.msg_name = address, .msg_namelen = address_length, .msg_iov = &vector, .msg_iovlen = 1};
  message.msg_control = control.bytes;
  if (fd_count > 0) attach(&message, SCM_RIGHTS, fds, fd_count * sizeof(int));
  if (credentials != NULL) {
    struct ucred ids = {.pid = credentials[0], .uid = (uid_t)credentials[1], .gid = (gid_t)credentials[2]};
    attach(&message, SCM_CREDENTIALS, &ids, sizeof ids);
  }
  return answer_call(env, sendmsg(fd, &message, flags));
}

/* Keeps as many descriptors as there is room for; the others are closed, so that a peer cannot fill our table. */
static int32_t take_fds(const struct cmsghdr *header, int32_t *fds, size_t room, int32_t taken) {
  size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
  for (size_t i = 0; i < count; i++) {
    int fd;
    memcpy(&fd, CMSG_DATA(header) + i * sizeof fd, sizeof fd);
    if ((size_t)taken < room) {
      fds[taken++] = fd;
    } else {
      close(fd);
    }
  }
  return taken;
}

/* recvmsg(fd, buffer, flags, fds, credentials, counts) -> bytes */
napi_value sys_recvmsg(napi_env env, napi_callback_info info) {
  ARGS(6);
  int fd, flags;
  struct iovec vector;
  uint8_t *buffer;
  int32_t *fds, *credentials, *counts;
  size_t fd_room, credential_room, count_room;
  if (!arg_int(env, args[0], &fd) || !arg_bytes(env, args[1], &buffer, &vector.iov_len) ||
      !arg_int(env, args[2], &flags) || !arg_ints(env, args[3], &fds, &fd_room) ||
      !arg_ints(env, args[4], &credentials, &credential_room) || !arg_ints(env, args[5], &counts, &count_room) ||
      credential_room < 3 || count_room < 3)
    return invalid(env);
  vector.iov_base = buffer;
  union control control;
  struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
  message.msg_control = control.bytes;
  message.msg_controllen = sizeof control.bytes;
  ssize_t received = recvmsg(fd, &message, flags | MSG_CMSG_CLOEXEC);
  if (received < 0) return answer(env, -errno);
  counts[0] = counts[1] = 0;
  counts[2] = message.msg_flags;
  for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header != NULL; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET) continue;
    if (header->cmsg_type == SCM_RIGHTS) {
      counts[0] = take_fds(header, fds, fd_room, counts[0]);
    } else if (header->cmsg_type == SCM_CREDENTIALS && header->cmsg_len >= CMSG_LEN(sizeof(struct ucred))) {
      struct ucred ids;
      memcpy(&ids, CMSG_DATA(header), sizeof ids);
      credentials[0] = ids.pid;
      credentials[1] = (int32_t)ids.uid;
      credentials[2] = (int32_t)ids.gid;
      counts[1] = 1;
    }
  }
  return answer(env, received);
}
