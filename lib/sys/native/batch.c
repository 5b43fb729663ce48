/*
 * Datagrams in batches: recvmmsg(2) and sendmmsg(2). Each datagram keeps its packet info, so that its answer leaves
 * from the address that was asked, also on a machine with several (ip(7) IP_PKTINFO, ipv6(7) IPV6_RECVPKTINFO).
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "args.h"
#include "sys.h"

#define ADDRESS_SIZE sizeof(struct sockaddr_storage)
#define MAX_COUNT 1024
#define MAX_SIZE (1 << 20)

union control {
  struct cmsghdr align;
  char bytes[CMSG_SPACE(sizeof(struct in6_pktinfo)) + CMSG_SPACE(sizeof(struct in_pktinfo))];
};

/* Owned by the JavaScript object and by the ArrayBuffer over `block`; the last one of them frees it. */
struct batch {
  unsigned owners;
  size_t count, size;
  int32_t *lengths, *address_lengths; /* in `block` */
  uint8_t *addresses, *payloads;      /* in `block` */
  void *block;
  struct mmsghdr *headers, *outgoing; /* `outgoing` are the chosen ones of a sendmmsg, without gaps */
  struct iovec *vectors;
  union control *controls;
  size_t *control_lengths; /* what of `controls` the answer carries */
};

static const napi_type_tag batch_tag = {0x9d1c5f5be2a94c11, 0xb5a0d4aa57c6e201};

static void batch_release(struct batch *batch) {
  if (--batch->owners > 0) return;
  free(batch->block);
  free(batch->headers);
  free(batch->outgoing);
  free(batch->vectors);
  free(batch->controls);
  free(batch->control_lengths);
  free(batch);
}

static void batch_finalize(napi_env env, void *data, void *hint) { batch_release(hint); }

static struct batch *batch_new(size_t count, size_t size) {
  struct batch *batch = calloc(1, sizeof *batch);
  if (batch == NULL) return NULL;
  batch->owners = 1;
  batch->count = count;
  batch->size = size;
  batch->block = calloc(1, count * (2 * sizeof(int32_t) + ADDRESS_SIZE + size));
  batch->headers = calloc(count, sizeof *batch->headers);
  batch->outgoing = calloc(count, sizeof *batch->outgoing);
  batch->vectors = calloc(count, sizeof *batch->vectors);
  batch->controls = calloc(count, sizeof *batch->controls);
  batch->control_lengths = calloc(count, sizeof *batch->control_lengths);
  if (batch->block == NULL || batch->headers == NULL || batch->outgoing == NULL || batch->vectors == NULL ||
      batch->controls == NULL || batch->control_lengths == NULL) {
    batch_release(batch);
    return NULL;
  }
  batch->lengths = batch->block;
  batch->address_lengths = batch->lengths + count;
  batch->addresses = (uint8_t *)(batch->address_lengths + count);
  batch->payloads = batch->addresses + count * ADDRESS_SIZE;
  return batch;
}

/* A view of `count` elements at `start` of the batch's block, as a property of its object. */
static bool expose(napi_env env, napi_value object, const char *name, napi_typedarray_type type, napi_value buffer,
                   const struct batch *batch, const void *start, size_t count) {
  napi_value view;
  size_t offset = (const char *)start - (const char *)batch->block;
  return napi_create_typedarray(env, type, count, buffer, offset, &view) == napi_ok &&
         napi_set_named_property(env, object, name, view) == napi_ok;
}

/* batch(count, size) -> object | -errno */
napi_value sys_batch(napi_env env, napi_callback_info info) {
  ARGS(2);
  unsigned count, size;
  if (!arg_uint(env, args[0], &count) || !arg_uint(env, args[1], &size) || count == 0 || count > MAX_COUNT ||
      size == 0 || size > MAX_SIZE)
    return invalid(env);
  struct batch *batch = batch_new(count, size);
  if (batch == NULL) return answer(env, -ENOMEM);
  napi_value object, buffer;
  size_t bytes = (char *)(batch->payloads + count * (size_t)size) - (char *)batch->block;
  napi_create_object(env, &object);
  if (napi_wrap(env, object, batch, batch_finalize, batch, NULL) != napi_ok) {
    batch_release(batch);
    return answer(env, -ENOMEM);
  }
  batch->owners++;
  if (napi_create_external_arraybuffer(env, batch->block, bytes, batch_finalize, batch, &buffer) != napi_ok) {
    batch->owners--;
    return answer(env, -ENOMEM);
  }
  bool exposed =
      napi_type_tag_object(env, object, &batch_tag) == napi_ok &&
      expose(env, object, "lengths", napi_int32_array, buffer, batch, batch->lengths, count) &&
      expose(env, object, "addressLengths", napi_int32_array, buffer, batch, batch->address_lengths, count) &&
      expose(env, object, "addresses", napi_uint8_array, buffer, batch, batch->addresses, count * ADDRESS_SIZE) &&
      expose(env, object, "payloads", napi_uint8_array, buffer, batch, batch->payloads, count * (size_t)size);
  return exposed ? object : answer(env, -ENOMEM);
}

/*
 * The packet info of an answer: the address asked becomes the source. The interface is left to the routes, except
 * where an address means something on one link only.
 */
static size_t answer_ipv4(union control *control, struct in_pktinfo info) {
  uint32_t asked = ntohl(info.ipi_addr.s_addr);
  bool on_link = IN_MULTICAST(asked) || (asked >> 16) == 0xa9fe; /* 169.254/16, RFC 3927 */
  struct in_pktinfo reply = {.ipi_ifindex = on_link ? info.ipi_ifindex : 0, .ipi_spec_dst = info.ipi_spec_dst};
  control->align = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof reply), .cmsg_level = IPPROTO_IP, .cmsg_type = IP_PKTINFO};
  memcpy(CMSG_DATA(&control->align), &reply, sizeof reply);
  return CMSG_SPACE(sizeof reply);
}

