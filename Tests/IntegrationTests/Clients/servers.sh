#!/bin/bash
# Runs sshd and smbd from the project's sample configurations, on loopback, with users of their own. Meant for a mount
# and pid namespace of its own: the machine's users, /srv and /run are covered there and nowhere else.
#
# Usage: unshare --mount --pid --fork --kill-child --mount-proc servers.sh ROOT ETC DIRECTORY SSH-PORT SMB-PORT CONNECT…
#
#   ROOT         what is to be /srv/soundspool, with the accounts ada and bob
#   CONNECT      the words of a command that gives the account $ACCOUNT to the user of the same name
#   ETC          the samples' directory
#   DIRECTORY    empty, for keys and state; gets `key`, and `ready` once both servers answer
#
# ada is in the group soundspool-users, so she is locked in and may use SFTP only; bob has a shell.

set -euo pipefail
readonly root=$1 etc=$2 directory=$3 ssh_port=$4 smb_port=$5
shift 5
readonly ada=4001 bob=4002 group=4000

# The users. What is covered is read before.
{ cat /etc/passwd; echo "ada:x:$ada:$group::/nowhere:/bin/bash"; echo "bob:x:$bob:$group::/nowhere:/bin/bash"; } \
    >"$directory/passwd"
{ cat /etc/group; echo "soundspool:x:$group:"; echo "soundspool-users:x:4003:ada"; } >"$directory/group"
{ cat /etc/shadow; echo "ada:*:19000::::::"; echo "bob:*:19000::::::"; } >"$directory/shadow"
for file in passwd group shadow; do mount --bind "$directory/$file" "/etc/$file"; done
mount -t tmpfs -o mode=755 none /run
mount -t tmpfs -o mode=755 none /srv

# The files, as the samples say.
mkdir -p /srv/soundspool
for ACCOUNT in ada bob; do
    export ACCOUNT
    "$@" >/dev/null
done
mount --bind "$root" /srv/soundspool

# sshd
mkdir -p /run/sshd
ssh-keygen -q -t ed25519 -N '' -f "$directory/key"
ssh-keygen -q -t ed25519 -N '' -f "$directory/host-key"
install -m 644 "$directory/key.pub" /run/authorized_keys
mount -t tmpfs -o mode=755 none /etc/ssh
install -D -m 644 "$directory/key.pub" /etc/ssh/soundspool-keys/ada
install -m 644 "$etc/ssh/soundspool.conf" /run/soundspool.conf
cat >"$directory/sshd_config" <<EOF
Port $ssh_port
ListenAddress 127.0.0.1
HostKey $directory/host-key
AuthorizedKeysFile /run/authorized_keys
PasswordAuthentication no
UsePAM no
PidFile none
MaxStartups 100
Subsystem sftp internal-sftp
Include /run/soundspool.conf
EOF
/usr/sbin/sshd -D -e -f "$directory/sshd_config" &

# smbd
mkdir -p "$directory/samba"
cat >"$directory/smb.conf" <<EOF
[global]
workgroup = TEST
server role = standalone server
interfaces = 127.0.0.1
bind interfaces only = yes
smb ports = $smb_port
disable netbios = yes
load printers = no
log file = $directory/samba/log
log level = 1
private dir = $directory/samba
state directory = $directory/samba
cache directory = $directory/samba
lock directory = $directory/samba
pid directory = $directory/samba
ncalrpc dir = $directory/samba/ncalrpc
passdb backend = tdbsam:$directory/samba/passdb.tdb
include = $etc/samba/soundspool.conf
EOF
for name in ada bob; do printf 'secret\nsecret\n' | smbpasswd -c "$directory/smb.conf" -L -s -a "$name" >/dev/null; done
/usr/sbin/smbd --foreground --no-process-group --configfile="$directory/smb.conf" &

for port in "$ssh_port" "$smb_port"; do
    until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do sleep 0.05; done
done
touch "$directory/ready"
wait
