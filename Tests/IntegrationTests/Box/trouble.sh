# What goes wrong on a machine, and what the service makes of it. Sourced.

# Drops `$1` videos of ada's that are called `$2`1, `$2`2 and so on.
load() {
    local number
    for ((number = 1; number <= $1; number++)); do
        cp "$video" "$homes/ada/inbox/.$2" && mv "$homes/ada/inbox/.$2" "$homes/ada/inbox/$2$number.mkv"
    done
}

# Awaits that a conversion is going on that takes a while. Takes its name and, where it is not to come to its end, the video.
drop_long() {
    cp "${2-/root/long.mkv}" "$homes/ada/inbox/.$1" && mv "$homes/ada/inbox/.$1" "$homes/ada/inbox/$1.mkv"
    await "$1 is being converted" sh -c "soundspool status | grep --quiet ada/$1.mkv"
}

make_long() {
    ffmpeg -v error -nostdin -f lavfi -i sine=duration=420 -ac 2 -ar 48000 -c:a flac /root/long.mkv
    ffmpeg -v error -nostdin -stream_loop 5 -i /root/long.mkv -c copy /root/endless.mkv
    mkdir -p /run/systemd/system/soundspool.service.d
    # Longer than the machine may be busy with something else.
    printf '%s\n' '[Service]' WatchdogSec=30 RestartSec=100ms >/run/systemd/system/soundspool.service.d/hasty.conf
    systemctl daemon-reload
}

reload() {
    local main
    main=$(property MainPID)
    systemd-analyze log-target journal
    systemd-analyze log-level debug
    expect "systemctl reload returns" systemctl reload soundspool
    await "the inboxes are looked through" journal_has --grep=reloaded
    await "systemd was told RELOADING=1" told_reloading
    systemd-analyze log-level info
    expect "the service is the same" property_is MainPID "$main"
    expect "and active" property_is ActiveState active
}

told_reloading() { [[ -n $(journalctl --no-pager --output=cat _PID=1 --grep='RELOADING=1' 2>/dev/null) ]]; }

# Whether every converter of the real unit has given everything up.
converters_are_confined() {
    local pid
    for pid in $(pgrep --full 'soundspool-convert --serve'); do
        grep --quiet '^CapEff:.0000000000000000$' "/proc/$pid/status" &&
            grep --quiet '^CapAmb:.0000000000000000$' "/proc/$pid/status" &&
            grep --quiet '^NoNewPrivs:.1$' "/proc/$pid/status" &&
            grep --quiet '^Seccomp:.2$' "/proc/$pid/status" || return 1
    done
    [[ -n ${pid-} ]]
}

under_load() {
    local main
    load 6 burst
    drop_long restarted
    await "the converters hold no capability, and are filtered" converters_are_confined
    expect "a restart under load" systemctl restart soundspool
    await "no job is lost, and none is done twice" published ada 7
    await "each has been told" letters_of ada 8

    drop_long killed
    main=$(property MainPID)
    systemctl kill --signal=KILL --kill-whom=main soundspool
    await "killed, it is started again" is_started_again "$main"
    await "and the job is done" has_file ada/outbox/killed.mp3

    drop_long hung
    main=$(property MainPID)
    systemctl kill --signal=STOP --kill-whom=main soundspool
    await "stopped in its tracks, it is started again by the watchdog" is_started_again "$main"
    await "because of the watchdog" journalctl --quiet --no-pager --grep='Watchdog timeout' --lines=1
    await "and the job is done" has_file ada/outbox/hung.mp3
    await "each has been told once" letters_of ada 10
}

# Requests until /root/enough is there, each on a connection of its own. Prints those that failed.
requests() {
    until [[ -e /root/enough ]]; do
        curl --silent --show-error --fail --max-time 120 --output /dev/null http://127.0.0.1:8080/healthz 2>&1 ||
            echo "a request failed"
        echo >>"/root/requests-$1"
    done
}

# Sends a video so slowly that restarts cut it off, and again until it is taken.
upload() {
    curl --silent --show-error --fail --limit-rate 700k --retry 20 --retry-all-errors --retry-delay 1 \
        --upload-file /root/long.mkv --header "Authorization: Bearer $(cat $homes/ada/inbox/.token)" \
        --header 'Idempotency-Key: "restarted"' --output /dev/null http://127.0.0.1:8080/api/v1/inbox/uploaded.mkv
}

