/*
 * Runs a program in network, mount and process namespaces of its own (root only): its ports are all free, no service of the
 * machine is touched, /run and /dev are private, there is no log daemon, and nothing that it started outlives it.
 *
 *   isolate ADDRESS/BITS PROGRAM [ARGUMENT...]
 *
 * Every address of the network ADDRESS/BITS is local, through lo.
 */

#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

static void set_address(int socket, const char *interface, unsigned long request, uint32_t address) {
  struct ifreq change = {0};
  struct sockaddr_in value = {.sin_family = AF_INET, .sin_addr.s_addr = address};
  strcpy(change.ifr_name, interface);
  memcpy(&change.ifr_addr, &value, sizeof value);
  if (ioctl(socket, request, &change) < 0) err(1, "address of %s", interface);
}

static void make_network(char *network) {
  struct in_addr address;
  char *slash = strchr(network, '/');
  if (slash == NULL) errx(2, "%s: not ADDRESS/BITS", network);
  *slash = '\0';
  int bits = atoi(slash + 1);
  if (inet_pton(AF_INET, network, &address) != 1 || bits < 1 || bits > 31) errx(2, "%s/%s: not ADDRESS/BITS", network, slash + 1);
  int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  struct ifreq up = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
  if (ioctl(any, SIOCSIFFLAGS, &up) < 0) err(1, "lo up");
  set_address(any, "lo:1", SIOCSIFADDR, address.s_addr);
  set_address(any, "lo:1", SIOCSIFNETMASK, htonl(~0u << (32 - bits)));
  close(any);
}

static void mount_or_fail(const char *source, const char *target, const char *type, unsigned long flags) {
  if (mount(source, target, type, flags, NULL) < 0) err(1, "mount %s", target);
}

static void make_mounts(void) {
  static const struct {
    const char *path;
    int minor;
  } devices[] = {{"/dev/null", 3}, {"/dev/zero", 5}, {"/dev/full", 7}, {"/dev/random", 8}, {"/dev/urandom", 9}};
  mount_or_fail(NULL, "/", NULL, MS_REC | MS_PRIVATE);
  mount_or_fail("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC);
  mount_or_fail("tmpfs", "/run", "tmpfs", MS_NOSUID | MS_NODEV);
  mount_or_fail("tmpfs", "/dev", "tmpfs", MS_NOSUID);
  umask(0);
  for (size_t i = 0; i < sizeof devices / sizeof *devices; i++) {
    if (mknod(devices[i].path, S_IFCHR | 0666, makedev(1, devices[i].minor)) < 0) err(1, "mknod %s", devices[i].path);
  }
  umask(022);
}

/* As process 1 of its namespace: the kernel kills what is left when this returns. */
static int reap_until(pid_t last) {
  for (;;) {
    int status;
    pid_t pid = wait(&status);
    if (pid < 0 || pid == last) return pid >= 0 && WIFEXITED(status) ? WEXITSTATUS(status) : 1;
  }
}

static pid_t fork_or_fail(void) {
  pid_t pid = fork();
  if (pid < 0) err(1, "fork");
  return pid;
}

int main(int argc, char **argv) {
  if (argc < 3) errx(2, "usage: isolate ADDRESS/BITS PROGRAM [ARGUMENT...]");
  if (unshare(CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWPID) < 0) err(1, "unshare");
  pid_t first = fork_or_fail();
  if (first > 0) {
    signal(SIGINT, SIG_IGN); /* the program decides; a TERM of ours is its KILL, below */
    return reap_until(first);
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  signal(SIGINT, SIG_IGN);
  make_mounts();
  make_network(argv[1]);
  pid_t program = fork_or_fail();
  if (program > 0) return reap_until(program);
  signal(SIGINT, SIG_DFL);
  execvp(argv[2], argv + 2);
  err(127, "%s", argv[2]);
}
