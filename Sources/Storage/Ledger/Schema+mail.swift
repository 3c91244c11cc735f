extension Schema {
    /// Letters that tell several results, and the webhook's events beside them.
    static let version2Mail = """
        ALTER TABLE account ADD COLUMN letters TEXT NOT NULL DEFAULT 'digest';

        ALTER TABLE letter RENAME TO letterOf1;
        DROP INDEX letterByState;

        CREATE TABLE letter (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            token TEXT NOT NULL UNIQUE,
            channel TEXT NOT NULL,
            account INTEGER,
            accountName TEXT NOT NULL,
            recipient TEXT NOT NULL,
            isOpen INTEGER NOT NULL,
            created REAL NOT NULL,
            since REAL NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            notBefore REAL NOT NULL DEFAULT 0,
            state TEXT NOT NULL DEFAULT 'queued',
            finished REAL,
            answer TEXT
        ) STRICT;
        CREATE INDEX letterByState ON letter(state, channel, notBefore);
        CREATE INDEX openLetterByAccount ON letter(account) WHERE isOpen;

        CREATE TABLE letterItem (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            letter INTEGER NOT NULL REFERENCES letter(id) ON DELETE CASCADE,
            kind TEXT NOT NULL,
            job INTEGER,
            dropPath BLOB,
            output BLOB,
            duration REAL,
            reason TEXT,
            message TEXT,
            link TEXT,
            expires REAL,
            created REAL NOT NULL
        ) STRICT;
        CREATE INDEX letterItemByLetter ON letterItem(letter);

        INSERT INTO letter
            (id, token, channel, account, accountName, recipient, isOpen, created, since, attempts, notBefore, state,
            finished, answer)
            SELECT id, token, 'mail', (SELECT account FROM job WHERE job.id = letterOf1.job), accountName, recipient, 0,
            created, created, attempts, notBefore, state, iif(state = 'queued', NULL, created), answer FROM letterOf1;
        INSERT INTO letterItem (letter, kind, job, dropPath, output, duration, reason, message, created)
            SELECT id, iif(reason IS NULL, 'completed', 'failed'), job, dropPath, output, duration, reason, message,
            created FROM letterOf1;
        DROP TABLE letterOf1;
        """
}
