"""What tests do with the scripts and with a server."""

import base64
import json
import os
import subprocess
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
STATE = HOME / ".state"

_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def script(name: str, *arguments: str, **settings: str) -> subprocess.CompletedProcess:
    # An empty home that can't be written to must do.
    kept = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}
    return subprocess.run(
        [HOME / name, *arguments], env=kept | settings, capture_output=True, text=True, check=False
    )


@dataclass
class Server:
    endpoint: str

    @property
    def port(self) -> str:
        return self.endpoint.rpartition(":")[2]

    @property
    def folder(self) -> Path:
        return STATE / self.port

    def record(self) -> dict:
        return json.loads((self.folder / "instance.json").read_text())

    def call(
        self,
        method: str,
        path: str,
        body: dict | None = None,
        user: str | None = None,
        version: str = "2.0",
    ) -> tuple[int, dict | str]:
        """Returns status and answer of a call below /api/; user is NAME:PASSWORD."""
        headers = {"Content-Type": "application/json"}
        if user:
            headers["Authorization"] = f"Basic {base64.b64encode(user.encode()).decode()}"
        request = urllib.request.Request(
            f"{self.endpoint}/api/{version}/mlflow/{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers=headers,
            method=method,
        )
        try:
            with _opener.open(request) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            text = error.read().decode()
            is_json = error.headers.get_content_type() == "application/json"
            return error.code, json.loads(text) if is_json else text
