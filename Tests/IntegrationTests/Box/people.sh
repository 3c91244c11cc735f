# Two people with users of their own: one comes over sshd, the other over smbd. Sourced.

sftp_as() {
    local user=$1
    shift
    printf '%s\n' "$@" |
        sftp -q -b - -i /root/key -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null "$user@127.0.0.1" >/dev/null
}
smb_as() { smbclient //127.0.0.1/soundspool -U "$1%secret" -c "$2" >/dev/null 2>&1; }
# By a path that nobody puts in order first.
smb_opens() { PYTHONPATH=.build/inputs/python /usr/bin/python3 "$here/Clients/climb.py" "$1" secret "$2"; }
as_user() { setpriv --reuid="$1" --regid="$1" --init-groups -- "${@:2}"; }

people() {
    local line examples=/usr/share/doc/soundspool/examples
    ssh-keygen -q -t ed25519 -N '' -f /root/key
    mkdir -p /etc/ssh/soundspool-keys
    cp $examples/ssh/soundspool.conf /etc/ssh/sshd_config.d/soundspool.conf
    cp $examples/samba/soundspool.conf /etc/samba/soundspool.conf
    sed --in-place '1i include = /etc/samba/soundspool.conf' /etc/samba/smb.conf
    for name in ada bob; do
        line=$(soundspool account add $name --email $name@example.org --unix-user $name)
        expect "$name's account prints the line for SFTP" grep --quiet "sftp $name@" <<<"$line"
        expect "and the one for SMB" grep --quiet "smb://$name@.*/soundspool" <<<"$line"
        cp /root/key.pub /etc/ssh/soundspool-keys/$name
        printf 'secret\nsecret\n' | smbpasswd -L -s -a $name >/dev/null
    done
    expect "the inbox is ada's" owner_is $homes/ada/inbox ada:soundspool
    expect "the user has no shell" grep --quiet '^ada:.*:/usr/sbin/nologin$' /etc/passwd
    refuse "a second account of the name is refused" \
        soundspool account add ada --email x@example.org --unix-user ada
    ssh-keygen -A >/dev/null
    expect "sshd takes the sample" sh -c 'mkdir -p /run/sshd && /usr/sbin/sshd -t'
    expect "sshd locks ada in" grep --quiet '^chrootdirectory /srv/soundspool$' <<<"$(/usr/sbin/sshd -T -C user=ada)"
    expect "Samba takes the sample" samba_takes
    expect "nginx takes the sample" nginx_takes $examples/nginx/soundspool.conf
    # What a boot does before it lets anybody but root in: pam_nologin(8).
    systemctl start systemd-user-sessions
    systemctl start ssh smbd
}

samba_takes() {
    testparm --suppress-prompt >/root/testparm 2>&1 && ! grep --ignore-case --extended-regexp 'unknown|error|warning: ' /root/testparm
}

drops() {
    expect "ada drops over sshd" sftp_as ada "put $video film.mkv"
    expect "bob drops over smbd" smb_as bob "put $video inbox/song.mkv"
    await "ada has her MP3" has_file ada/outbox/film.mp3
    await "bob has his" has_file bob/outbox/song.mp3
    await "ada has a letter" letters_of ada 1
    await "bob too" letters_of bob 1
    await "ada's STATUS.txt tells of it" grep --quiet '^Done today: 1$' $homes/ada/outbox/STATUS.txt
    await "bob's too" grep --quiet '^Done today: 1$' $homes/bob/outbox/STATUS.txt
    expect "ada takes hers" sftp_as ada "get ../outbox/film.mp3 /root/film.mp3" "ls ../outbox/STATUS.txt"
    expect "bob takes his" smb_as bob "get outbox/song.mp3 /root/song.mp3"
    expect "both are MP3s" cmp /root/film.mp3 $homes/ada/outbox/film.mp3
    expect "and whole" cmp /root/song.mp3 $homes/bob/outbox/song.mp3
    expect "ada may remove hers" sftp_as ada "rm ../outbox/film.mp3"
    strangers
    await "the journal knows the job, its account and its state" \
        journal_has JOB_ID=1 ACCOUNT=ada STATE=published
    expect "as fields of its JSON" fields_of_json
    troubled
}

# What ends otherwise than well.
troubled() {
    echo "This is no video." >/root/broken.mkv
    head --bytes=$(($(stat --format=%s "$video") / 2)) "$video" >/root/half.mkv
    expect "ada drops what is no video" sftp_as ada "put /root/broken.mkv" "put /root/half.mkv"
    await "the journal knows who failed" journal_has ACCOUNT=ada STATE=failed
    await "whose drop is incomplete" journal_has ACCOUNT=ada STATE=incomplete
    expect "and whose was claimed" journal_has ACCOUNT=ada STATE=queued --grep=claimed
    expect "the reason lies beside the original" has_file ada/failed/broken.mkv.txt
    await "STATUS.txt says what is missing" grep --quiet 'half.mkv: A part of it is missing' $homes/ada/outbox/STATUS.txt
    expect "ada takes the half out again" sftp_as ada "rm half.mkv"
    await "and has a letter of the other" letters_of ada 2

    mkdir -m 700 /root/closed
    cp "$video" /root/closed/talk.mkv
    expect "ada drops a folder that only she may enter" sftp_as ada "put -pr /root/closed"
    await "STATUS.txt says so" grep --quiet 'closed: The service may not look into this folder' $homes/ada/outbox/STATUS.txt
    expect "she opens it" sftp_as ada "chmod 770 closed"
    await "and has what was in it" has_file ada/outbox/closed/talk.mp3
    expect "which she takes" sftp_as ada "rm ../outbox/closed/talk.mp3" "rmdir ../outbox/closed" "rmdir closed"
    expect "she may read the token that scripts send" sftp_as ada "get .token /root/token"
}

nginx_takes() {
    local certificates=/etc/letsencrypt/live/sound.example.org
    mkdir -p $certificates
    openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=sound.example.org \
        -keyout $certificates/privkey.pem -out $certificates/fullchain.pem 2>/dev/null
    cp "$1" /etc/nginx/sites-available/soundspool
    ln -s ../sites-available/soundspool /etc/nginx/sites-enabled/soundspool
    /usr/sbin/nginx -q -t
}

strangers() {
    refuse "ada cannot read bob's over SFTP" sftp_as ada "get /home/bob/outbox/song.mp3 /root/x"
    refuse "or put anything there" sftp_as ada "put /root/key.pub /home/bob/inbox/x.mkv"
    refuse "or list the names" sftp_as ada "ls /home"
    refuse "or plant a link" sftp_as ada "ln -s /home/bob/outbox x"
    refuse "or make a folder beside her inbox" sftp_as ada "mkdir /home/ada/x"
    refuse "or see the spool" sftp_as ada "ls /.spool"
    expect "bob's client opens his own" smb_opens bob outbox/STATUS.txt
    refuse "but cannot go up over SMB to ada's" smb_opens bob ../ada/outbox/STATUS.txt
    refuse "or by a way that comes back" smb_opens bob outbox/../../ada/outbox/STATUS.txt
    refuse "or find her name in the shares" sh -c "smbclient -L 127.0.0.1 -U bob%secret 2>&1 | grep ada"
    refuse "on the machine itself he cannot read hers" as_user bob cat $homes/ada/outbox/STATUS.txt
    refuse "or list hers" as_user bob ls $homes/ada/outbox
    refuse "or list the names" as_user bob ls $homes
    refuse "or read the ledger" as_user bob cat /var/lib/soundspool/ledger.sqlite
    refuse "or see the spool" as_user bob ls /srv/soundspool/.spool
}

fields_of_json() {
    journalctl --no-pager --output=json --unit=soundspool JOB_ID=1 STATE=published | python3 -c '
import json, sys
entry = json.loads(sys.stdin.readline())
sys.exit((entry["JOB_ID"], entry["ACCOUNT"], entry["STATE"]) != ("1", "ada", "published"))'
}
