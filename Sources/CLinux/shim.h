// What Swift's Glibc module leaves out: GNU extensions, variadic calls and macros with a cast.
#pragma once
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/openat2.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

// openat2(2) has no wrapper in glibc.
static inline int soundspool_openat2(int directory, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve) {
    struct open_how how = {.flags = flags, .mode = mode, .resolve = resolve};
    return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}

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

// sendmsg(2) and recvmsg(2) with SCM_RIGHTS, whose buffers are laid out by macros (cmsg(3), unix(7)).
#define SOUNDSPOOL_MOST_DESCRIPTORS 4

static inline ssize_t soundspool_send_packet(
    int socket, const void *bytes, size_t count, const int *descriptors, size_t descriptor_count) {
    union { char bytes[CMSG_SPACE(SOUNDSPOOL_MOST_DESCRIPTORS * sizeof(int))]; struct cmsghdr align; } control;
    struct iovec part = {.iov_base = (void *)bytes, .iov_len = count};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (descriptor_count > SOUNDSPOOL_MOST_DESCRIPTORS) { errno = EINVAL; return -1; }
    if (descriptor_count > 0) {
        memset(&control, 0, sizeof control);
        message.msg_control = control.bytes;
        message.msg_controllen = CMSG_SPACE(descriptor_count * sizeof(int));
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(descriptor_count * sizeof(int));
        memcpy(CMSG_DATA(header), descriptors, descriptor_count * sizeof(int));
    }
    return sendmsg(socket, &message, MSG_NOSIGNAL);
}

// `descriptors` has room for SOUNDSPOOL_MOST_DESCRIPTORS. What does not fit is an error (EMSGSIZE), and its descriptors are closed.
static inline ssize_t soundspool_receive_packet(
    int socket, void *bytes, size_t limit, int *descriptors, size_t *descriptor_count) {
    union { char bytes[CMSG_SPACE(SOUNDSPOOL_MOST_DESCRIPTORS * sizeof(int))]; struct cmsghdr align; } control;
    struct iovec part = {.iov_base = bytes, .iov_len = limit};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control};
    *descriptor_count = 0;
    ssize_t result = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    if (result < 0) return result;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header != NULL; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count && *descriptor_count < SOUNDSPOOL_MOST_DESCRIPTORS; i++)
            memcpy(&descriptors[(*descriptor_count)++], CMSG_DATA(header) + i * sizeof(int), sizeof(int));
    }
    if (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) {
        while (*descriptor_count > 0) close(descriptors[--*descriptor_count]);
        errno = EMSGSIZE;
        return -1;
    }
    return result;
}
