// A module of its own, without the GNU extensions: with them, sys/socket.h defines fd_set otherwise than Swift's Glibc module.
#pragma once
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

// SOCK_STREAM by a name that only this module has: several modules bring the enumeration, and which one Swift takes depends on the build.
static const int soundspool_stream_socket = SOCK_STREAM;

// sendmsg(2) and recvmsg(2) with SCM_RIGHTS, whose buffers are laid out by macros (cmsg(3), unix(7)).
#define SOUNDSPOOL_MOST_DESCRIPTORS 4

// Where it does not wait, a peer that reads nothing is an error (EAGAIN).
static inline ssize_t soundspool_send_packet(
    int socket, const void *bytes, size_t count, const int *descriptors, size_t descriptor_count, int waits) {
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
    return sendmsg(socket, &message, MSG_NOSIGNAL | (waits ? 0 : MSG_DONTWAIT));
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
