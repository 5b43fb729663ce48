/*
 * The load generator: one thread, one epoll, a bounded time. Prints one line of JSON.
 *
 *   load WORKLOAD -a ADDRESS -p PORT [-t MS] [-c CLIENTS] [-n BYTES] [-g GAP_US]
 *
 * connect      CLIENTS at once connect, send BYTES and end their side if -n is given, read until the end, and come again,
 *              GAP_US later; latencies are from connect to first byte
 * echo-stream  CLIENTS open connections send BYTES, wait for as many, and send again; latencies are round trips
 * echo-dgram   the same with datagrams; one without an answer for 100 ms counts as failed and is sent again
 * await        one client tries until it connects and, with -n, reads a byte; prints when, on CLOCK_MONOTONIC
 */

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MS ((uint64_t)1000000) /* in nanoseconds, as all times here */
#define LOST_AFTER (100 * MS)

struct client {
  int fd;
  bool connecting;
  uint64_t since; /* of the connect, or of the last sending */
  size_t got;
};

struct latencies {
  uint32_t *values;
  size_t count, room;
};

static struct sockaddr_in server = {.sin_family = AF_INET};
static uint64_t duration = 1000 * MS, gap, deadline;
static int clients = 1;
static size_t size;
static int epoll;
static struct latencies latencies;
static uint64_t served, failed;
static char sent[65536], received[65536];

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000 * MS + (uint64_t)t.tv_nsec;
}

static void pause_for(uint64_t ns) {
  struct timespec t = {.tv_sec = (time_t)(ns / (1000 * MS)), .tv_nsec = (long)(ns % (1000 * MS))};
  nanosleep(&t, NULL);
}

static void record(uint64_t latency) {
  if (latencies.count == latencies.room) {
    latencies.room = latencies.room ? latencies.room * 2 : 65536;
    latencies.values = realloc(latencies.values, latencies.room * sizeof *latencies.values);
    if (latencies.values == NULL) err(1, "latencies");
  }
  latencies.values[latencies.count++] = latency > UINT32_MAX ? UINT32_MAX : (uint32_t)latency;
}

/* Ends by a reset, so that no address stays in TIME_WAIT and the run never lacks ports. */
static void hang_up(struct client *client) {
  struct linger at_once = {.l_onoff = 1};
  setsockopt(client->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close(client->fd);
  client->fd = -1;
}

/* Does not block: a server with a short accept queue makes its callers wait a second, and they must not hold the others. */
static bool dial(struct client *client, int type) {
  client->fd = socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (client->fd < 0) err(1, "socket");
  int on = 1;
  if (type == SOCK_STREAM) setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  client->since = now();
  client->got = 0;
  client->connecting = connect(client->fd, (struct sockaddr *)&server, sizeof server) < 0;
  if (!client->connecting || errno == EINPROGRESS) return true;
  hang_up(client);
  return false;
}

static void watch(struct client *client) {
  struct epoll_event event = {.events = client->connecting ? EPOLLOUT : EPOLLIN, .data.ptr = client};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, client->fd, &event) < 0) err(1, "epoll_ctl");
}

/* Whether an attempt that was under way came to a connection. */
static bool connected(struct client *client) {
  int error = 0;
  socklen_t length = sizeof error;
  getsockopt(client->fd, SOL_SOCKET, SO_ERROR, &error, &length);
  if (error != 0) return false;
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
  if (epoll_ctl(epoll, EPOLL_CTL_MOD, client->fd, &event) < 0) err(1, "epoll_ctl");
  client->connecting = false;
  return true;
}

static void say(struct client *client) {
  client->got = 0;
  client->since = now();
  if (send(client->fd, sent, size, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)size) failed++;
}

/* A server that is not there would be asked a million times a second. */
static void come_back_later(void) {
  failed++;
  pause_for(1 * MS);
}

/* A server that is not there must not hold us longer than the time we were given. */
static bool dial_until_end(struct client *client) {
  while (!dial(client, SOCK_STREAM)) {
    come_back_later();
    if (now() > deadline) return false;
  }
  watch(client);
  return true;
}

static void ask(struct client *client) {
  if (size == 0) return;
  send(client->fd, sent, size, MSG_NOSIGNAL | MSG_DONTWAIT);
  shutdown(client->fd, SHUT_WR);
}

static void begin_connection(struct client *client) {
  if (dial_until_end(client) && !client->connecting) ask(client);
}

static void end_connection(struct client *client, bool good) {
  hang_up(client);
  if (good) served++;
  else come_back_later();
  if (gap > 0) pause_for(gap);
  begin_connection(client);
}

static void continue_connection(struct client *client) {
  if (client->connecting) {
    if (connected(client)) ask(client);
    else end_connection(client, false);
    return;
  }
  ssize_t n = recv(client->fd, received, sizeof received, MSG_DONTWAIT);
  if (n < 0 && errno == EAGAIN) return;
  if (n > 0) {
    if (client->got == 0) record(now() - client->since);
    client->got += (size_t)n;
    return;
  }
  end_connection(client, n == 0 && (size == 0 ? client->got > 0 : client->got == size));
}

static void begin_echo_stream(struct client *client) {
  if (dial_until_end(client) && !client->connecting) say(client);
}

static void continue_echo_stream(struct client *client) {
  ssize_t n = -1;
  if (client->connecting) {
    if (connected(client)) return say(client);
  } else {
    n = recv(client->fd, received, sizeof received, MSG_DONTWAIT);
    if (n < 0 && errno == EAGAIN) return;
  }
  if (n <= 0) {
    hang_up(client);
    come_back_later();
    begin_echo_stream(client);
    return;
  }
  client->got += (size_t)n;
  if (client->got < size) return;
  record(now() - client->since);
  served++;
  say(client);
}

