#!/bin/bash
# Violates the directives of soundspool.service, one after the other. Each attempt is made three times: without the
# directive, where it must succeed, or it would prove nothing; with that directive alone; and with the whole unit. Both
# must refuse it. Where a directive grants something it is the other way round. Runs as root where a systemd runs and the
# unit is installed, and fails for a directive that nobody tries.
#
# Usage: systemd-confinement.sh              makes the units and runs them
#        systemd-confinement.sh --try NUMBER makes one attempt

set -euo pipefail

# Seen elsewhere: by the journeys, or with `property` below.
readonly elsewhere='Type ExecStart ExecReload ExecStopPost WatchdogSec Restart RestartSec RestartPreventExitStatus
    Environment KillMode TimeoutStartSec TimeoutStopSec LoadCredential ConfigurationDirectory UMask StateDirectoryMode
    CPUWeight IOWeight OOMPolicy'

# Every attempt, in words for a shell: `refused DIRECTIVE COMMAND...` and `granted DIRECTIVE COMMAND...`. DIRECTIVE may go on
# with the beginning of its value, where the unit has several of a kind. Before it stand, as variables:
#   with     more directives for the attempts without it and with it alone; they are root's where it does not say otherwise
#   instead  a directive in its place, where nothing would be the same
#   among    "all": without it means the whole unit without it, and there is no attempt with it alone
attempts() {
    granted User test "$(id --user --name)" = soundspool
    granted Group test "$(id --group --name)" = soundspool
    among=all granted ReadWritePaths touch /srv/soundspool/home/.violation
    among=all granted StateDirectory touch /var/lib/soundspool/.violation
    granted LimitNOFILE sh -c 'test "$(ulimit -n)" = "$MOST_DESCRIPTORS"'
    granted IOSchedulingClass sh -c 'ionice | grep best-effort'
    granted IOSchedulingPriority sh -c 'ionice | grep "prio 6"'
    granted Nice test "$(nice)" = 5
    granted NoNewPrivileges grep 'NoNewPrivs:.1' /proc/self/status
    # CAP_LEASE, number 28, and no other.
    granted CapabilityBoundingSet grep 'CapBnd:.0000000010000000' /proc/self/status
    with=User=soundspool granted AmbientCapabilities python3 -c '
import fcntl, os
fcntl.fcntl(os.open("/etc/passwd", os.O_RDONLY), fcntl.F_SETLEASE, fcntl.F_RDLCK)'
    among=all granted SystemCallFilter=~setpriority:0 python3 -c 'import os; os.setpriority(os.PRIO_PROCESS, 0, -5)'
    # landlock_create_ruleset(2), asked for its version.
    among=all granted SystemCallFilter=landlock python3 -c "${system_call}sys.exit(call(444, 0, 0, 1) < 0)"
    # What is refused is told so, and ends nobody: ptrace(2), PTRACE_TRACEME.
    among=all granted SystemCallErrorNumber python3 -c "${system_call}call(101, 0, 0, 0, 0)
sys.exit(ctypes.get_errno() != 1)"

    local place
    for place in /usr /etc /srv; do refused ProtectSystem touch $place/violation/file; done
    refused ProtectHome cat /home/violation/file
    refused ProtectHome test -e /root/violation
    refused PrivateTmp test -e /tmp/violation
    refused PrivateDevices test -e /dev/violation
    refused DevicePolicy sh -c 'exec </dev/violation'
    refused PrivateMounts sh -c '[ "$(readlink /proc/self/ns/mnt)" = "$(readlink /proc/1/ns/mnt)" ]'
    refused PrivateIPC python3 -c "${system_call}sys.exit(call(29, 0x736f756e, 0, 0) < 0)"
    with=User=soundspool refused ProtectProc ls /proc/1/.
    refused ProcSubset test -e /proc/meminfo
    refused ProtectKernelTunables grep --max-count=1 T /proc/kallsyms
    refused ProtectKernelTunables sh -c 'exec >>/proc/irq/default_smp_affinity'
    refused ProtectKernelModules ls /usr/lib/modules/violation
    refused ProtectKernelLogs dmesg --syslog
    # adjtimex(2) that only reads.
    refused ProtectClock python3 -c "${system_call}sys.exit(call(159, bytes(1024)) < 0)"
    refused ProtectControlGroups make_group
    refused ProtectHostname hostname "$(hostname)"
    # A session's keys do not lead to the user's: keyctl(2), KEYCTL_SEARCH in KEY_SPEC_SESSION_KEYRING.
    instead=KeyringMode=shared refused KeyringMode \
        python3 -c "${system_call}sys.exit(call(250, 10, -3, b'user', b'violation', 0) < 0)"
    refused RestrictNamespaces unshare --user true
    refused RestrictRealtime chrt --fifo 1 true
    refused LockPersonality setarch --addr-no-randomize true
    refused RestrictAddressFamilies python3 -c 'import socket; socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)'
    refused RestrictAddressFamilies python3 -c 'import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW)'
    refused MemoryDenyWriteExecute python3 -c 'import mmap; mmap.mmap(-1, 4096, prot=mmap.PROT_WRITE | mmap.PROT_EXEC)'
    # getpid(2) as 32-bit programs call it: mov $20, %eax; int $0x80; ret.
    refused SystemCallArchitectures python3 -c "${system_call}import mmap
code = mmap.mmap(-1, 4096, prot=7)
code.write(bytes.fromhex('53b814000000cd805bc3'))
function = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))
sys.exit(function() <= 0)"
    refused SystemCallFilter python3 -c "${system_call}sys.exit(call(101, 0, 0, 0, 0) != 0)"
    refused SystemCallFilter chroot / true
    refused SystemCallFilter mount -t tmpfs none /mnt
    refused SystemCallFilter sh -c 'taskset --pid 1 $$'
    instead=TasksMax=infinity refused TasksMax python3 -c '
