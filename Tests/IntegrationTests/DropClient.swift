/// A way in which people send a file, as lines of shell. `$FILE` is sent as `$NAME` into the inbox `$INBOX` of an
/// account; `whole` sends all of it, `slow` so slowly that it can be cut off, `resume` the rest.
struct DropClient: Sendable {
    let name: String
    var account = "ada"
    let whole: String
    var slow: String?
    var resume: String?
    /// Whether it needs a large file to be cut off: it sends pieces of megabytes.
    var isFast = false

    /// Whether the slow way sends no more than half by itself.
    var stopsAtHalf: Bool { slow?.contains("$HALF") == true }

    /// Whether the slow way ends when its server does. The others wait for the rest of what they send.
    var endsWithServer: Bool { slow != nil && !stopsAtHalf && !isFast }

    private static let sftp = "exec sftp -q -F $CONF -b -"
    private static let smb = "smbclient -t 120 -p $SMB_PORT -U ada%secret //127.0.0.1/soundspool -c"
    private static let rclone = """
        exec rclone --config /dev/null --log-level ERROR copyto $FILE \
        ":sftp,host=127.0.0.1,port=$SSH_PORT,user=ada,key_file=$KEY,shell_type=none,disable_hashcheck=true:$NAME"
        """
    private static let there = "bob:/srv/soundspool/home/bob/inbox/$NAME"
    private static let python = "exec /usr/bin/python3 $CLIENTS"
    /// Words in a subshell of the client's that last as long as the client does.
    private static let waiting = "exec tail --pid=$$ -f /dev/null"

    /// As standard input.
    private static let threeQuarters = "< <(head -c $((HALF + HALF / 2)) $FILE; \(waiting))"

    private static func rsync(_ mode: String) -> DropClient {
        let rsync = "exec rsync --rsh 'ssh -F '$CONF \(mode)"
        return DropClient(
            name: "rsync\(mode.replacing(" ", with: ""))", account: "bob", whole: "\(rsync) $FILE \(there)",
            slow: "\(rsync) --bwlimit=500 $FILE \(there)", resume: "\(rsync) $FILE \(there)")
    }

    private static func smb(_ way: String) -> DropClient {
        let smb = "\(python)/smb.py $SMB_PORT ada secret $FILE inbox/$NAME \(way)"
        return DropClient(name: "smb-\(way)", whole: smb, slow: "\(smb) $HALF", resume: smb)
    }

    static let all: [DropClient] = [
        DropClient(
            name: "sftp-put", whole: "\(sftp) ada <<<\"put $FILE $NAME\"",
            slow: "\(sftp) -l 4000 ada <<<\"put $FILE $NAME\"", resume: "\(sftp) ada <<<\"reput $FILE $NAME\""),
        DropClient(
            name: "sftp-put-p", whole: "\(sftp) ada <<<\"put -p $FILE $NAME\"",
            slow: "\(sftp) -l 4000 ada <<<\"put -p $FILE $NAME\"", resume: "\(sftp) ada <<<\"reput -p $FILE $NAME\""),
        DropClient(
            name: "sftp-rename", whole: "\(sftp) ada <<<$'put '$FILE' '$NAME$'.part\\nrename '$NAME'.part '$NAME",
            slow: "\(sftp) -l 4000 ada <<<\"put $FILE $NAME.part\"",
            resume: "\(sftp) ada <<<$'reput '$FILE' '$NAME$'.part\\nrename '$NAME'.part '$NAME"),
        DropClient(
            name: "scp", whole: "exec scp -q -F $CONF $FILE ada:/home/ada/inbox/$NAME",
            slow: "exec scp -q -l 4000 -F $CONF $FILE ada:/home/ada/inbox/$NAME",
            resume: "exec scp -q -F $CONF $FILE ada:/home/ada/inbox/$NAME"),
        DropClient(
            name: "scp-O-p", account: "bob", whole: "exec scp -q -O -p -F $CONF $FILE \(there)",
            slow: "exec scp -q -O -l 4000 -p -F $CONF $FILE \(there)",
            resume: "exec scp -q -O -p -F $CONF $FILE \(there)"),
        rsync(""), rsync(" --partial"), rsync(" --inplace"), rsync(" --append"),
        DropClient(
            name: "rclone", whole: rclone,
            slow: rclone.replacing("copyto", with: "--bwlimit 500k --retries 1 --low-level-retries 1 copyto"),
            resume: rclone),
        DropClient(
            name: "winscp", whole: "\(python)/winscp.py $SSH_PORT ada $KEY $FILE $NAME",
            slow: "\(python)/winscp.py $SSH_PORT ada $KEY $FILE $NAME $HALF",
            resume: "\(python)/winscp.py $SSH_PORT ada $KEY $FILE $NAME"),
        DropClient(
            name: "cp", whole: "exec cp $FILE $INBOX/$NAME",
            slow: "exec cp <(head -c $HALF $FILE; \(waiting)) $INBOX/$NAME", resume: "exec cp $FILE $INBOX/$NAME"),
        DropClient(name: "mv-within", whole: "cp $FILE $INBOX/../$NAME && exec mv $INBOX/../$NAME $INBOX/$NAME"),
        // Killed by the kernel where its file would become larger: it copies too fast to be held.
        DropClient(
            name: "mv-across", whole: "cp $FILE /dev/shm/$NAME && exec mv /dev/shm/$NAME $INBOX/$NAME",
            slow: "cp $FILE /dev/shm/$NAME && ulimit -f $((HALF / 1024)) && exec mv /dev/shm/$NAME $INBOX/$NAME",
            resume: "exec mv /dev/shm/$NAME $INBOX/$NAME"),
        DropClient(
            name: "ln",
            whole: "cp $FILE $INBOX/../$NAME && ln $INBOX/../$NAME $INBOX/$NAME && exec rm $INBOX/../$NAME"),
        DropClient(
            name: "smbclient", whole: "exec \(smb) \"put $FILE inbox/$NAME\"",
            slow: "exec \(smb) \"put - inbox/$NAME\" \(threeQuarters)", resume: "exec \(smb) \"put $FILE inbox/$NAME\"",
            isFast: true),
        DropClient(
            name: "smbclient-rename",
            whole: "exec \(smb) \"put $FILE inbox/$NAME.part; rename inbox/$NAME.part inbox/$NAME\"",
            slow: "exec \(smb) \"put - inbox/$NAME.part\" \(threeQuarters)",
            resume: "exec \(smb) \"put $FILE inbox/$NAME.part; rename inbox/$NAME.part inbox/$NAME\"", isFast: true),
        smb("size"), smb("reopen"), smb("rename"),
    ]
}
