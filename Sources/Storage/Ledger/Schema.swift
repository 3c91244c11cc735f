import GRDB

/// The ledger's tables. A version that has been released never changes; the next one is a new migration.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { database in
            try database.execute(sql: version1)
        }
        migrator.registerMigration("2 mail") { database in
            try database.execute(sql: version2Mail)
        }
        migrator.registerMigration("2 drops") { database in
            try database.execute(sql: drops)
        }
        migrator.registerMigration("3 queue") { database in
            try database.execute(
                sql: "CREATE INDEX queuedJobByAccount ON job(account, id) WHERE state = 'queued'")
        }
        migrator.registerMigration("3 accounts") { database in
            try database.execute(sql: version3Accounts)
        }
        migrator.registerMigration("3 uploads") { database in
            try database.execute(sql: uploads)
        }
        migrator.registerMigration("4 upload keys") { database in
            try database.execute(sql: uploadKeys)
        }
        migrator.registerMigration("4 left trees") { database in
            try database.execute(sql: leftTrees)
        }
        migrator.registerMigration("4 drops") { database in
            try database.execute(sql: interruptions)
        }
        migrator.registerMigration("4 waveforms") { database in
            try database.execute(sql: waveforms)
        }
        migrator.registerMigration("4 administrators") { database in
            try database.execute(
                sql: "ALTER TABLE account ADD COLUMN isAdministrator INTEGER NOT NULL DEFAULT 0")
        }
        return migrator
    }

    /// The outlines of published sounds: a table of their own, so that those who read jobs do not read them too.
    private static let waveforms = """
        CREATE TABLE waveform (
            job INTEGER PRIMARY KEY REFERENCES job(id) ON DELETE CASCADE,
            peaks BLOB NOT NULL
        ) STRICT;
        """

    /// Drops without their end, inboxes without events, and what the last attempt at a job broke off for.
    private static let drops = """
        CREATE TABLE incompleteDrop (
            account INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE,
            dropPath BLOB NOT NULL,
            inode INTEGER NOT NULL,
            size INTEGER NOT NULL,
            modified INTEGER NOT NULL,
            changed INTEGER,
            since REAL NOT NULL,
            told REAL,
            PRIMARY KEY (account, dropPath)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE polledInbox (
            account INTEGER PRIMARY KEY REFERENCES account(id) ON DELETE CASCADE,
            cause TEXT NOT NULL
        ) STRICT;

        ALTER TABLE job ADD COLUMN isUpload INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE job ADD COLUMN setback TEXT;
        ALTER TABLE job ADD COLUMN setbacks INTEGER NOT NULL DEFAULT 0;
        """

    /// Which attempts say something of a drop, and which of the service; which incomplete drops a converter has seen.
    private static let interruptions = """
        ALTER TABLE job ADD COLUMN crashes INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE job ADD COLUMN interruptions INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE incompleteDrop ADD COLUMN isJudged INTEGER NOT NULL DEFAULT 1;
        """

    private static let version1 = """
        CREATE TABLE account (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE,
            email TEXT NOT NULL UNIQUE COLLATE NOCASE,
            passwordHash TEXT,
            preset TEXT NOT NULL,
            isEnabled INTEGER NOT NULL DEFAULT 1,
            created REAL NOT NULL
        ) STRICT;

        CREATE TABLE token (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            account INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE,
            digest BLOB NOT NULL UNIQUE,
            label TEXT NOT NULL,
            created REAL NOT NULL,
            expires REAL,
            lastUsed REAL
        ) STRICT;
        CREATE INDEX tokenByAccount ON token(account);

        CREATE TABLE session (
            id TEXT PRIMARY KEY,
            account INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE,
            expires REAL NOT NULL
        ) STRICT;
        CREATE INDEX sessionByAccount ON session(account);

        CREATE TABLE job (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            account INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE,
            dropPath BLOB NOT NULL,
            preset TEXT NOT NULL,
            state TEXT NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            size INTEGER NOT NULL,
            created REAL NOT NULL,
            notBefore REAL NOT NULL DEFAULT 0,
            finished REAL,
            output BLOB,
            duration REAL,
            reason TEXT,
            message TEXT
        ) STRICT;
        CREATE INDEX jobByState ON job(state, id);
        CREATE INDEX jobByAccount ON job(account, id);

        CREATE TABLE letter (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            token TEXT NOT NULL UNIQUE,
            job INTEGER NOT NULL,
            accountName TEXT NOT NULL,
            recipient TEXT NOT NULL,
            dropPath BLOB NOT NULL,
            output BLOB,
            duration REAL,
            reason TEXT,
            message TEXT,
            created REAL NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            notBefore REAL NOT NULL DEFAULT 0,
            state TEXT NOT NULL DEFAULT 'queued',
            answer TEXT
        ) STRICT;
        CREATE INDEX letterByState ON letter(state, notBefore);
        """
}
