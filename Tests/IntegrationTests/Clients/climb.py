"""Opens a file of the share by exactly the path that it is given: smbclient(1) takes `..` out before it asks.

Usage: climb.py USER PASSWORD PATH    with / between names; ends with 0 where it could be read
"""

import sys
import uuid

from smbprotocol.connection import Connection
from smbprotocol.exceptions import SMBResponseException
from smbprotocol.open import CreateDisposition, CreateOptions, FileAttributes, FilePipePrinterAccessMask
from smbprotocol.open import ImpersonationLevel, Open, ShareAccess
from smbprotocol.session import Session
from smbprotocol.tree import TreeConnect

user, password, path = sys.argv[1:4]
connection = Connection(uuid.uuid4(), "127.0.0.1", 445)
connection.connect()
session = Session(connection, user, password)
session.connect()
tree = TreeConnect(session, r"\\127.0.0.1\soundspool")
tree.connect()
file = Open(tree, path.replace("/", "\\"))
try:
    file.create(
        ImpersonationLevel.Impersonation,
        FilePipePrinterAccessMask.GENERIC_READ,
        FileAttributes.FILE_ATTRIBUTE_NORMAL,
        ShareAccess.FILE_SHARE_READ | ShareAccess.FILE_SHARE_WRITE,
        CreateDisposition.FILE_OPEN,
        CreateOptions.FILE_NON_DIRECTORY_FILE,
    )
    print(f"read {len(file.read(0, 10))} bytes")
except SMBResponseException as error:
    print(error)
    sys.exit(1)
