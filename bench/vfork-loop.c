/*
 * The reference: what C can do at most with a process a connection. No configuration, no limits, no log.
 *
 *   vfork-loop THREADS ADDRESS PORT PROGRAM
 *
 * 1 or more THREADS accept and start PROGRAM on the connection; with 0 THREADS the listener itself is handed to
 * PROGRAM, one at a time, as `wait` means.
 */

#include <arpa/inet.h>
#include <err.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int listener;
static char *program;

/* vfork is clone(CLONE_VM | CLONE_VFORK): only the calling thread waits for the exec. */
static pid_t start(int descriptor) {
  char *const arguments[] = {program, NULL};
  char *const environment[] = {NULL};
  pid_t pid = vfork();
  if (pid == 0) {
    dup2(descriptor, 0);
    dup2(descriptor, 1);
    dup2(descriptor, 2);
    execve(program, arguments, environment);
    _exit(127);
  }
  return pid;
}

__attribute__((noreturn)) static void *serve_connections(void *unused) {
  (void)unused;
  for (;;) {
    int caller = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (caller < 0) continue;
    start(caller);
    close(caller);
  }
}

static void serve_listener(void) {
  for (;;) {
    struct pollfd ready = {.fd = listener, .events = POLLIN};
    if (poll(&ready, 1, -1) < 1) continue;
    waitpid(start(listener), NULL, 0);
  }
}

int main(int argc, char **argv) {
  if (argc != 5) errx(2, "usage: vfork-loop THREADS ADDRESS PORT PROGRAM");
  int threads = atoi(argv[1]);
  struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[3]))};
  if (inet_pton(AF_INET, argv[2], &here.sin_addr) != 1) errx(2, "%s: not an IPv4 address", argv[2]);
  program = argv[4];
  listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (struct sockaddr *)&here, sizeof here) < 0) err(1, "bind");
  if (listen(listener, 128) < 0) err(1, "listen");
  if (threads == 0) serve_listener();
  signal(SIGCHLD, SIG_IGN); /* the kernel reaps */
  for (int i = 1; i < threads; i++) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, serve_connections, NULL) != 0) errx(1, "pthread_create");
  }
  serve_connections(NULL);
}
