/* Sockets: one function a system call. */
#include <net/if.h>
#include <sys/socket.h>

#include "args.h"
#include "sys.h"

/* socket(domain, type, protocol) -> fd */
napi_value sys_socket(napi_env env, napi_callback_info info) {
  ARGS(3);
  int domain, type, protocol;
  if (!arg_int(env, args[0], &domain) || !arg_int(env, args[1], &type) || !arg_int(env, args[2], &protocol))
    return invalid(env);
  return answer_call(env, socket(domain, type | SOCK_CLOEXEC, protocol));
}

/* bind(fd, address) -> 0 */
napi_value sys_bind(napi_env env, napi_callback_info info) {
  ARGS(2);
  int fd;
  uint8_t *address;
  size_t length;
  if (!arg_int(env, args[0], &fd) || !arg_bytes(env, args[1], &address, &length)) return invalid(env);
  return answer_call(env, bind(fd, (const struct sockaddr *)address, length));
}

/* connect(fd, address) -> 0 */
napi_value sys_connect(napi_env env, napi_callback_info info) {
  ARGS(2);
  int fd;
  uint8_t *address;
  size_t length;
  if (!arg_int(env, args[0], &fd) || !arg_bytes(env, args[1], &address, &length)) return invalid(env);
  return answer_call(env, connect(fd, (const struct sockaddr *)address, length));
}

/* listen(fd, backlog) -> 0 */
napi_value sys_listen(napi_env env, napi_callback_info info) {
  ARGS(2);
  int fd, backlog;
  if (!arg_int(env, args[0], &fd) || !arg_int(env, args[1], &backlog)) return invalid(env);
  return answer_call(env, listen(fd, backlog));
}

#define ADDRESS_SIZE sizeof(struct sockaddr_storage)

/* accept4(fd, flags, fds, addresses, addressLengths) -> count */
napi_value sys_accept4(napi_env env, napi_callback_info info) {
  ARGS(5);
  int fd, flags;
  int32_t *fds, *lengths;
  uint8_t *addresses;
  size_t room, address_bytes, length_count, count = 0;
  if (!arg_int(env, args[0], &fd) || !arg_int(env, args[1], &flags) || !arg_ints(env, args[2], &fds, &room) ||
      !arg_bytes(env, args[3], &addresses, &address_bytes) || !arg_ints(env, args[4], &lengths, &length_count) ||
      room == 0 || address_bytes / ADDRESS_SIZE < room || length_count < room)
    return invalid(env);
  /* Tries are bounded, so that callers who hang up again and again cannot keep us here: level-triggered, we return. */
  for (size_t tries = 0; count < room && tries < 2 * room; tries++) {
    struct sockaddr *address = (struct sockaddr *)(addresses + count * ADDRESS_SIZE);
    socklen_t length = ADDRESS_SIZE;
    int accepted = accept4(fd, address, &length, flags | SOCK_CLOEXEC);
    if (accepted >= 0) {
      fds[count] = accepted;
      lengths[count] = length < ADDRESS_SIZE ? length : ADDRESS_SIZE;
      count++;
    } else if (errno != EINTR && errno != ECONNABORTED) {
      return count > 0 ? answer(env, count) : answer(env, -errno);
    }
  }
  return answer(env, count);
}

typedef int name_call(int, struct sockaddr *, socklen_t *);

static napi_value name_of(napi_env env, napi_callback_info info, name_call *call) {
  ARGS(2);
  int fd;
  uint8_t *address;
  size_t room;
  if (!arg_int(env, args[0], &fd) || !arg_bytes(env, args[1], &address, &room)) return invalid(env);
  socklen_t length = room;
  if (call(fd, (struct sockaddr *)address, &length) < 0) return answer(env, -errno);
  return answer(env, length < room ? length : room);
}

/* getsockname(fd, address) -> length */
napi_value sys_getsockname(napi_env env, napi_callback_info info) { return name_of(env, info, getsockname); }

/* getpeername(fd, address) -> length */
napi_value sys_getpeername(napi_env env, napi_callback_info info) { return name_of(env, info, getpeername); }

/* getsockopt(fd, level, name, value) -> length */
napi_value sys_getsockopt(napi_env env, napi_callback_info info) {
  ARGS(4);
  int fd, level, name;
  uint8_t *value;
  size_t room;
  if (!arg_int(env, args[0], &fd) || !arg_int(env, args[1], &level) || !arg_int(env, args[2], &name) ||
      !arg_bytes(env, args[3], &value, &room))
    return invalid(env);
  socklen_t length = room;
  if (getsockopt(fd, level, name, value, &length) < 0) return answer(env, -errno);
  return answer(env, length);
}

