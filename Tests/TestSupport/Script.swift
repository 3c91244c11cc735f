import Foundation

/// A program that stands in for the converter: it serves requests as the converter does, and has each done by a shell
/// script made for one test. The script finds the source on standard input and the MP3 on standard output; what it
/// writes to standard error is sent as messages where it begins with `{`, and is standard error otherwise.
///
/// Messages are sent as they come, the report once the script has ended, as a converter closes its files before it reports.
/// Without a report, it ends as the script did. `$REQUEST` holds the request, `$OPEN` the descriptors, `$GIVEN` the
/// names of the environment and `$BLOCKED` the signals that it was started with.
public struct Script {
    public let path: String

    public init(_ body: String, in directory: String) throws {
        try self.init(
            program: Self.server.replacing("@BODY@", with: Data(body.utf8).base64EncodedString()), in: directory)
    }

    /// The whole program.
    public init(program: String, in directory: String) throws {
        path = directory + "/converter-\(UUID().uuidString)"
        try Data(program.utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        try waitUntilClosed(path)
    }

    /// What a converter says that made `seconds` of sound.
    public static func report(_ seconds: Double = 2.5, damagedPackets: Int = 0) -> String {
        #"echo '{"report":{"damagedPackets":\#(damagedPackets),"preset":"standard","produced":\#(seconds),"promised":2.5}}' >&2"#
    }

    /// What a converter says that could not.
    public static func failure(_ reason: String, _ message: String = "No.") -> String {
        #"echo '{"report":{"damagedPackets":0,"preset":"standard","produced":0,"# + "\"reason\":\"\(reason)\","
            + "\"message\":\"\(message)\"}}' >&2"
    }

    private static let server = #"""
        #!/usr/bin/python3 -I
        import base64, os, signal, socket, subprocess, sys
        opened = [fd for fd in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{fd}")]
        given = dict(os.environ)
        blocked = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("SigBlk"))
        peer = socket.socket(fileno=0)
        while True:
            request, (*descriptors,), _, _ = socket.recv_fds(peer, 4096, 4)
            if not request:
                sys.exit(0)
            source, audio = descriptors
            script = subprocess.Popen(
                ["/bin/sh", "-c", base64.b64decode("@BODY@")], stdin=source, stdout=audio, stderr=subprocess.PIPE,
                env={**given, "REQUEST": request, "OPEN": " ".join(opened), "GIVEN": " ".join(given), "BLOCKED": blocked})
            os.close(source), os.close(audio)
            report = None
            for line in script.stderr:
                if line.startswith(b'{"report":{'):
                    report = line.rstrip(b"\n")
                elif line.startswith(b"{"):
                    peer.send(line.rstrip(b"\n"))
                else:
                    sys.stderr.buffer.write(line)
                    sys.stderr.buffer.flush()
            status = script.wait()
            if status < 0:
                signal.pthread_sigmask(signal.SIG_UNBLOCK, [-status])
                if -status != signal.SIGKILL:
                    signal.signal(-status, signal.SIG_DFL)
                os.kill(os.getpid(), -status)
            if report is None:
                sys.exit(status)
            peer.send(report)
        """#
}
