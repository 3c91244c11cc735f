#!/bin/bash
# Violates the directives of soundspool.service, one after the other, from inside a unit that has all of them, and sees each
# refused. Runs as root where a systemd runs and the unit is installed.
#
# Usage: systemd-confinement.sh            makes the unit and runs it
#        systemd-confinement.sh --inside   what the unit runs

set -euo pipefail

# Takes a directive and the words of what it should refuse.
refused() {
    local directive=$1
    shift
    if ("$@") >/dev/null 2>&1; then
        echo "NOT REFUSED: $directive: $*"
        failed=1
    else
        echo "refused: $directive: $*"
    fi
}

holds() {
    local directive=$1
    shift
    if ("$@") >/dev/null 2>&1; then
        echo "holds: $directive"
    else
        echo "DOES NOT HOLD: $directive: $*"
        failed=1
    fi
}

inside() {
    failed=0
    holds User= test "$(id -un)" = soundspool
    holds ReadWritePaths= touch /srv/soundspool/home/.written
    rm -f /srv/soundspool/home/.written
    holds StateDirectory= touch /var/lib/soundspool/.written
    rm -f /var/lib/soundspool/.written
    holds UMask=0022 test "$(umask)" = 0022
    holds StateDirectoryMode= test "$(stat --format=%a /var/lib/soundspool)" = 700
    holds ConfigurationDirectory= test -r /etc/soundspool/soundspool.yaml
    # As many as whoever booted this systemd may have itself.
    holds LimitNOFILE= test "$(ulimit -n)" -gt 1024
    holds IOSchedulingClass= test "$(ionice)" = 'best-effort: prio 6'
    holds AmbientCapabilities= python3 -c '
import fcntl, os
fcntl.fcntl(os.open("/etc/passwd", os.O_RDONLY), fcntl.F_SETLEASE, fcntl.F_RDLCK)'
    holds Nice= test "$(nice)" = 5
    holds NoNewPrivileges= grep -q 'NoNewPrivs:.1' /proc/self/status
    # CAP_LEASE, number 28, and no other.
    holds CapabilityBoundingSet= grep -q 'CapBnd:.0000000010000000' /proc/self/status
    holds SystemCallFilter=~setpriority:0 python3 -c 'import os; os.setpriority(os.PRIO_PROCESS, 0, -5)'

    refused ProtectSystem= touch /usr/violated
    refused ProtectSystem= touch /etc/soundspool/violated
    refused ProtectSystem= touch /srv/violated
    refused ProtectHome= ls /root/.
    refused PrivateTmp= test -e /tmp/violation
    refused PrivateDevices= test -e /dev/violation
    refused ProtectProc= ls /proc/1/.
    refused ProcSubset= test -e /proc/meminfo
    refused ProtectKernelTunables= sh -c 'echo 1 >/proc/sys/vm/drop_caches'
    refused ProtectKernelModules= ls /usr/lib/modules/.
    refused ProtectClock= python3 -c 'import time; time.clock_settime(time.CLOCK_REALTIME, time.time())'
    refused PrivateIPC= python3 -c 'import ctypes, sys; sys.exit(ctypes.CDLL(None).shmget(0x736f756e, 0, 0) < 0)'
    refused ProtectControlGroups= mkdir /sys/fs/cgroup/violated
    refused ProtectHostname= hostname violated
    refused ProtectKernelLogs= dmesg
    refused RestrictNamespaces= unshare --user true
    refused RestrictRealtime= chrt --fifo 1 true
    refused LockPersonality= setarch --addr-no-randomize true
    refused RestrictAddressFamilies= python3 -c 'import socket; socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)'
    refused RestrictAddressFamilies= python3 -c 'import socket; socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)'
    refused MemoryDenyWriteExecute= python3 -c 'import mmap; mmap.mmap(-1, 4096, prot=mmap.PROT_WRITE | mmap.PROT_EXEC)'
    # PTRACE_TRACEME, which anybody may.
    refused SystemCallFilter= python3 -c 'import ctypes, sys; sys.exit(ctypes.CDLL(None).ptrace(0, 0, 0, 0) != 0)'
    refused SystemCallFilter=~@privileged chroot / true
    refused SystemCallFilter=~@resources taskset --pid 1 $$
    # A refused call is told so, and ends nobody.
    holds SystemCallErrorNumber= python3 -c '
import ctypes, errno, sys
library = ctypes.CDLL(None, use_errno=True)
library.ptrace(0, 0, 0, 0)
sys.exit(ctypes.get_errno() != errno.EPERM)'
    refused SystemCallFilter= mount -t tmpfs none /srv/soundspool/home
    exit "$failed"
}

main() {
    local program unit=/run/systemd/system/soundspool-violation.service status=0
    program=/usr/local/lib/systemd-confinement.sh
    install -m 755 "${BASH_SOURCE[0]}" "$program"
    # What must not be found inside.
    touch /tmp/violation /dev/violation
    mkdir -p /usr/lib/modules/violation
    python3 -c 'import ctypes, sys; sys.exit(ctypes.CDLL(None).shmget(0x736f756e, 4096, 0o1666) < 0)'
    # All directives but those about starting and ending.
    grep --extended-regexp --invert-match \
        '^(Type|NotifyAccess|ExecStart|ExecReload|Watchdog|Restart|TimeoutS|Environment|KillMode|Sockets|LoadCredential)' \
        "$(systemctl show soundspool --property=FragmentPath --value)" >"$unit"
    sed -i "s,^\[Service\]$,[Service]\nType=oneshot\nStandardOutput=file:/run/soundspool-violation.log\nExecStart=/bin/bash $program --inside," "$unit"
    systemctl daemon-reload
    systemctl start soundspool-violation || status=$?
    cat /run/soundspool-violation.log
    return "$status"
}

if [[ ${1-} == --inside ]]; then inside; else main; fi