/* setsockopt(fd, level, name, value) -> 0 */
napi_value sys_setsockopt(napi_env env, napi_callback_info info) {
  ARGS(4);
  int fd, level, name;
  uint8_t *value;
  size_t length;
  if (!arg_int(env, args[0], &fd) || !arg_int(env, args[1], &level) || !arg_int(env, args[2], &name) ||
      !arg_bytes(env, args[3], &value, &length))
    return invalid(env);
  return answer_call(env, setsockopt(fd, level, name, value, length));
}

/* shutdown(fd, how) -> 0 */
napi_value sys_shutdown(napi_env env, napi_callback_info info) {
  ARGS(2);
  int fd, how;
  if (!arg_int(env, args[0], &fd) || !arg_int(env, args[1], &how)) return invalid(env);
  return answer_call(env, shutdown(fd, how));
}

/* recv(fd, buffer, flags) -> bytes */
napi_value sys_recv(napi_env env, napi_callback_info info) {
  ARGS(3);
  int fd, flags;
  uint8_t *buffer;
  size_t length;
  if (!arg_int(env, args[0], &fd) || !arg_bytes(env, args[1], &buffer, &length) || !arg_int(env, args[2], &flags))
    return invalid(env);
  return answer_call(env, recv(fd, buffer, length, flags));
}

/* recvfrom(fd, buffer, flags, address, addressLength) -> bytes */
napi_value sys_recvfrom(napi_env env, napi_callback_info info) {
  ARGS(5);
  int fd, flags;
  uint8_t *buffer, *address;
  int32_t *address_length;
  size_t length, room, count;
  if (!arg_int(env, args[0], &fd) || !arg_bytes(env, args[1], &buffer, &length) ||
      !arg_int(env, args[2], &flags) || !arg_bytes(env, args[3], &address, &room) ||
      !arg_ints(env, args[4], &address_length, &count) || count < 1)
    return invalid(env);
  socklen_t written = room;
  ssize_t received = recvfrom(fd, buffer, length, flags, (struct sockaddr *)address, &written);
  if (received < 0) return answer(env, -errno);
  address_length[0] = written < room ? written : room;
  return answer(env, received);
}

/* send(fd, buffer, flags) -> bytes */
napi_value sys_send(napi_env env, napi_callback_info info) {
  ARGS(3);
  int fd, flags;
  uint8_t *buffer;
  size_t length;
  if (!arg_int(env, args[0], &fd) || !arg_bytes(env, args[1], &buffer, &length) || !arg_int(env, args[2], &flags))
    return invalid(env);
  return answer_call(env, send(fd, buffer, length, flags));
}

/* sendto(fd, buffer, flags, address) -> bytes */
napi_value sys_sendto(napi_env env, napi_callback_info info) {
  ARGS(4);
  int fd, flags;
  uint8_t *buffer, *address;
  size_t length, address_length;
  if (!arg_int(env, args[0], &fd) || !arg_bytes(env, args[1], &buffer, &length) ||
      !arg_int(env, args[2], &flags) || !arg_bytes(env, args[3], &address, &address_length))
    return invalid(env);
  return answer_call(env, sendto(fd, buffer, length, flags, (const struct sockaddr *)address, address_length));
}

/* if_nametoindex(name) -> index */
napi_value sys_if_nametoindex(napi_env env, napi_callback_info info) {
  ARGS(1);
  char name[IF_NAMESIZE];
  if (!arg_text(env, args[0], name, sizeof name)) return invalid(env);
  unsigned index = if_nametoindex(name);
  return answer(env, index > 0 ? (long)index : -(long)errno);
}

/* if_indextoname(index) -> name | -errno */
napi_value sys_if_indextoname(napi_env env, napi_callback_info info) {
  ARGS(1);
  char name[IF_NAMESIZE];
  unsigned index;
  napi_value text = NULL;
  if (!arg_uint(env, args[0], &index)) return invalid(env);
  if (if_indextoname(index, name) == NULL) return answer(env, -errno);
  napi_create_string_utf8(env, name, NAPI_AUTO_LENGTH, &text);
  return text;
}
