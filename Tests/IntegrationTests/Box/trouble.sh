# What goes wrong on a machine, and what the service makes of it. Sourced.

# Drops `$1` videos of ada's that are called `$2`1, `$2`2 and so on.
load() {
    local number
    for ((number = 1; number <= $1; number++)); do
        cp "$video" "$homes/ada/inbox/.$2" && mv "$homes/ada/inbox/.$2" "$homes/ada/inbox/$2$number.mkv"
    done
}

# Awaits that a conversion is going on that takes a while.
drop_long() {
    cp /root/long.mkv "$homes/ada/inbox/.$1" && mv "$homes/ada/inbox/.$1" "$homes/ada/inbox/$1.mkv"
    await "$1 is being converted" sh -c "soundspool status | grep --quiet ada/$1.mkv"
}

make_long() {
    ffmpeg -v error -nostdin -f lavfi -i sine=duration=420 -ac 2 -ar 48000 -c:a flac /root/long.mkv
    mkdir -p /run/systemd/system/soundspool.service.d
    printf '%s\n' '[Service]' WatchdogSec=4 RestartSec=100ms >/run/systemd/system/soundspool.service.d/hasty.conf
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

under_load() {
    local main
    load 6 burst
    drop_long restarted
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
    expect "because of the watchdog" journalctl --quiet --no-pager --grep='Watchdog timeout' --lines=1
    await "and the job is done" has_file ada/outbox/hung.mp3
    await "each has been told once" letters_of ada 10
}

# 200 requests, each on a connection of its own. Prints those that failed.
requests() {
    local number
    for ((number = 1; number <= 200; number++)); do
        curl --silent --show-error --fail --max-time 20 --output /dev/null http://127.0.0.1:8080/healthz 2>&1 ||
            echo "request $number failed"
    done
}

# The socket is systemd's, so nobody is refused while the service is restarted.
restarts_without_refusal() {
    local begun restarts=0
    expect "systemd listens for the web page" systemctl is-active --quiet soundspool.socket
    expect "and will after a boot" systemctl is-enabled --quiet soundspool.socket
    requests >/root/refused &
    begun=$!
    while kill -0 "$begun" 2>/dev/null && ((restarts < 10)); do
        systemctl reset-failed soundspool # no limit on starts
        systemctl restart soundspool
        restarts=$((restarts + 1))
    done
    wait "$begun"
    cat /root/refused
    expect "of 200 requests during $restarts restarts none failed" [ ! -s /root/refused ]
    expect "and there were several" [ "$restarts" -gt 2 ]
}

wrong_configuration() {
    cp /etc/soundspool/soundspool.yaml /root/right.yaml
    echo "rooot: /nowhere" >>/etc/soundspool/soundspool.yaml
    refuse "a wrong configuration is refused" systemctl restart soundspool
    expect "with status 78" property_is ExecMainStatus 78
    sleep 0.5 # five times RestartSec
    expect "and systemd does not restart it" property_is ActiveState failed
    await "the journal names the key" journal_has --grep=rooot
    cp /root/right.yaml /etc/soundspool/soundspool.yaml
    expect "put right, it starts" systemctl restart soundspool
}

# Limits the memory of the service and its converters, as MemoryMax= does. On cgroup v1 by hand: see systemd-box.
limit_memory() {
    if [[ -d /run/systemd-box/memory ]]; then
        local group=/run/systemd-box/memory/soundspool
        mkdir $group
        echo 24M >$group/memory.limit_in_bytes
        property MainPID >$group/cgroup.procs
    else
        systemctl set-property --runtime soundspool MemoryMax=60M
    fi
}

lift_limit() {
    if [[ -d /run/systemd-box/memory ]]; then
        echo -1 >/run/systemd-box/memory/soundspool/memory.limit_in_bytes
    else
        systemctl set-property --runtime soundspool MemoryMax=infinity
    fi
}

short_of_memory() {
    local main
    systemctl reset-failed soundspool
    systemctl restart soundspool # no converter is warm
    main=$(property MainPID)
    limit_memory
    drop_long hungry
    await "a converter is killed for want of memory, and the attempt is not the last" \
        journal_has --grep='attempt broke off.*signal 9'
    lift_limit
    expect "the service goes on" property_is MainPID "$main"
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
        sh -c 'soundspool status | grep --quiet "patient1.mkv:.*the disk is mounted read-only"'
    await "and so does systemctl status" status_says "drops cannot be taken: "
    expect "with the cause" status_says "Read-only file system"
    await "the journal, too" journal_has --grep='Read-only file system'
    expect "the drop waits" has_file ada/inbox/patient1.mkv
    expect "the service goes on" property_is MainPID "$main"
    mount -o remount,rw /srv/soundspool
    await "writable again, the job is done" has_file ada/outbox/patient1.mp3
}
