#pragma once
#include <seccomp.h>

// SCMP_ACT_ERRNO is a macro with an argument.
static inline uint32_t soundspool_seccomp_errno(uint16_t code) { return SCMP_ACT_ERRNO(code); }
