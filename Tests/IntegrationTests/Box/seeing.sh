# What scripts in the box say and wait for. Sourced.

readonly homes=/srv/soundspool/home
readonly patience=180 # seconds for each thing waited for

fail() {
    echo "NOT SEEN: $1" >&2
    systemctl status --no-pager --full soundspool >&2 || :
    soundspool status >&2 || :
    journalctl --no-pager --output=short-monotonic --lines=80 >&2 || :
    exit 1
}

# Takes what should be, and the words of a condition. Fails unless the condition holds.
expect() {
    local what=$1
    shift
    "$@" || fail "$what"
    echo "seen: $what"
}

# Fails unless the command does.
refuse() {
    local what=$1
    shift
    if "$@" >/dev/null 2>&1; then fail "$what"; fi
    echo "seen: $what"
}

# Like `expect`, for what takes its time.
await() {
    local what=$1 end=$((SECONDS + patience))
    shift
    until "$@"; do
        ((SECONDS < end)) || fail "$what, within $patience s"
        sleep 0.1
    done
    echo "seen: $what"
}

# One of the unit's properties.
property() { systemctl show soundspool --property="$1" --value; }
property_is() { [[ $(property "$1") == "$2" ]]; }
status_says() { [[ $(property StatusText) == *"$1"* ]]; }
is_started_again() { property_is ActiveState active && [[ $(property MainPID) != "$1" ]]; }
journal_has() { [[ -n $(journalctl --no-pager --output=cat --unit=soundspool "$@" 2>/dev/null) ]]; }

owner_is() { [[ $(stat --format=%U:%G "$1") == "$2" ]]; }
has_file() { [[ -e $homes/$1 ]]; }
published() { (($(find "$homes/$1/outbox" -name '*.mp3' | wc -l) == $2)); }
letters_of() { (($(grep --files-with-matches --recursive "^To:.*$1@" /var/lib/soundspool/mail | wc -l) == $2)); }

# A debug build loads Swift's libraries from where the toolchain is. If that is a home directory the service cannot see
# it, so they are put where every program finds them. Takes the directory of the built programs.
share_swift_libraries() {
    ldd "$1/soundspool" "$1/soundspool-convert" | awk '$3 ~ "^/" && $3 !~ "^/(usr/)?lib" { print $3 }' |
        sort --unique | xargs --no-run-if-empty cp --target-directory=/usr/local/lib
    ldconfig
}
