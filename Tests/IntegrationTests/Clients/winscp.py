"""An SFTP client that ends its uploads as WinSCP does: SSH_FXP_RENAME of `NAME.filepart`, and the time set after it.

Usage: winscp.py PORT USER KEY FILE NAME [LIMIT]

A `.filepart` that is there is resumed. With LIMIT, so many bytes are sent, and then nothing, until somebody ends it.
"""

import os
import sys
import time

import paramiko

port, user, key, file, name = sys.argv[1:6]
limit = int(sys.argv[6]) if len(sys.argv) > 6 else None

client = paramiko.SSHClient()
client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
client.connect("127.0.0.1", int(port), user, key_filename=key, allow_agent=False, look_for_keys=False)
sftp = client.open_sftp()
part = name + ".filepart"
try:
    begin = sftp.stat(part).st_size
except FileNotFoundError:
    begin = 0
with open(file, "rb") as source, sftp.open(part, "ab" if begin else "wb") as target:
    source.seek(begin)
    target.write(source.read(limit))
    target.flush()
    if limit is not None:
        time.sleep(600)
sftp.rename(part, name)
# A file that is taken away at once would give the user an error here.
sftp.utime(name, (os.stat(file).st_atime, os.stat(file).st_mtime))
client.close()
