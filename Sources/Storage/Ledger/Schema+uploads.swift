extension Schema {
    /// Resumable uploads, and the keys that tell a repeated request from a new one. A row goes with its job: a claim that
    /// is abandoned frees its upload and its key for another try.
    static let uploads = """
        CREATE TABLE upload (
            id TEXT PRIMARY KEY,
            account INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE,
            kind TEXT NOT NULL,
            parts TEXT NOT NULL DEFAULT '',
            dropPath BLOB,
            preset TEXT,
            metadata TEXT NOT NULL,
            length INTEGER NOT NULL,
            offset INTEGER NOT NULL DEFAULT 0,
            expires REAL NOT NULL,
            job INTEGER REFERENCES job(id) ON DELETE SET NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX uploadByAccount ON upload(account, job);
        CREATE INDEX uploadByExpiry ON upload(expires);
        CREATE INDEX uploadByJob ON upload(job);
        CREATE INDEX letterByAccount ON letter(account, created);

        CREATE TABLE idempotencyKey (
            account INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE,
            key TEXT NOT NULL,
            job INTEGER NOT NULL REFERENCES job(id) ON DELETE CASCADE,
            request TEXT NOT NULL,
            expires REAL NOT NULL,
            PRIMARY KEY (account, key, job)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX idempotencyKeyByExpiry ON idempotencyKey(expires);
        CREATE INDEX idempotencyKeyByJob ON idempotencyKey(job);
        """

    /// The same for the creation of a resumable upload: the key goes with the upload.
    static let uploadKeys = """
        CREATE TABLE uploadKey (
            account INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE,
            key TEXT NOT NULL,
            upload TEXT NOT NULL REFERENCES upload(id) ON DELETE CASCADE,
            request TEXT NOT NULL,
            PRIMARY KEY (account, key)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX uploadKeyByUpload ON uploadKey(upload);
        """
}
