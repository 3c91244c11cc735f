import Foundation
import TestSupport
import Testing

/// Accounts whose owners have users of this machine: real ones, in a mount namespace with an `/etc` of its own.
@Suite("People with users", .enabled(if: getuid() == 0, "making users needs root"))
struct PeopleTests {
    /// Runs lines of shell where users may be made. `$ROOT` is the appliance's root, `soundspool` a command of it, and
    /// `as_ada` runs something as the user `ssp-ada`.
    private func sh(_ appliance: Appliance, _ lines: String) async throws -> Program.Result {
        let program = Program.builtPrograms.appending(path: "soundspool").path
        return try await Program("/usr/bin/unshare").run([
            "--mount", "--propagation", "private", "/bin/bash", "-euc",
            """
            mount -t tmpfs none /mnt
            mkdir /mnt/upper /mnt/work
            mount -t overlay none -o lowerdir=/etc,upperdir=/mnt/upper,workdir=/mnt/work /etc
            ROOT='\(appliance.root.path)'
            soundspool() { '\(program)' "$@" --config '\(appliance.configuration.path)'; }
            refuse() { if "$@"; then echo "NOT REFUSED: $*"; exit 1; fi; }
            as_ada() { setpriv --reuid=ssp-ada --regid=ssp-ada --clear-groups -- "$@"; }
            \(lines)
            """,
        ])
    }

    @Test("An account that is connected is its owner's with all folders that there are, and no more")
    func connect() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let result = try await sh(
            appliance,
            """
            inbox=$ROOT/home/ada/inbox
            mkdir -p $inbox/course/deep $ROOT/home/ada/outbox/course /mnt/elsewhere
            ln -s /mnt/elsewhere $inbox/link
            soundspool account connect ada --unix-user ssp-ada
            as_ada cat $inbox/.token | grep ^ssp_
            as_ada touch $inbox/course/deep/film.mkv
            as_ada rmdir $ROOT/home/ada/outbox/course
            refuse as_ada touch /mnt/elsewhere/film.mkv
            refuse as_ada sh -c "echo x >>$inbox/.token"
            refuse setpriv --reuid=daemon --regid=daemon --clear-groups -- cat $inbox/.token
            [ "$(stat --format=%U /mnt/elsewhere)" = root ]
            soundspool account token issue ada --install
            as_ada cat $inbox/.token | grep ^ssp_
            """)
        #expect(result.status == 0, "\(result.output)\(result.errors)")
    }

    @Test("A name that is taken makes no user")
    func taken() async throws {
        let appliance = try Appliance()
        try await appliance.addAccount()
        let result = try await sh(
            appliance,
            """
            refuse soundspool account add ada --email other@example.org --unix-user ssp-ada
            refuse getent passwd ssp-ada
            """)
        #expect(result.status == 0, "\(result.output)")
        #expect(result.errors.contains("there is an account named 'ada' already"), "\(result.errors)")
    }

    @Test("Where the user cannot be made the account's password is shown all the same, and how to go on")
    func halfway() async throws {
        let appliance = try Appliance()
        let result = try await sh(appliance, "soundspool account add ada --email ada@example.org --unix-user no:user")
        #expect(result.status != 0)
        #expect(result.output.contains("Password:"), "\(result.output)")
        #expect(result.errors.contains("soundspool account connect ada --unix-user no:user"), "\(result.errors)")
        #expect(try await appliance.command("account", "show", "ada").status == 0)
    }
}
