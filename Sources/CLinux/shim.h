// What Swift's Glibc module leaves out: GNU extensions, variadic calls and macros with a cast.
#pragma once
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/openat2.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/vfs.h>
#include <unistd.h>

// openat2(2) has no wrapper in glibc.
static inline int soundspool_openat2(int directory, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve) {
    struct open_how how = {.flags = flags, .mode = mode, .resolve = resolve};
    return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}

// Not among Glibc's flags.
static const int soundspool_o_direct = O_DIRECT;

static const uint64_t soundspool_resolve_beneath =
    RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV;

// renameat2(2), RENAME_NOREPLACE.
static inline int soundspool_rename_noreplace(int from, const char *old_path, int to, const char *new_path) {
    return renameat2(from, old_path, to, new_path, RENAME_NOREPLACE);
}

// fcntl(2), F_SETLEASE. The signal for a lease that breaks is SIGURG, which is ignored by default; SIGIO would end the process.
static inline int soundspool_set_read_lease(int descriptor) {
    if (fcntl(descriptor, F_SETSIG, SIGURG) != 0) return -1;
    return fcntl(descriptor, F_SETLEASE, F_RDLCK);
}
static inline int soundspool_has_read_lease(int descriptor) { return fcntl(descriptor, F_GETLEASE) == F_RDLCK; }

// prctl(2) is variadic.
static inline int soundspool_no_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }
static inline int soundspool_not_dumpable(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

// capget(2) and capset(2) have no wrappers in glibc. Who holds nothing need not be allowed to drop it; what is only
// inheritable takes a privileged file to become real, and no_new_privs rules that out.
static inline int soundspool_drop_capabilities(void) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    struct __user_cap_data_struct held[_LINUX_CAPABILITY_U32S_3], none[_LINUX_CAPABILITY_U32S_3] = {{0, 0, 0}, {0, 0, 0}};
    if (syscall(SYS_capget, &header, held) != 0) return -1;
    uint32_t any = 0;
    for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) any |= held[i].effective | held[i].permitted;
    return any == 0 ? 0 : (int)syscall(SYS_capset, &header, none);
}

static inline int soundspool_clear_ambient_capabilities(void) {
    return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
}

static inline int soundspool_close_from(unsigned int first) { return close_range(first, ~0U, 0); }

// landlock_create_ruleset(2) and landlock_restrict_self(2) have no wrappers in glibc. The attributes are those of Linux
// 6.12; an older kernel takes the longer structure as long as what it does not know is zero.
struct soundspool_landlock_attributes {
    uint64_t handled_access_fs;
    uint64_t handled_access_net;
    uint64_t scoped;
};
// The version of the kernel's interface: LANDLOCK_CREATE_RULESET_VERSION.
static inline int soundspool_landlock_version(void) { return (int)syscall(SYS_landlock_create_ruleset, 0, 0, 1); }
static inline int soundspool_landlock_ruleset(const struct soundspool_landlock_attributes *attributes) {
    return (int)syscall(SYS_landlock_create_ruleset, attributes, sizeof *attributes, 0);
}
static inline int soundspool_landlock_restrict(int ruleset) { return (int)syscall(SYS_landlock_restrict_self, ruleset, 0); }

// seccomp(2), SECCOMP_GET_ACTION_AVAIL: whether filters are there, and may end the process.
static inline int soundspool_seccomp_available(void) {
    uint32_t action = SECCOMP_RET_KILL_PROCESS;
    return (int)syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action);
}

// fstat(2) without a path: glibc's is newfstatat(2) with an empty one, which a filter cannot tell from a full one.
static inline int soundspool_fstat(int descriptor, struct stat *status) {
    return (int)syscall(SYS_fstat, descriptor, status);
}

// prlimit(2), RLIMIT_AS (9), for good. sys/resource.h here would take its types away from Swift's Glibc module.
static inline int soundspool_limit_addresses(pid_t process, uint64_t bytes) {
    uint64_t limit[2] = {bytes, bytes};
    return (int)syscall(SYS_prlimit64, process, 9, limit, NULL);
}

// A last message, written by a signal handler: only what signal-safety(7) allows, on memory that was filled before.
struct soundspool_last_message {
    char bytes[4096];
    size_t count;
    int descriptor, status;
};
static inline struct soundspool_last_message *soundspool_last_message(void) {
    static struct soundspool_last_message message;
    return &message;
}

static inline void soundspool_write_last_message(int signal) {
    (void)signal;
    struct soundspool_last_message *message = soundspool_last_message();
    // There is nobody to tell that it could not be written.
    ssize_t written = write(message->descriptor, message->bytes, message->count);
    (void)written;
    _exit(message->status);
}

// setitimer(2), ITIMER_PROF (2): SIGPROF after so much processor time of all threads; 0 seconds stop it. sys/time.h here would
// define fd_set otherwise than Swift's Glibc module.
static inline int soundspool_set_processor_timer(long seconds) {
    long interval_and_value[4] = {0, 0, seconds, 0};
    return (int)syscall(SYS_setitimer, 2, interval_and_value, NULL);
}

static inline int soundspool_arm_last_message(const void *bytes, size_t count, int descriptor, int status, long seconds) {
    struct soundspool_last_message *message = soundspool_last_message();
    if (count > sizeof message->bytes) {
        errno = EMSGSIZE;
        return -1;
    }
    memcpy(message->bytes, bytes, count);
    message->count = count;
    message->descriptor = descriptor;
    message->status = status;
    struct sigaction action = {.sa_handler = soundspool_write_last_message};
    if (sigaction(SIGPROF, &action, NULL) != 0) return -1;
    return soundspool_set_processor_timer(seconds);
}

// adjtimex(2) that changes nothing: whether somebody keeps the clock right. Of struct timex (26 longs) the status is the
// sixth, and STA_UNSYNC 0x40; sys/timex.h brings sys/time.h along.
static inline int soundspool_clock_is_synchronized(void) {
    long state[64] = {0};
    return syscall(SYS_adjtimex, state) >= 0 && ((int)state[5] & 0x40) == 0;
}

// sysinfo(2): load averages, which are fixed-point numbers, and memory in bytes.
static inline void soundspool_load_averages(double *one, double *five, double *fifteen) {
    struct sysinfo info = {0};
    if (sysinfo(&info) != 0) return;
    *one = info.loads[0] / (double)(1 << SI_LOAD_SHIFT);
    *five = info.loads[1] / (double)(1 << SI_LOAD_SHIFT);
    *fifteen = info.loads[2] / (double)(1 << SI_LOAD_SHIFT);
}

static inline void soundspool_memory(uint64_t *total, uint64_t *free) {
    struct sysinfo info = {0};
    if (sysinfo(&info) != 0) return;
    *total = (uint64_t)info.totalram * info.mem_unit;
    *free = ((uint64_t)info.freeram + info.bufferram) * info.mem_unit;
}