static void begin_echo_dgram(struct client *client) {
  if (!dial(client, SOCK_DGRAM)) err(1, "datagram socket");
  watch(client);
  say(client);
}

static void continue_echo_dgram(struct client *client) {
  ssize_t n = recv(client->fd, received, sizeof received, MSG_DONTWAIT);
  if (n < 0 && errno == EAGAIN) return;
  if (n == (ssize_t)size) {
    record(now() - client->since);
    served++;
  } else {
    come_back_later(); /* ECONNREFUSED: no server */
  }
  say(client);
}

static void repeat_lost(struct client *all) {
  uint64_t t = now();
  for (int i = 0; i < clients; i++) {
    if (t - all[i].since < LOST_AFTER) continue;
    failed++;
    say(&all[i]);
  }
}

struct workload {
  const char *name;
  void (*begin)(struct client *);
  void (*continue_)(struct client *);
  bool datagrams, needs_size;
};

static const struct workload workloads[] = {
    {"connect", begin_connection, continue_connection, false, false},
    {"echo-stream", begin_echo_stream, continue_echo_stream, false, true},
    {"echo-dgram", begin_echo_dgram, continue_echo_dgram, true, true},
};

static uint64_t run(const struct workload *workload) {
  struct client *all = calloc((size_t)clients, sizeof *all);
  struct epoll_event events[64];
  if (all == NULL) err(1, "clients");
  uint64_t start = now(), checked = start, t;
  deadline = start + duration;
  for (int i = 0; i < clients; i++) workload->begin(&all[i]);
  while ((t = now()) < deadline) {
    int n = epoll_wait(epoll, events, 64, 10);
    for (int i = 0; i < n; i++) workload->continue_(events[i].data.ptr);
    if (workload->datagrams && t - checked > LOST_AFTER / 2) {
      repeat_lost(all);
      checked = t;
    }
  }
  for (int i = 0; i < clients; i++) hang_up(&all[i]);
  return t - start;
}

static int compare(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return x < y ? -1 : x > y;
}

/* Nearest rank, in microseconds. */
static double percentile(double part) {
  if (latencies.count == 0) return 0;
  size_t rank = (size_t)(part * (double)(latencies.count - 1) + 0.5);
  return latencies.values[rank] / 1000.0;
}

static void print(uint64_t took) {
  double seconds = (double)took / (1000.0 * MS);
  qsort(latencies.values, latencies.count, sizeof *latencies.values, compare);
  printf("{\"served\":%" PRIu64 ",\"failed\":%" PRIu64 ",\"seconds\":%.6f,\"perSecond\":%.2f,", served, failed, seconds,
         (double)served / seconds);
  printf("\"us\":{\"p50\":%.1f,\"p90\":%.1f,\"p99\":%.1f,\"max\":%.1f}}\n", percentile(0.5), percentile(0.9),
         percentile(0.99), percentile(1));
}

/* Blocks, for a second at most. */
static bool answers(void) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) err(1, "socket");
  struct timeval patience = {.tv_sec = 1};
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  bool answered = connect(fd, (struct sockaddr *)&server, sizeof server) == 0 && (size == 0 || recv(fd, received, 1, 0) == 1);
  struct client client = {.fd = fd};
  hang_up(&client);
  return answered;
}

static int await(void) {
  uint64_t start = now();
  while (!answers()) {
    if (now() - start > duration) errx(1, "no answer in %" PRIu64 " ms", duration / MS);
    pause_for(MS / 2);
  }
  printf("{\"at\":%.3f}\n", (double)now() / MS);
  return 0;
}

static const struct workload *find(const char *name) {
  for (size_t i = 0; i < sizeof workloads / sizeof *workloads; i++) {
    if (strcmp(workloads[i].name, name) == 0) return &workloads[i];
  }
  errx(2, "%s: no such workload", name);
}

static void read_options(int argc, char **argv) {
  int option;
  while ((option = getopt(argc, argv, "a:p:t:c:n:g:")) != -1) {
    switch (option) {
      case 'a':
        if (inet_pton(AF_INET, optarg, &server.sin_addr) != 1) errx(2, "%s: not an IPv4 address", optarg);
        break;
      case 'p': server.sin_port = htons((uint16_t)atoi(optarg)); break;
      case 't': duration = strtoull(optarg, NULL, 10) * MS; break;
      case 'c': clients = atoi(optarg); break;
      case 'n': size = strtoull(optarg, NULL, 10); break;
      case 'g': gap = strtoull(optarg, NULL, 10) * 1000; break;
      default: exit(2);
    }
  }
  if (server.sin_addr.s_addr == 0 || server.sin_port == 0) errx(2, "-a ADDRESS and -p PORT are needed");
  if (clients < 1 || size > sizeof sent) errx(2, "at least one client, at most %zu bytes", sizeof sent);
}

int main(int argc, char **argv) {
  if (argc < 2) errx(2, "usage: load WORKLOAD -a ADDRESS -p PORT [-t MS] [-c CLIENTS] [-n BYTES] [-g GAP_US]");
  read_options(argc - 1, argv + 1);
  if (strcmp(argv[1], "await") == 0) return await();
  const struct workload *workload = find(argv[1]);
  if (workload->needs_size && size == 0) errx(2, "%s needs -n BYTES", argv[1]);
  epoll = epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) err(1, "epoll_create1");
  memset(sent, 'x', sizeof sent);
  print(run(workload));
  return 0;
}