import threading
threading.stack_size(1 << 16)
end = threading.Event()
threads = [threading.Thread(target=end.wait) for _ in range(4200)]
try:
    for thread in threads: thread.start()
finally: end.set()'
    instead=NotifyAccess=all refused NotifyAccess notify_by_child
}

# call(NUMBER, ...): a system call of x86-64.
readonly system_call='
import ctypes, sys
library = ctypes.CDLL(None, use_errno=True)
def call(*words): return library.syscall(*words)
'

make_group() {
    local groups=/sys/fs/cgroup
    [[ ! -d $groups/unified ]] || groups+=/unified
    mkdir $groups/violation && rmdir $groups/violation
}

# Whether systemd takes a message from a process that is not the main one.
notify_by_child() {
    local unit
    unit=$(sed -n 's,^0::.*/,,p' /proc/self/cgroup)
    # systemd closes what comes with the barrier once it has dealt with all before (sd_notify_barrier(3)).
    python3 -c '
import os, socket
notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
notify.connect(os.environ["NOTIFY_SOCKET"])
notify.send(b"STATUS=violated")
ours, theirs = os.pipe()
socket.send_fds(notify, [b"BARRIER=1"], [theirs])
os.close(theirs)
os.read(ours, 1)'
    [[ $(systemctl show "$unit" --property=StatusText --value) == violated ]]
}

# --- Inside a unit: one attempt ---------------------------------------------------------------------------------------

try() {
    local wanted=$1 number=0
    refused() { one "$@"; }
    granted() { one "$@"; }
    one() {
        number=$((number + 1))
        ((number == wanted)) || return 0
        shift
        "$@" && exit 0
        exit 1
    }
    attempts
    exit 2
}

# --- Outside: all of them ---------------------------------------------------------------------------------------------

readonly program=/usr/local/lib/systemd-confinement.sh units=/run/systemd/system

# Takes a unit's name; standard input are its directives.
write_unit() {
    {
        printf '%s\n' '[Service]' Type=oneshot StandardOutput=null StandardError=null \
            "ExecStart=/bin/bash $program --try $number" "Environment=MOST_DESCRIPTORS=$most"
        cat
    } >"$units/soundspool-try-$number-$1.service"
}

# The unit's directives that begin with this. Before it may stand a word for grep.
of_unit() { grep --extended-regexp "${@:2}" "^$1" "$fragment" || :; }

make_units() {
    number=0
    refused() { make "$@"; }
    granted() { make "$@"; }
    make() {
        number=$((number + 1))
        # All directives but those about starting and ending.
        local others='(Type|NotifyAccess|Exec|Watchdog|Restart|TimeoutS|Environment|KillMode|LoadCredential|\[|#|$|'
        others+='Description|After|Wants|RequiresMounts|Also)'
        [[ -n $(of_unit "$1") ]] || { echo "THE UNIT HAS NO $1"; failed=1; }
        if [[ ${among-} == all ]]; then
            of_unit "$others" --invert-match | grep --invert-match "^$1" | write_unit without
        else
            printf '%s\n' "${with-}" "${instead-}" | write_unit without
            { printf '%s\n' "${with-}"; of_unit "$1"; } | write_unit alone
        fi
        { of_unit "$others" --invert-match; of_unit "$1"; } | write_unit whole
    }
    attempts
    systemctl daemon-reload
}

