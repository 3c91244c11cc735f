"""An SMB client that does what desktops do.

Usage: smb.py PORT USER PASSWORD FILE PATH WAY [LIMIT]

WAY: size     the file's size is set before its bytes are sent, as Explorer does
     reopen   the file is made empty and closed, then opened again and written, as Finder does, with a pause for longer
              than drops settle in the middle
     rename   the bytes go to another name first

What is there already is resumed. With LIMIT, so many bytes are sent, and then nothing, until somebody ends it.
"""

import sys
import time

import smbclient
from smbprotocol.file_info import FileEndOfFileInformation
from smbprotocol.open import CreateDisposition

port, user, password, file, path, way = sys.argv[1:7]
limit = int(sys.argv[7]) if len(sys.argv) > 7 else None

smbclient.ClientConfig(username=user, password=password)
share = r"\\127.0.0.1\soundspool" + "\\"
target = share + path.replace("/", "\\")
temporary = target + ".part" if way == "rename" else target
data = open(file, "rb").read()
half = len(data) // 2


def begin():
    """Where to go on: at the half where only the size was set, at the end otherwise."""
    try:
        size = smbclient.stat(temporary, port=int(port)).st_size
    except OSError:
        return 0
    return half if size == len(data) else size


offset = begin()
if way == "reopen" and offset == 0:
    smbclient.open_file(temporary, "wb", port=int(port), share_access="rw").close()
handle = smbclient.open_file(temporary, "r+b" if offset else "wb", buffering=0, port=int(port), share_access="rw")
if way == "size" and offset == 0:
    from smbclient._io import SMBFileTransaction, set_info

    with SMBFileTransaction(handle) as transaction:
        information = FileEndOfFileInformation()
        information["end_of_file"] = len(data)
        set_info(transaction, information)
is_to_pause = way == "reopen"
end = len(data) if limit is None else offset + limit
while offset < end:
    if is_to_pause and offset >= half:
        time.sleep(6)
        is_to_pause = False
    handle.seek(offset)
    offset += handle.write(data[offset : min(end, offset + 65536)])
if limit is not None:
    time.sleep(600)
handle.close()
if way == "rename":
    smbclient.rename(temporary, target, port=int(port))
