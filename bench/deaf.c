/*
 * A log daemon that has hung: takes a Unix datagram socket, as /dev/log, and never reads from it.
 *
 *   deaf PATH
 */

#include <err.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char **argv) {
  struct sockaddr_un here = {.sun_family = AF_UNIX};
  if (argc != 2 || strlen(argv[1]) >= sizeof here.sun_path) errx(2, "usage: deaf PATH");
  strcpy(here.sun_path, argv[1]);
  int log = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (bind(log, (struct sockaddr *)&here, sizeof here) < 0) err(1, "bind %s", argv[1]);
  for (;;) pause();
}
