/* A disk that fails: preloaded into the server, it counts the calls that write, flush or resize a file of the
   database, and fails those that the control file names. Never touches another file, and never fails by chance.

   Built for one machine's libc by the harness T5; see disk.rs for the control file. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FULL = 0, BROKEN = 1, SHORT = 2 };

struct control {
  volatile uint32_t from;  /* the first call that fails; 0: none does, and none is counted */
  volatile uint32_t times; /* so many fail */
  volatile uint32_t kind;
  volatile uint32_t count; /* calls so far */
  volatile uint32_t fired; /* of which failed */
};

static struct control *control(void) {
  static struct control *it = NULL;
  if (it == NULL) {
    const char *path = getenv("LEEWAY_DISK");
    int fd = path == NULL ? -1 : (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR);
    it = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof *it, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  }
  return it == MAP_FAILED ? NULL : it;
}

static int of_database(int fd) {
  char name[32], path[4096];
  snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(name, path, sizeof path - 1);
  path[length < 0 ? 0 : length] = 0;
  return strstr(path, ".sqlite") != NULL;
}

static int fails(int fd) {
  struct control *it = control();
  if (it == NULL || it->from == 0 || !of_database(fd)) return 0;
  uint32_t n = __sync_add_and_fetch(&it->count, 1);
  if (n < it->from || n - it->from >= it->times) return 0;
  __sync_add_and_fetch(&it->fired, 1);
  errno = it->kind == BROKEN ? EIO : ENOSPC;
  return 1;
}

/* A short write is half of it; what follows then finds the disk full. */
static size_t part(size_t size) { return control()->kind == SHORT ? size / 2 : 0; }

ssize_t write(int fd, const void *from, size_t size) {
  if (!fails(fd)) return syscall(SYS_write, fd, from, size);
  size = part(size);
  return size > 0 ? syscall(SYS_write, fd, from, size) : -1;
}

ssize_t pwrite64(int fd, const void *from, size_t size, off64_t at) {
  if (!fails(fd)) return syscall(SYS_pwrite64, fd, from, size, at);
  size = part(size);
  return size > 0 ? syscall(SYS_pwrite64, fd, from, size, at) : -1;
}

ssize_t pwrite(int fd, const void *from, size_t size, off_t at) { return pwrite64(fd, from, size, at); }

int fsync(int fd) { return fails(fd) ? -1 : (int)syscall(SYS_fsync, fd); }

int fdatasync(int fd) { return fails(fd) ? -1 : (int)syscall(SYS_fdatasync, fd); }

int ftruncate64(int fd, off64_t size) { return fails(fd) ? -1 : (int)syscall(SYS_ftruncate, fd, size); }

int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }
