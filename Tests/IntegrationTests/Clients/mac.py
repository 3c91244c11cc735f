"""An SMB client that does what a Mac does: it asks for Apple's extensions, and copies a file with a resource
fork. Then it leaves a desktop's junk.

Usage: mac.py PORT USER PASSWORD FILE PATH

Fails unless both come back as they were sent, and the junk is refused.
"""

import sys
import uuid

import smbclient
from smbprotocol.connection import Connection
from smbprotocol.create_contexts import SMB2CreateContextRequest
from smbprotocol.exceptions import SMBResponseException
from smbprotocol.open import CreateDisposition, CreateOptions, FileAttributes, FilePipePrinterAccessMask
from smbprotocol.open import ImpersonationLevel, Open, ShareAccess
from smbprotocol.session import Session
from smbprotocol.tree import TreeConnect

port, user, password, file, path = sys.argv[1:6]
connection = Connection(uuid.uuid4(), "127.0.0.1", int(port))
connection.connect()
session = Session(connection, user, password)
session.connect()
tree = TreeConnect(session, r"\\127.0.0.1\soundspool")
tree.connect()


def opened(name, disposition=CreateDisposition.FILE_OPEN_IF, contexts=None, directory=False):
    handle = Open(tree, name.replace("/", "\\"))
    access = FilePipePrinterAccessMask
    answer = handle.create(
        ImpersonationLevel.Impersonation,
        access.GENERIC_READ if directory else access.GENERIC_READ | access.GENERIC_WRITE,
        FileAttributes.FILE_ATTRIBUTE_NORMAL,
        ShareAccess.FILE_SHARE_READ | ShareAccess.FILE_SHARE_WRITE,
        disposition,
        CreateOptions.FILE_DIRECTORY_FILE if directory else CreateOptions.FILE_NON_DIRECTORY_FILE,
        contexts,
    )
    return handle, answer


def write(name, data):
    handle, _ = opened(name, CreateDisposition.FILE_OVERWRITE_IF)
    for offset in range(0, len(data), 65536):
        handle.write(data[offset : offset + 65536], offset)
    handle.close()


def read(name, count):
    handle, _ = opened(name, CreateDisposition.FILE_OPEN)
    data = handle.read(0, count)
    handle.close()
    return data


# A server query for its abilities, the volume's and the model (kAAPL_SERVER_QUERY 1, bits 0 to 2).
query = SMB2CreateContextRequest()
query["buffer_name"] = b"AAPL"
query["buffer_data"] = (1).to_bytes(8, "little") + (7).to_bytes(8, "little") + (7).to_bytes(8, "little")
root, answer = opened("", CreateDisposition.FILE_OPEN, [query], directory=True)
root.close()
# smbprotocol gives what it has no type for as bytes: the answer to the query repeats its beginning.
assert answer and any(bytes(context)[:4] == (1).to_bytes(4, "little") for context in answer), answer

fork = bytes(range(256)) * 300

part = path + ".part"
write(part, open(file, "rb").read())
write(part + ":AFP_Resource", fork)
assert read(part + ":AFP_Resource", len(fork)) == fork

for junk in [".DS_Store", "Thumbs.db", "._film.mkv"]:
    name = path.rpartition("/")[0] + "/" + junk
    try:
        write(name, b"junk")
    except SMBResponseException:
        continue
    sys.exit(f"{name} was taken")

smbclient.ClientConfig(username=user, password=password)
share = r"\\127.0.0.1\soundspool" + "\\"
smbclient.rename(share + part.replace("/", "\\"), share + path.replace("/", "\\"), port=int(port))
