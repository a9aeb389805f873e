/* Let user-mode Linux run on processors with AMX.
 *
 * A processor's registers for vectors and matrices (NT_X86_XSTATE) are 11,008 bytes there, 2,696
 * elsewhere. User-mode Linux 6.12 keeps 2,696, and the kernel of the computer takes all of them or
 * none (EFAULT). Loaded before it, this puts what it has over what there is, and sets the whole.
 * What is left out is AMX alone, which nothing in the machine uses.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/uio.h>

typedef long (*ptrace_t)(int, pid_t, void *, void *);

long ptrace(enum __ptrace_request request, ...)
{
    static char whole[1 << 16]; /* one thread alone traces */
    static ptrace_t real;
    va_list rest;
    va_start(rest, request);
    pid_t pid = va_arg(rest, pid_t);
    void *at = va_arg(rest, void *);
    void *data = va_arg(rest, void *);
    va_end(rest);
    if (real == NULL)
        real = (ptrace_t)dlsym(RTLD_NEXT, "ptrace");
    if (request == PTRACE_SETREGSET && at == (void *)NT_X86_XSTATE) {
        struct iovec *kept = data;
        struct iovec all = { whole, sizeof whole };
        if (real(PTRACE_GETREGSET, pid, at, &all) == 0 && all.iov_len > kept->iov_len) {
            memcpy(whole, kept->iov_base, kept->iov_len);
            return real(request, pid, at, &all);
        }
    }
    return real(request, pid, at, data);
}