static size_t answer_ipv6(union control *control, struct in6_pktinfo info) {
  const struct in6_addr *asked = &info.ipi6_addr;
  bool mapped = IN6_IS_ADDR_V4MAPPED(asked);
  bool group = IN6_IS_ADDR_MULTICAST(asked) ||
               (mapped && (asked->s6_addr[12] & 0xf0) == 0xe0); /* 224/4 */
  bool on_link = group || IN6_IS_ADDR_LINKLOCAL(asked);
  struct in6_pktinfo reply = {.ipi6_addr = *asked, .ipi6_ifindex = on_link ? info.ipi6_ifindex : 0};
  if (group && mapped) return 0; /* no such source, and no unspecified mapped one either */
  if (group) reply.ipi6_addr = in6addr_any;
  control->align = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof reply), .cmsg_level = IPPROTO_IPV6, .cmsg_type = IPV6_PKTINFO};
  memcpy(CMSG_DATA(&control->align), &reply, sizeof reply);
  return CMSG_SPACE(sizeof reply);
}

/* Turns the received control messages into those of the answer, and returns their length. */
static size_t answer_control(struct msghdr *message, union control *control) {
  for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header != NULL; header = CMSG_NXTHDR(message, header)) {
    if (header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_PKTINFO &&
        header->cmsg_len >= CMSG_LEN(sizeof(struct in_pktinfo))) {
      struct in_pktinfo info;
      memcpy(&info, CMSG_DATA(header), sizeof info);
      return answer_ipv4(control, info);
    }
    if (header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_PKTINFO &&
        header->cmsg_len >= CMSG_LEN(sizeof(struct in6_pktinfo))) {
      struct in6_pktinfo info;
      memcpy(&info, CMSG_DATA(header), sizeof info);
      return answer_ipv6(control, info);
    }
  }
  return 0;
}

/* recvmmsg(fd, batch, flags) -> count */
napi_value sys_recvmmsg(napi_env env, napi_callback_info info) {
  ARGS(3);
  int fd, flags, count;
  struct batch *batch = arg_wrapped(env, args[1], &batch_tag);
  if (!arg_int(env, args[0], &fd) || batch == NULL || !arg_int(env, args[2], &flags)) return invalid(env);
  for (size_t i = 0; i < batch->count; i++) {
    batch->vectors[i] = (struct iovec){.iov_base = batch->payloads + i * batch->size, .iov_len = batch->size};
    batch->headers[i].msg_hdr = (struct msghdr){.msg_name = batch->addresses + i * ADDRESS_SIZE,
                                                .msg_namelen = ADDRESS_SIZE,
                                                .msg_iov = &batch->vectors[i],
                                                .msg_iovlen = 1,
                                                .msg_control = batch->controls[i].bytes,
                                                .msg_controllen = sizeof batch->controls[i].bytes};
  }
  do {
    count = recvmmsg(fd, batch->headers, batch->count, flags, NULL);
  } while (count < 0 && errno == EINTR);
  if (count < 0) return answer(env, -errno);
  for (int i = 0; i < count; i++) {
    batch->lengths[i] = batch->headers[i].msg_len;
    batch->address_lengths[i] = batch->headers[i].msg_hdr.msg_namelen;
    batch->control_lengths[i] = answer_control(&batch->headers[i].msg_hdr, &batch->controls[i]);
  }
  return answer(env, count);
}

/* The datagrams to send, without gaps, in `outgoing`. Lengths come from JavaScript and are not trusted. */
static unsigned gather(struct batch *batch, unsigned count) {
  unsigned chosen = 0;
  for (size_t i = 0; i < count; i++) {
    int32_t length = batch->lengths[i], address_length = batch->address_lengths[i];
    if (length < 0 || (size_t)length > batch->size) continue;
    if (address_length < 0 || (size_t)address_length > ADDRESS_SIZE) continue;
    batch->vectors[i] = (struct iovec){.iov_base = batch->payloads + i * batch->size, .iov_len = length};
    batch->outgoing[chosen++].msg_hdr = (struct msghdr){
        .msg_name = batch->addresses + i * ADDRESS_SIZE,
        .msg_namelen = address_length,
        .msg_iov = &batch->vectors[i],
        .msg_iovlen = 1,
        .msg_control = batch->control_lengths[i] > 0 ? batch->controls[i].bytes : NULL,
        .msg_controllen = batch->control_lengths[i],
    };
  }
  return chosen;
}

/* sendmmsg(fd, batch, count, flags) -> how many went */
napi_value sys_sendmmsg(napi_env env, napi_callback_info info) {
  ARGS(4);
  int fd, flags;
  unsigned count, next = 0, sent = 0;
  struct batch *batch = arg_wrapped(env, args[1], &batch_tag);
  if (!arg_int(env, args[0], &fd) || batch == NULL || !arg_uint(env, args[2], &count) || count > batch->count ||
      !arg_int(env, args[3], &flags))
    return invalid(env);
  unsigned chosen = gather(batch, count);
  while (next < chosen) {
    int went = sendmmsg(fd, batch->outgoing + next, chosen - next, flags | MSG_NOSIGNAL);
    if (went > 0) {
      sent += went;
      next += went;
    } else if (errno != EINTR) {
      next++; /* the error is that of the first one: it is dropped, as the network would */
    }
  }
  return answer(env, sent);
}
