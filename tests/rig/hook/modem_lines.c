/* Give pseudo-terminals the modem lines that they lack: TIOCMGET answers with what stands in the
   file named by RIG_PINS. It is loaded into the box's processes with LD_PRELOAD. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

typedef int (*ioctl_t)(int, unsigned long, ...);

int ioctl(int fd, unsigned long request, ...)
{
    static ioctl_t real;
    va_list rest;
    va_start(rest, request);
    void *argument = va_arg(rest, void *);
    va_end(rest);
    if (real == NULL)
        real = (ioctl_t)dlsym(RTLD_NEXT, "ioctl");
    int done = real(fd, request, argument);
    const char *name = getenv("RIG_PINS");
    if (request != TIOCMGET || done == 0 || name == NULL || (errno != ENOTTY && errno != EINVAL))
        return done;
    unsigned char look = 0;
    int file = open(name, O_RDONLY | O_CLOEXEC);
    if (file < 0 || read(file, &look, 1) != 1) {
        if (file >= 0)
            close(file);
        errno = ENOTTY;
        return -1;
    }
    close(file);
    *(int *)argument = (look & 1 ? TIOCM_CAR : 0) | (look & 2 ? TIOCM_RNG : 0)
                     | (look & 4 ? TIOCM_CTS : 0) | (look & 8 ? TIOCM_DSR : 0);
    return 0;
}
