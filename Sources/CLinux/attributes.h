// A module of its own, without the GNU extensions, as packet.h: sys/xattr.h brings sys/select.h along, and with it fd_set.
#pragma once
#include <sys/xattr.h>
