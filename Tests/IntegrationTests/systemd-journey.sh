#!/bin/bash
# The journey of a video through an installed soundspool under a real systemd, and what systemd makes of a wrong
# configuration. Runs as root inside `systemd-box`, because it installs into / and changes the machine.
#
# Usage: systemd-journey.sh SOURCE BUILD VIDEO
#
# SOURCE is the source tree, BUILD the directory of the built programs, VIDEO a video with sound.
#
# Prints a line for each thing seen. Ends with 0 if all was; else says what was not, prints the journal and ends with 1.

set -euo pipefail

readonly source=$1 build=$2 video=$3
readonly home=/srv/soundspool/home/ada
readonly configuration=/etc/soundspool/soundspool.yaml
source "$(dirname "${BASH_SOURCE[0]}")/Box/seeing.sh"

journal_says() { [[ $(journalctl --no-pager --unit=soundspool) == *"$1"* ]]; }

one_file() { (($(find "$1" -maxdepth 1 -name "$2" -type f | wc -l) == 1)); }

install_programs() {
    make --no-print-directory -C "$source" install BUILD="$build" DESTDIR= >/dev/null
    share_swift_libraries "$build"
    systemd-sysusers
    systemd-tmpfiles --create
    systemctl daemon-reload
}

unit_is_sound() {
    systemd-analyze verify --man=no --recursive-errors=yes soundspool.service soundspool.socket &&
        systemd-analyze security --offline=true --threshold=15 soundspool.service >/dev/null
}

# Letters at once, as a user would see them in a minute; and a password for a mail server, kept by systemd.
configure_mail() {
    echo 'mail: {window: 1s}' >>"$configuration"
    mkdir -p /etc/credstore
    echo "the password" >/etc/credstore/soundspool.mail-password
}

has_credential() {
    local file=/run/credentials/soundspool.service/mail-password
    [[ $(cat "$file") == "the password" && ! -e ${file%/*}/webhook-secret ]]
}

add_account() {
    soundspool account add ada --email ada@example.org >/dev/null
}

belongs_to_service() { [[ $(stat --format=%U "$1") == soundspool ]]; }

mode_is() { [[ $(stat --format='%U %a' "$1") == "$2" ]]; }

has_mp3() { one_file "$home/outbox" '*.mp3'; }

has_letter() { one_file /var/lib/soundspool/mail '*.eml'; }

has_ended() { ! systemctl is-active --quiet soundspool && ! property_is ActiveState activating; }

journey() {
    expect "verify and security have nothing to say against the unit" unit_is_sound
    expect "an account can be added before the first start" add_account
    expect "its inbox belongs to the service" belongs_to_service "$home/inbox"
    expect "/srv/soundspool belongs to root, as a chroot must" mode_is /srv/soundspool "root 755"
    expect "the spool is closed" mode_is /srv/soundspool/.spool "soundspool 700"

    expect "letters come soon" configure_mail
    expect "systemctl start returns, so the service said READY" systemctl start soundspool
    expect "systemd gives the service the mail password, and not what is not there" has_credential
    expect "it is active" property_is ActiveState active
    expect "only the main process may notify" property_is NotifyAccess main
    expect "the watchdog is on" property_is WatchdogUSec 1min
    await "the unit leaves the converters' sandbox whole" journal_says "level=full missing=nothing"
    await "its status line counts jobs" status_says "0 published"

    # Owned by root: the lease that tells whether it is still written needs CAP_LEASE.
    cp "$video" "$home/inbox/journey.mp4"
    await "one MP3 is in the outbox" has_mp3
    await "one letter is written" has_letter
    await "the status line counts it" status_says "1 published"

    expect "systemctl stop returns" systemctl stop soundspool
    expect "it stopped cleanly" property_is Result success
    expect "with status 0" property_is ExecMainStatus 0
    expect "it was never restarted" property_is NRestarts 0
}

wrong_configuration() {
    cp "$configuration" /tmp/right.yaml
    echo "rooot: /nowhere" >>"$configuration"
    if systemctl start soundspool 2>/dev/null; then fail "a wrong configuration is refused"; fi
    await "a wrong configuration ends the service" has_ended
    expect "with status 78" property_is ExecMainStatus 78
    expect "and systemd does not restart it" property_is NRestarts 0
    await "the journal names the key" journal_says rooot

    cp /tmp/right.yaml "$configuration"
    expect "put right, it starts" systemctl start soundspool
    expect "the MP3 is still alone" has_mp3
    expect "and so is its letter" has_letter
    expect "it stops" systemctl stop soundspool
}

# A service that hangs is killed by the watchdog and started again.
hanging() {
    mkdir -p /run/systemd/system/soundspool.service.d
    printf '%s\n' '[Service]' WatchdogSec=15 RestartSec=100ms >/run/systemd/system/soundspool.service.d/hasty.conf
    systemctl daemon-reload
    expect "with a hasty watchdog it starts" systemctl start soundspool
    systemctl kill --signal=STOP --kill-whom=main soundspool
    await "stopped in its tracks, it is started again" property_is NRestarts 1
    await "and is ready" property_is ActiveState active
    expect "it stops" systemctl stop soundspool
    expect "cleanly" property_is Result success
}

install_programs
journey
hanging
wrong_configuration
echo "the journey was seen under $(systemctl --version | head -n 1)"