# The socket is systemd's, so nobody is refused while the service is restarted, whatever it is doing.
restarts_without_refusal() {
    local number uploading restarts=5 running=()
    expect "systemd listens for the web page" systemctl is-active --quiet soundspool.socket
    expect "and will after a boot" systemctl is-enabled --quiet soundspool.socket
    rm -f /root/enough
    for number in 1 2 3 4; do
        requests $number >"/root/refused-$number" &
        running+=($!)
    done
    upload &
    uploading=$!
    load 6 loaded
    drop_long busy
    for ((number = 1; number <= restarts; number++)); do
        systemctl reset-failed soundspool # no limit on starts
        systemctl restart soundspool
    done
    touch /root/enough
    wait "${running[@]}"
    cat /root/refused-* | tee /root/refused
    expect "of $(cat /root/requests-* | wc -l) requests during $restarts restarts none failed" [ ! -s /root/refused ]
    expect "an upload that was cut off was taken in the end" wait "$uploading"
    await "and became one MP3, as did each drop" published ada 17
}

wrong_configuration() {
    local before
    cp /etc/soundspool/soundspool.yaml /root/right.yaml
    echo "rooot: /nowhere" >>/etc/soundspool/soundspool.yaml
    refuse "a wrong configuration is refused" systemctl restart soundspool
    expect "with status 78" property_is ExecMainStatus 78
    sleep 0.5 # five times RestartSec
    expect "and systemd does not restart it" property_is ActiveState failed
    await "the journal names the key" journal_has --grep=rooot
    await "and systemd listens for it no more" socket_is inactive

    # A visitor who comes while the service is stopped starts it: once, not again and again.
    systemctl start soundspool.socket
    before=$(starts)
    refuse "a visitor finds nobody" curl --silent --max-time 120 http://127.0.0.1:8080/healthz
    await "and systemd listens no more" socket_is inactive
    expect "after one start" [ "$(starts)" = $((before + 1)) ]
    cp /root/right.yaml /etc/soundspool/soundspool.yaml
    expect "put right, it starts" systemctl start soundspool
    expect "and systemd listens again" socket_is active
    expect "for visitors" curl --silent --fail --output /dev/null http://127.0.0.1:8080/healthz
}

socket_is() { [[ $(systemctl show soundspool.socket --property=ActiveState --value) == "$1" ]]; }

# How often systemd began to start the service. What it said last may not be in the journal yet.
starts() { journalctl --sync && journalctl --no-pager --output=cat --unit=soundspool _PID=1 --grep='^Starting soundspool' | wc -l; }

# Leaves the service what it holds, and the converters less than they need.
limit_memory() {
    local held
    held=$(awk '/^RssAnon:/ { print $2 }' "/proc/$(property MainPID)/status")
    systemctl set-property --runtime soundspool MemoryMax="$((held + 16 * 1024))K" MemorySwapMax=0
}

lift_limit() { systemctl set-property --runtime soundspool MemoryMax=infinity MemorySwapMax=infinity; }

short_of_memory() {
    local main
    systemctl reset-failed soundspool
    systemctl restart soundspool # no converter is warm
    main=$(property MainPID)
    limit_memory
    drop_long hungry
    await "a converter is killed for want of memory, and the attempt is not the last" \
        journal_has --grep='attempt broke off.*signal 9'
    expect "the service goes on" property_is MainPID "$main"
    expect "and answers" curl --silent --fail --max-time 120 --output /dev/null http://127.0.0.1:8080/healthz
    lift_limit
    await "with memory again, the job is done" has_file ada/outbox/hungry.mp3
}

read_only() {
    local main
    main=$(property MainPID)
    # Between the drop's arrival and its claim.
    systemctl kill --signal=STOP --kill-whom=main soundspool
    load 1 patient
    expect "the disk becomes read-only" mount -o remount,ro /srv/soundspool
    systemctl kill --signal=CONT --kill-whom=main soundspool
    await "soundspool status says what is wrong" \
        sh -c 'soundspool status | grep --quiet "patient1.mkv:.*storage is full or not writable"'
    await "and so does systemctl status" status_says "drops cannot be taken: "
    expect "in plain words" status_says "storage is full or not writable"
    await "the journal has the cause" journal_has --grep='Read-only file system'
    expect "the drop waits" has_file ada/inbox/patient1.mkv
    expect "the service goes on" property_is MainPID "$main"
    mount -o remount,rw /srv/soundspool
    await "writable again, the job is done" has_file ada/outbox/patient1.mp3
}
