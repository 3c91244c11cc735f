extension Schema {
    /// What makes accounts and passwords without the administrator. Each is known by the SHA-256 of a secret that its
    /// holder alone has, and is worth nothing once it has expired.
    static let version3Accounts = """
        CREATE TABLE invitation (
            digest BLOB PRIMARY KEY,
            email TEXT COLLATE NOCASE,
            created REAL NOT NULL,
            expires REAL NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE registration (
            digest BLOB PRIMARY KEY,
            name TEXT NOT NULL,
            email TEXT NOT NULL COLLATE NOCASE,
            passwordHash TEXT NOT NULL,
            invitation BLOB,
            expires REAL NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX registrationByEmail ON registration(email);

        CREATE TABLE passwordReset (
            digest BLOB PRIMARY KEY,
            account INTEGER REFERENCES account(id) ON DELETE CASCADE,
            expires REAL NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX passwordResetByAccount ON passwordReset(account);
        """

    /// Accounts that are removed, but whose directories may still be there.
    static let leftTrees = "CREATE TABLE leftTree (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;"
}
