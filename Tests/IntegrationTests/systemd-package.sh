#!/bin/bash
# What an administrator does with the package, under a real systemd: install, two commands, people who drop over sshd and
# smbd, trouble, an upgrade, and purge. Runs as root inside `systemd-box`, because it installs into / and changes it.
#
# Usage: systemd-package.sh BUILD PACKAGE NEWER VIDEO
#
# BUILD is the directory of the built programs, PACKAGE and NEWER (of version 99.0) are .deb files, VIDEO has sound.
#
# Prints a line for each thing seen. Ends with 0 if all was; else says what was not, prints the journal and ends with 1.

set -euo pipefail

readonly build=$1 package=$2 newer=$3 video=$4
here=$(dirname "${BASH_SOURCE[0]}")
source "$here/Box/seeing.sh"
source "$here/Box/people.sh"
source "$here/Box/trouble.sh"

install_package() {
    share_swift_libraries "$build"
    # Images of containers have one that lets no package start or stop anything.
    rm -f /usr/sbin/policy-rc.d
    # A file system of its own, which can become read-only.
    mkdir /srv/soundspool
    mount -t tmpfs -o mode=755 soundspool /srv/soundspool
    dpkg --install "$package" >/dev/null
    expect "the package is installed, and nothing runs yet" property_is ActiveState inactive
    expect "its configuration is a conffile" grep --quiet soundspool.yaml /var/lib/dpkg/info/soundspool.conffiles
    printf '%s\n' 'mail: {window: 0s}' 'intake: {settle: 100ms, settleInPlace: 300ms}' >>/etc/soundspool/soundspool.yaml
    expect "systemctl enable --now returns" systemctl enable --now --quiet soundspool
    expect "it is active" property_is ActiveState active
}

care() {
    expect "the doctor finds nothing broken" sh -c 'soundspool doctor >/root/doctor; [ $? -lt 2 ]'
    expect "and looks at the service" grep --quiet '^ok: service: it runs as process' /root/doctor
    expect "the kernel grants it leases, as it does the service" grep --quiet '^ok: leases' /root/doctor
    expect "and knows what an MP3 will be like" grep --quiet 'MP3 belongs to soundspool, mode 644' /root/doctor
    expect "a backup is made" soundspool backup /root/backup.tar
    expect "which only root may read" [ "$(stat --format=%U%a /root/backup.tar)" = root600 ]
}

# To another machine, as README.md says: of this one everything goes that was soundspool's, and ada.
move() {
    local before letters
    before=$(find $homes -name '*.mp3' | sort)
    letters=$(soundspool mail list --json | grep --count '"id"')
    expect "the old service is stopped" systemctl stop soundspool.socket soundspool
    expect "what it knows is saved" soundspool backup /root/moved.tar
    expect "and people's files" rsync --archive --acls /srv/soundspool/ /root/people
    find /srv/soundspool /var/lib/soundspool -mindepth 1 -delete
    echo "# as the package brought it" >/etc/soundspool/soundspool.yaml
    userdel --force ada

    systemd-tmpfiles --create soundspool.conf
    expect "what it knew is restored" soundspool restore /root/moved.tar
    expect "as the service's" owner_is /var/lib/soundspool/ledger.sqlite soundspool:soundspool
    expect "with its configuration" grep --quiet 'window: 0s' /etc/soundspool/soundspool.yaml
    expect "people's files are restored" rsync --archive --acls /root/people/ /srv/soundspool
    expect "ada is made again" soundspool account connect ada --unix-user ada
    expect "and bob connected" soundspool account connect bob --unix-user bob
    expect "the new service starts" systemctl start soundspool
    expect "each MP3 is there" [ "$(find $homes -name '*.mp3' | sort)" = "$before" ]
    expect "and as many letters" [ "$(soundspool mail list --json | grep --count '"id"')" = "$letters" ]
    refuse "while it runs nothing is restored" soundspool restore --force /root/moved.tar
    expect "ada drops" sftp_as ada "put $video moved.mkv"
    await "and has her MP3" has_file ada/outbox/moved.mp3
    expect "which she takes" sftp_as ada "get ../outbox/moved.mp3 /root/moved.mp3" "rm ../outbox/moved.mp3"
    expect "the doctor finds nothing broken" sh -c 'soundspool doctor >/root/doctor; [ $? -lt 2 ]'
}

upgrade() {
    local main
    drop_long upgraded
    main=$(property MainPID)
    dpkg --install --force-confold "$newer" >/dev/null
    expect "the newer version is installed" [ "$(dpkg-query --show --showformat='${Version}' soundspool)" = 99.0 ]
    expect "the changed configuration was kept" grep --quiet 'window: 0s' /etc/soundspool/soundspool.yaml
    expect "and the newer one lies beside it" grep --quiet newer /etc/soundspool/soundspool.yaml.dpkg-dist
    expect "the service was started again" is_started_again "$main"
    expect "and is enabled" systemctl is-enabled --quiet soundspool
    expect "what was done is known" sh -c 'soundspool job show 1 | grep --quiet published'
    expect "bob drops" smb_as bob "put $video inbox/more.mkv"
    await "and has his MP3" has_file bob/outbox/more.mp3
    await "what was being converted is converted" has_file ada/outbox/upgraded.mp3
    expect "once" [ "$(find $homes/ada/outbox -name 'upgraded*' | wc -l)" = 1 ]
}

remove() {
    drop_long left
    dpkg --remove soundspool >/dev/null 2>&1
    expect "removed, it is stopped" property_is ActiveState inactive
    refuse "and nobody listens" curl --silent http://127.0.0.1:8080/healthz
    expect "the configuration stays" [ -e /etc/soundspool/soundspool.yaml ]
    expect "the ledger stays" [ -e /var/lib/soundspool/ledger.sqlite ]
    dpkg --install "$newer" >/dev/null
    expect "installed again, it runs again, as it was enabled" property_is ActiveState active
    await "and goes on where it was" has_file ada/outbox/left.mp3
}

purge() {
    drop_long purged /root/endless.mkv
    dpkg --purge soundspool >/root/purged 2>&1
    refuse "purged, the configuration is gone" [ -e /etc/soundspool ]
    refuse "and the ledger" [ -e /var/lib/soundspool ]
    refuse "and the links that enabled it" sh -c 'ls /etc/systemd/system/*.wants/soundspool.*'
    refuse "and the spool" [ -e /srv/soundspool/.spool ]
    expect "what is people's stays" has_file ada/outbox/killed.mp3
    expect "so does the original that was being converted" cmp /root/endless.mkv /srv/soundspool/unfinished/*.source
    expect "and purging said where" grep --quiet /srv/soundspool/unfinished /root/purged
}

# Runs a part of this and says how long it took.
part() {
    local began=$SECONDS
    "$@"
    echo "($1: $((SECONDS - began)) s)"
}

part install_package
part expect "each directive of the unit is violated in vain" bash "$here/systemd-confinement.sh"
part people
part drops
part care
part move
part make_long
part reload
part under_load
part restarts_without_refusal
part wrong_configuration
part short_of_memory
part read_only
part upgrade
part remove
part purge
echo "all was seen under $(systemctl --version | head -n 1)"
