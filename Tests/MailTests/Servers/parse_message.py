"""Reads a message from standard input as a mail program would and prints, as JSON, what it makes of it."""

import email
import email.policy
import email.utils
import json
import sys
from email.header import decode_header, make_header

source = sys.stdin.buffer.read()
message = email.message_from_string(source.decode(), policy=email.policy.default)


def mailbox(name):
    (address,) = message[name].addresses
    # The modern parser puts spaces between the encoded-words of a display name, against RFC 2047 section 6.2.
    (raw,) = [value for key, value in message.raw_items() if key == name]
    display_name = str(make_header(decode_header(email.utils.parseaddr(raw)[0])))
    return {"displayName": display_name, "address": address.addr_spec}


def content(subtype):
    part = message.get_body(preferencelist=(subtype,))
    return part and part.get_content().replace("\r\n", "\n")


plain = message.get_body(preferencelist=("plain",))

print(
    json.dumps(
        {
            "names": message.keys(),
            "from": mailbox("From"),
            "to": mailbox("To"),
            "subject": str(message["Subject"]),
            "messageID": str(message["Message-ID"]),
            "date": message["Date"].datetime.timestamp(),
            "contentType": message.get_content_type(),
            "charset": plain.get_content_charset(),
            "body": content("plain"),
            "html": content("html"),
            "unsubscribe": message["List-Unsubscribe"],
            "defects": [repr(d) for part in message.walk() for h in part.values() for d in getattr(h, "defects", [])]
            + [repr(d) for part in message.walk() for d in part.defects],
        }
    )
)