run_units() {
    number=0
    refused() { run 1 "$@"; }
    granted() { run 0 "$@"; }
    attempts
}

# Takes the status that the directive should bring about, the directive and the command.
run() {
    local wanted=$1 directive=$2 kind status says
    number=$((number + 1))
    tried+=" ${directive%%=*}"
    for kind in without alone whole; do
        [[ -e $units/soundspool-try-$number-$kind.service ]] || continue
        status=0
        systemctl start "soundspool-try-$number-$kind.service" 2>/dev/null || status=1
        systemctl reset-failed "soundspool-try-$number-$kind.service" 2>/dev/null || :
        if [[ $kind == without ]]; then
            ((status != wanted)) || { echo "PROVES NOTHING: $directive, the same without it: ${*:3}"; failed=1; }
        elif ((status != wanted)); then
            echo "$([[ $wanted == 1 ]] && echo NOT REFUSED || echo NOT GRANTED) ($kind): $directive: ${*:3}"
            failed=1
        fi
    done
    says=$([[ $wanted == 1 ]] && echo refused || echo granted)
    echo "$says: $directive"
}

# What a user leaves behind in memory goes with the unit.
ipc_is_removed() {
    local property make='import ctypes, sys; sys.exit(ctypes.CDLL(None).shmget(0x76696f6c, 4096, 0o1600) < 0)'
    tried+=' RemoveIPC'
    systemd-run --quiet --wait --property=User=games python3 -c "$make"
    ipcs --shmems | grep --quiet 0x76696f6c || { echo "PROVES NOTHING: RemoveIPC"; failed=1; }
    ipcrm --shmem-key 0x76696f6c
    property=$(of_unit RemoveIPC)
    systemd-run --quiet --wait --property=User=games --property="$property" python3 -c "$make"
    for _ in {1..1200}; do
        ipcs --shmems | grep --quiet 0x76696f6c || { echo "removed: RemoveIPC"; return; }
        sleep 0.05
    done
    echo "NOT REMOVED: RemoveIPC"
    failed=1
}

property() {
    [[ $(systemctl show soundspool --property="$1" --value) == "$2" ]] || { echo "NOT SO: $1 is not $2"; failed=1; }
}

# What must not be found or used inside, and what only a directive keeps anybody from.
lay_baits() {
    local place
    for place in /usr /etc /srv; do install -d -m 1777 $place/violation; done
    install -d -m 755 /home/violation
    echo here >/home/violation/file
    touch /root/violation /tmp/violation
    # The kernel's log, which is none of the devices that DevicePolicy=closed leaves.
    mknod --mode=666 /dev/violation c 1 11
    mkdir -p /usr/lib/modules/violation
    python3 -c 'import ctypes, sys; sys.exit(ctypes.CDLL(None).shmget(0x736f756e, 4096, 0o1666) < 0)'
    # add_key(2) to KEY_SPEC_USER_KEYRING.
    python3 -c "${system_call}sys.exit(call(248, b'user', b'violation', b'here', 4, -4) < 0)"
}

main() {
    local directive
    failed=0 tried=
    # As many as whoever booted this systemd may have itself.
    most=$(awk '/^Max open files/ { print ($5 < 65536 ? $5 : 65536) }' /proc/1/limits)
    fragment=$(systemctl show soundspool --property=FragmentPath --value)
    install -m 755 "${BASH_SOURCE[0]}" "$program"
    lay_baits
    make_units
    run_units
    ipc_is_removed
    property OOMPolicy continue
    property CPUWeight 50
    property IOWeight 50
    property UMask 0022
    property StateDirectoryMode 0700
    for directive in $(sed -n '/^\[Service\]/,/^\[Install\]/s/^\([A-Za-z]*\)=.*/\1/p' "$fragment" | sort --unique); do
        [[ " $tried $(echo $elsewhere) " == *" $directive "* ]] || { echo "NOBODY TRIES: $directive"; failed=1; }
    done
    return "$failed"
}

if [[ ${1-} == --try ]]; then try "$2"; else main; fi
