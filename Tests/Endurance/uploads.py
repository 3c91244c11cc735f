"""A sender of files over HTTP that expects the power to go at any moment, and believes only what was acknowledged."""

import base64
import http.client
import re


class Sender:
    """Sends each file until it is acknowledged: in one request with an Idempotency-Key, or in pieces by tus."""

    def __init__(self, appliance, source):
        self.appliance, self.body = appliance, source.read_bytes()
        self.token = (appliance.folder("inbox") / ".token").read_text().strip()
        self.pending = {}
        self.acknowledged, self.wrong = [], []

    def begin(self, name, by_tus):
        self.pending[name] = {"tus": by_tus, "path": None, "offset": 0}

    def advance(self):
        """One request for each pending file. What cannot be sent now is sent again."""
        found = re.search(r"listening.* port=(\d+)", self.appliance.log.read_text())
        if not found:
            return
        for name, file in list(self.pending.items()):
            try:
                if self.step(http.client.HTTPConnection("127.0.0.1", int(found.group(1)), timeout=5), name, file):
                    self.acknowledged.append(name)
                    del self.pending[name]
            except (OSError, http.client.HTTPException):
                return

    def step(self, connection, name, file):
        """Returns whether all of it was acknowledged."""
        key = {"Idempotency-Key": name}
        if not file["tus"]:
            return self.ask(connection, "PUT", f"/api/v1/inbox/{name}", self.body, **key)[0] == 201
        if not file["path"]:
            status, fields = self.ask(
                connection, "POST", "/api/v1/uploads", **key, Upload_Length=str(len(self.body)),
                Upload_Metadata="filename " + base64.b64encode(name.encode()).decode())
            if status == 201:
                file["path"] = fields["Location"]
            return False
        status, fields = self.ask(connection, "HEAD", file["path"])
        if status != 200 or int(fields["Upload-Offset"]) < file["offset"]:
            self.wrong.append(f"{name}: {file['offset']} bytes were acknowledged, and now it is {status} {fields}")
            return True
        offset = int(fields["Upload-Offset"])
        piece = self.body[offset:offset + len(self.body) // 3 + 1]
        status, fields = self.ask(connection, "PATCH", file["path"], piece, Upload_Offset=str(offset),
                                  Content_Type="application/offset+octet-stream")
        if status == 204:
            file["offset"] = int(fields["Upload-Offset"])
        return status == 204 and file["offset"] == len(self.body)

    def ask(self, connection, method, path, body=None, **fields):
        fields = {name.replace("_", "-"): value for name, value in fields.items()}
        connection.request(method, path, body, {
            "Authorization": f"Bearer {self.token}", "Tus-Resumable": "1.0.0", **fields})
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers
