/* A witness of the disk: preloaded into the server, it writes down every call that changes a file or a folder below
   LEEWAY_WITNESS, and every call that brings one to the disk, in the order in which they happened, into
   LEEWAY_WITNESS_LOG. Never changes what a call does, and never fails one.

   What the memory map of SQLite's -shm file changes is not seen; SQLite builds that file anew after a crash.
   Built for one machine's libc by the harness T9; journal.rs reads the log, and knows the same numbers. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { OPENED = 1, WRITTEN, SIZED, SYNCED, FOLDER_SYNCED, RENAMED, LINKED, REMOVED, FOLDER_MADE, FOLDER_REMOVED };

struct entry {
  uint32_t what, path, other, data; /* the last three: lengths of what follows */
  uint64_t inode, at;
};

/* A call and its entry are one step, or the log would tell another order than the disk saw. */
static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER;

static int log_file(void) {
  static int fd = -2;
  if (fd == -2) {
    const char *path = getenv("LEEWAY_WITNESS_LOG");
    fd = path == NULL ? -1 : (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  }
  return fd;
}

/* Returns the path below the folder, NULL for any other. */
static const char *below(const char *path) {
  static const char *folder = NULL;
  if (folder == NULL) {
    folder = getenv("LEEWAY_WITNESS");
    if (folder == NULL) folder = "";
  }
  size_t length = strlen(folder);
  if (length == 0 || strncmp(path, folder, length) != 0) return NULL;
  if (path[length] == 0) return path + length;
  return path[length] == '/' ? path + length + 1 : NULL;
}

static void note(uint32_t what, const char *path, const char *other, uint64_t inode, uint64_t at, const void *data,
                 size_t size) {
  struct entry entry = {what, strlen(path), strlen(other), size, inode, at};
  struct iovec parts[] = {{&entry, sizeof entry},
                          {(void *)path, entry.path},
                          {(void *)other, entry.other},
                          {(void *)data, size}};
  size_t whole = sizeof entry + entry.path + entry.other + size;
  if ((size_t)syscall(SYS_writev, log_file(), parts, 4) != whole) abort();
}

/* Returns the path of an open file below the folder, NULL for any other. */
static const char *name_of(int fd, char *path, size_t size) {
  char link[32];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, size - 1);
  path[length < 0 ? 0 : length] = 0;
  return below(path);
}

static int is_file(int fd, uint64_t *inode) {
  char path[4096];
  struct stat stat;
  if (name_of(fd, path, sizeof path) == NULL || fstat(fd, &stat) != 0 || !S_ISREG(stat.st_mode)) return 0;
  *inode = stat.st_ino;
  return 1;
}

static int opened(int at, const char *path, int flags, mode_t mode) {
  char full[4096];
  struct stat stat;
  pthread_mutex_lock(&one);
  int fd = (int)syscall(SYS_openat, at, path, flags, mode);
  const char *name = fd < 0 ? NULL : name_of(fd, full, sizeof full);
  if (name != NULL && fstat(fd, &stat) == 0 && S_ISREG(stat.st_mode))
    note(OPENED, name, "", stat.st_ino, (flags & O_TRUNC) != 0, NULL, 0);
  pthread_mutex_unlock(&one);
  return fd;
}

#define MODE                                                       \
  va_list more;                                                    \
  va_start(more, flags);                                           \
  mode_t mode = (flags & (O_CREAT | __O_TMPFILE)) ? va_arg(more, mode_t) : 0; \
  va_end(more)

int open(const char *path, int flags, ...) { MODE; return opened(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE; return opened(AT_FDCWD, path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { MODE; return opened(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { MODE; return opened(at, path, flags, mode); }

ssize_t write(int fd, const void *from, size_t size) {
  uint64_t inode;
  if (!is_file(fd, &inode)) return syscall(SYS_write, fd, from, size);
  pthread_mutex_lock(&one);
  ssize_t done = syscall(SYS_write, fd, from, size);
  if (done > 0) note(WRITTEN, "", "", inode, lseek(fd, 0, SEEK_CUR) - done, from, done);
  pthread_mutex_unlock(&one);
  return done;
}

ssize_t pwrite64(int fd, const void *from, size_t size, off64_t at) {
  uint64_t inode;
  if (!is_file(fd, &inode)) return syscall(SYS_pwrite64, fd, from, size, at);
  pthread_mutex_lock(&one);
  ssize_t done = syscall(SYS_pwrite64, fd, from, size, at);
  if (done > 0) note(WRITTEN, "", "", inode, at, from, done);
  pthread_mutex_unlock(&one);
  return done;
}

ssize_t pwrite(int fd, const void *from, size_t size, off_t at) { return pwrite64(fd, from, size, at); }

int ftruncate64(int fd, off64_t size) {
  uint64_t inode;
  if (!is_file(fd, &inode)) return (int)syscall(SYS_ftruncate, fd, size);
  pthread_mutex_lock(&one);
  int done = (int)syscall(SYS_ftruncate, fd, size);
  if (done == 0) note(SIZED, "", "", inode, size, NULL, 0);
  pthread_mutex_unlock(&one);
  return done;
}

int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

static int synced(long call, int fd) {
  char full[4096];
  struct stat stat;
  pthread_mutex_lock(&one);
  int done = (int)syscall(call, fd);
  const char *name = done != 0 ? NULL : name_of(fd, full, sizeof full);
  if (name != NULL && fstat(fd, &stat) == 0) {
    if (S_ISDIR(stat.st_mode)) note(FOLDER_SYNCED, name, "", 0, 0, NULL, 0);
    if (S_ISREG(stat.st_mode)) note(SYNCED, "", "", stat.st_ino, 0, NULL, 0);
  }
  pthread_mutex_unlock(&one);
  return done;
}

int fsync(int fd) { return synced(SYS_fsync, fd); }
int fdatasync(int fd) { return synced(SYS_fdatasync, fd); }

static int named(uint32_t what, const char *path, const char *other, long call, long a, long b, long c, long d, long e) {
  const char *from = below(path), *to = below(other);
  pthread_mutex_lock(&one);
  int done = (int)syscall(call, a, b, c, d, e);
  if (done == 0 && from != NULL) note(what, from, to == NULL ? "" : to, 0, 0, NULL, 0);
  pthread_mutex_unlock(&one);
  return done;
}

int rename(const char *from, const char *to) {
  return named(RENAMED, from, to, SYS_renameat2, AT_FDCWD, (long)from, AT_FDCWD, (long)to, 0);
}

int link(const char *from, const char *to) {
  return named(LINKED, from, to, SYS_linkat, AT_FDCWD, (long)from, AT_FDCWD, (long)to, 0);
}

int linkat(int a, const char *from, int b, const char *to, int flags) {
  return named(LINKED, from, to, SYS_linkat, a, (long)from, b, (long)to, flags);
}

int unlink(const char *path) {
  return named(REMOVED, path, "", SYS_unlinkat, AT_FDCWD, (long)path, 0, 0, 0);
}

int unlinkat(int at, const char *path, int flags) {
  uint32_t what = (flags & AT_REMOVEDIR) ? FOLDER_REMOVED : REMOVED;
  return named(what, path, "", SYS_unlinkat, at, (long)path, flags, 0, 0);
}

int mkdir(const char *path, mode_t mode) {
  return named(FOLDER_MADE, path, "", SYS_mkdirat, AT_FDCWD, (long)path, mode, 0, 0);
}

int rmdir(const char *path) {
  return named(FOLDER_REMOVED, path, "", SYS_unlinkat, AT_FDCWD, (long)path, AT_REMOVEDIR, 0, 0);
}
