/* Count the calls that change files below a folder, and let one of them go wrong.

   Loaded before the C library (LD_PRELOAD), it stands between a process and the kernel, in every
   thread. After shim_arm() it counts; at the n-th call it kills the process, or lets the call fail,
   or writes only a part. Whatever is not below the folder goes through untouched. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum kind { WRITES = 1, SYNCS = 2, NAMES = 4 }; /* names: create, rename, remove, rights */
enum harm { NOTHING, KILL, TEAR, FAIL, SHORTEN };

static char root[PATH_MAX];
static atomic_int armed;
static atomic_long calls;
static int kinds, harm, error;
static long first, many;

#define REAL(name, type) \
    static __typeof__(type) real; \
    if (!real) real = (__typeof__(type))dlsym(RTLD_NEXT, name)

void shim_arm(const char *folder, int of, int what, int number, long n, long how_many) {
    snprintf(root, sizeof root, "%s/", folder);
    kinds = of, harm = what, error = number, first = n, many = how_many;
    atomic_store(&calls, 0);
    atomic_store(&armed, 1);
    access("/zgoda-armed", F_OK); /* a trace shows from where on to count */
}

long shim_calls(void) {
    atomic_store(&armed, 0);
    access("/zgoda-disarmed", F_OK);
    return atomic_load(&calls);
}

static int below(const char *path) { /* the folder itself, too */
    size_t size = strlen(root) - 1;
    return path && !strncmp(path, root, size) && (!path[size] || path[size] == '/');
}

static int open_below(int fd) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, sizeof path - 1);
    if (size < 0) return 0;
    path[size] = 0;
    return below(path);
}

/* Count a call; return what is to happen to it. */
static int meet(enum kind kind) {
    if (!(kinds & kind)) return NOTHING;
    long n = atomic_fetch_add(&calls, 1) + 1;
    if (n < first || n >= first + many) return NOTHING;
    if (harm == KILL || (harm == TEAR && kind != WRITES)) kill(getpid(), SIGKILL);
    return harm;
}

#define REFUSED(kind, is_ours) \
    (atomic_load(&armed) && (is_ours) && meet(kind) == FAIL ? (errno = error, 1) : 0)

ssize_t write(int fd, const void *data, size_t size) {
    REAL("write", ssize_t (*)(int, const void *, size_t));
    if (!atomic_load(&armed) || !open_below(fd)) return real(fd, data, size);
    int what = meet(WRITES);
    if (what == FAIL) return errno = error, -1;
    if (what == TEAR) real(fd, data, size / 2), kill(getpid(), SIGKILL);
    return real(fd, data, what == SHORTEN && size > 1 ? size / 2 : size);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
    REAL("pwrite64", ssize_t (*)(int, const void *, size_t, off64_t));
    if (!atomic_load(&armed) || !open_below(fd)) return real(fd, data, size, at);
    int what = meet(WRITES);
    if (what == FAIL) return errno = error, -1;
    if (what == TEAR) real(fd, data, size / 2, at), kill(getpid(), SIGKILL);
    return real(fd, data, what == SHORTEN && size > 1 ? size / 2 : size, at);
}

int ftruncate64(int fd, off64_t size) {
    REAL("ftruncate64", int (*)(int, off64_t));
    return REFUSED(WRITES, open_below(fd)) ? -1 : real(fd, size);
}

int truncate64(const char *path, off64_t size) {
    REAL("truncate64", int (*)(const char *, off64_t));
    return REFUSED(WRITES, below(path)) ? -1 : real(path, size);
}

int posix_fallocate64(int fd, off64_t at, off64_t size) {
    REAL("posix_fallocate64", int (*)(int, off64_t, off64_t));
    return REFUSED(WRITES, open_below(fd)) ? error : real(fd, at, size);
}

int fsync(int fd) {
    REAL("fsync", int (*)(int));
    return REFUSED(SYNCS, open_below(fd)) ? -1 : real(fd);
}

int fdatasync(int fd) {
    REAL("fdatasync", int (*)(int));
    return REFUSED(SYNCS, open_below(fd)) ? -1 : real(fd);
}

int syncfs(int fd) {
    REAL("syncfs", int (*)(int));
    return REFUSED(SYNCS, open_below(fd)) ? -1 : real(fd);
}

int rename(const char *from, const char *to) {
    REAL("rename", int (*)(const char *, const char *));
    return REFUSED(NAMES, below(to)) ? -1 : real(from, to);
}

int link(const char *from, const char *to) {
    REAL("link", int (*)(const char *, const char *));
    return REFUSED(NAMES, below(to)) ? -1 : real(from, to);
}

int unlink(const char *path) {
    REAL("unlink", int (*)(const char *));
    return REFUSED(NAMES, below(path)) ? -1 : real(path);
}

int rmdir(const char *path) {
    REAL("rmdir", int (*)(const char *));
    return REFUSED(NAMES, below(path)) ? -1 : real(path);
}

int fchmod(int fd, mode_t mode) {
    REAL("fchmod", int (*)(int, mode_t));
    return REFUSED(NAMES, open_below(fd)) ? -1 : real(fd, mode);
}

int chmod(const char *path, mode_t mode) {
    REAL("chmod", int (*)(const char *, mode_t));
    return REFUSED(NAMES, below(path)) ? -1 : real(path, mode);
}

int mkdir(const char *path, mode_t mode) {
    REAL("mkdir", int (*)(const char *, mode_t));
    return REFUSED(NAMES, below(path)) ? -1 : real(path, mode);
}

int open64(const char *path, int flags, ...) {
    REAL("open64", int (*)(const char *, int, ...));
    va_list more;
    va_start(more, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
    va_end(more);
    return REFUSED(NAMES, flags & O_CREAT && below(path)) ? -1 : real(path, flags, mode);
}
