// For Benchmarks/confinement.py: loaded before the C library, it has a converter believe that its filter and its Landlock
// domain are in place. They are not, so that the same program can be timed without them.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdarg.h>
#include <sys/syscall.h>

int seccomp_load(void *context) {
    (void)context;
    return 0;
}

long syscall(long number, ...) {
    if (number == SYS_landlock_restrict_self) return 0;
    long a[6];
    va_list list;
    va_start(list, number);
    for (int i = 0; i < 6; i++) a[i] = va_arg(list, long);
    va_end(list);
    long (*next)(long, ...) = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
    return next(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
