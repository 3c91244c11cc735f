"""A mail server (aiosmtpd) that keeps each message it takes as N.eml, with its envelope in N.json.

Usage: delivering_server.py OPTIONS, a JSON object: directory; host; certificate and key; implicit_tls; require_tls;
user, password and mechanisms. Prints `ready PORT`; ends when its standard input does.
"""

import asyncio
import base64
import json
import pathlib
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from whole_file import write_whole


class Keep:
    def __init__(self, options):
        self.options = options
        self.directory = pathlib.Path(options["directory"])
        self.count = 0

    async def auth_XOAUTH2(self, server, arguments):
        server.session.mechanism = "XOAUTH2"
        given = await server.challenge_auth("") if len(arguments) == 1 else base64.b64decode(arguments[1])
        expected = f"user={self.options['user']}\1auth=Bearer {self.options['password']}\1\1".encode()
        return AuthResult(success=given == expected, handled=False)

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        record = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "hello": session.host_name,
            "tls": session.ssl is not None or bool(server.transport.get_extra_info("ssl_object")),
            "mechanism": getattr(session, "mechanism", None),
        }
        write_whole(self.directory / f"{self.count}.json", json.dumps(record).encode())
        write_whole(self.directory / f"{self.count}.eml", envelope.original_content)
        return "250 2.0.0 taken"


async def main(options):
    context = None
    if "certificate" in options:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(options["certificate"], options["key"])

    def authenticate(server, session, envelope, mechanism, data):
        session.mechanism = mechanism
        expected = LoginPassword(options["user"].encode(), options["password"].encode())
        return AuthResult(success=data == expected, handled=False)

    implicit = options.get("implicit_tls", False)
    handler = Keep(options)

    def session():
        return SMTP(
            handler,
            hostname="delivering.test",
            enable_SMTPUTF8=True,
            tls_context=None if implicit else context,
            require_starttls=options.get("require_tls", False),
            auth_required="user" in options,
            auth_require_tls=context is not None and not implicit,
            auth_exclude_mechanism={"PLAIN", "LOGIN"} - set(options.get("mechanisms", [])),
            authenticator=authenticate,
        )

    server = await asyncio.get_running_loop().create_server(
        session, options.get("host", "127.0.0.1"), 0, ssl=context if implicit else None
    )
    print("ready", server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)


asyncio.run(main(json.loads(sys.argv[1])))
