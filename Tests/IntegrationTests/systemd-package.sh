#!/bin/bash
# What an administrator does with the package, under a real systemd: install, two commands, and people
# with users of their own, whom sshd and Samba know by the samples. Runs as root inside `systemd-box`, because it installs
# into / and changes it.
#
# Usage: systemd-package.sh BUILD PACKAGE
#
# BUILD is the directory of the built programs, PACKAGE the .deb file.
#
# Prints a line for each thing seen. Ends with 0 if all was; else says what was not, prints the journal and ends with 1.

set -euo pipefail

readonly build=$1 package=$2
readonly homes=/srv/soundspool/home

fail() {
    echo "NOT SEEN: $1" >&2
    systemctl status --no-pager --full soundspool >&2 || :
    journalctl --no-pager --output=short-monotonic --lines=80 >&2 || :
    exit 1
}

expect() {
    local what=$1
    shift
    "$@" || fail "$what"
    echo "seen: $what"
}

refuse() {
    local what=$1
    shift
    if "$@" >/dev/null 2>&1; then fail "$what"; fi
    echo "seen: $what"
}

property_is() { [[ $(systemctl show soundspool --property="$1" --value) == "$2" ]]; }
owner_is() { [[ $(stat --format=%U:%G "$1") == "$2" ]]; }

# A debug build loads Swift's libraries from where the toolchain is, where the service cannot see them.
share_swift_libraries() {
    ldd "$build/soundspool" "$build/soundspool-convert" | awk '$3 ~ "^/" && $3 !~ "^/(usr/)?lib" { print $3 }' |
        sort --unique | xargs --no-run-if-empty cp --target-directory=/usr/local/lib
    ldconfig
}

install_package() {
    share_swift_libraries
    # Images of containers have one that lets no package start or stop anything.
    rm -f /usr/sbin/policy-rc.d
    dpkg --install --force-depends "$package" >/dev/null
    expect "the package is installed, and nothing runs yet" property_is ActiveState inactive
    expect "its configuration is a conffile" grep --quiet soundspool.yaml /var/lib/dpkg/info/soundspool.conffiles
    printf '%s\n' 'mail: {window: 0s}' 'intake: {settle: 100ms, settleInPlace: 300ms}' >>/etc/soundspool/soundspool.yaml
    expect "systemctl enable --now returns" systemctl enable --now --quiet soundspool
    expect "it is active" property_is ActiveState active
}

people() {
    local line
    ssh-keygen -q -t ed25519 -N '' -f /root/key
    mkdir -p /etc/ssh/soundspool-keys
    cp /usr/share/doc/soundspool/examples/ssh/soundspool.conf /etc/ssh/sshd_config.d/soundspool.conf
    cp /usr/share/doc/soundspool/examples/samba/soundspool.conf /etc/samba/soundspool.conf
    echo 'include = /etc/samba/soundspool.conf' >>/etc/samba/smb.conf
    for name in ada bob; do
        line=$(soundspool account add $name --email $name@example.org --unix-user $name)
        expect "$name's account prints how to connect" grep --quiet "sftp $name@" <<<"$line"
        cp /root/key.pub /etc/ssh/soundspool-keys/$name
        printf 'secret\nsecret\n' | smbpasswd -L -s -a $name >/dev/null
    done
    expect "the inbox is ada's" owner_is $homes/ada/inbox ada:soundspool
    expect "the user has no shell" grep --quiet '^ada:.*:/usr/sbin/nologin$' /etc/passwd
    refuse "a second account of the name is refused, and changes nothing" \
        soundspool account add ada --email x@example.org --unix-user ada
    ssh-keygen -A >/dev/null
    expect "sshd takes the sample" sh -c 'mkdir -p /run/sshd && /usr/sbin/sshd -t'
    expect "Samba takes the sample" sh -c 'testparm --suppress-prompt >/dev/null 2>&1'
    systemctl start ssh smbd
}

install_package
expect "each directive of the unit is violated in vain" bash "$(dirname "${BASH_SOURCE[0]}")/systemd-confinement.sh"
people
echo "all was seen under $(systemctl --version | head -n 1)"
