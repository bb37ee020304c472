"""Has real servers answer what mlship asks of a registry, and writes the exchanges to files."""

import base64
import json
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import loopback
from failure import Failure

# Of an answer; the others are the server's date, length and browser security.
HEADERS = ("content-type", "www-authenticate")
LOGGED = 1795000000000  # ms since 1970


@dataclass
class Recorder:
    """Calls a server below /api/ and keeps the exchanges that are given a name."""

    endpoint: str
    folder: Path

    def get(
        self,
        path: str,
        name: str | None = None,
        query: dict[str, str] | None = None,
        auth: str | None = None,
    ):
        return self._call("GET", path, name, auth, query=query)

    def send(
        self,
        method: str,
        path: str,
        body: dict,
        name: str | None = None,
        auth: str | None = None,
        version: str = "2.0",
    ):
        return self._call(method, path, name, auth, body=body, version=version)

    def _call(
        self,
        method: str,
        path: str,
        name: str | None,
        auth: str | None,
        query: dict | None = None,
        body: dict | None = None,
        version: str = "2.0",
    ):
        target = f"/api/{version}/mlflow/{path}"
        if query:
            target += f"?{urllib.parse.urlencode(query, quote_via=urllib.parse.quote)}"
        sent = {"authorization": auth} if auth else {}
        data = None
        if body is not None:
            data = json.dumps(body)
            sent["content-type"] = "application/json"
        request = urllib.request.Request(
            self.endpoint + target, data and data.encode(), sent, method=method
        )
        try:
            answer = loopback.send(request, patience=30)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            text = answer.read().decode()
        if not name and answer.status != 200:
            raise Failure(f"{method} {target} was refused: {text}")
        if name:
            self._write(name, f"{method} {target}", sent, data or "", answer, text)
        is_json = answer.headers.get_content_type() == "application/json"
        return json.loads(text) if is_json else text

    def _write(self, name: str, request: str, sent: dict, data: str, answer, text: str) -> None:
        received = {key: answer.headers[key] for key in HEADERS if key in answer.headers}
        asked = [request, *_lines(sent), *(["", data] if data else [])]
        answered = [f"{answer.status} {answer.reason}", *_lines(received), "", text]
        file = self.folder / f"{name}.http"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join([*asked, "###", *answered]))


def _lines(headers: dict[str, str]) -> list[str]:
    return [f"{key}: {value}" for key, value in headers.items()]


def basic(user: str, password: str) -> str:
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


def record_registry(server: Recorder) -> None:
    """Records what is found and what isn't, and the writes."""
    name, proxied = "fraud-scorer", "proxied-scorer"
    # The server has no part in artifacts there, and nothing has to be at the address.
    run, model = _train(server, {"name": "s3", "artifact_location": "s3://ml-models/fraud-scorer"})
    _, proxied_model = _train(server, {"name": "proxied"})
    _register(server, name, run, model)
    _register(server, proxied, run, proxied_model)
    _record_writes(server, name)

    for recorded, asked, alias in (
        ("found", name, "champion"),
        ("missing", name, "nobody"),
        ("model-missing", "no-such", "champion"),
        ("other-case", name, "CHAMPION"),
        ("named-latest", name, "latest"),
        ("of-logged-model", name, "challenger"),
    ):
        server.get("registered-models/alias", f"alias-{recorded}", {"name": asked, "alias": alias})
    server.get("registered-models/alias", "alias-not-given", {"name": name})
    server.get("registered-models/get", "model-found", {"name": name})
    for recorded, asked, version in (
        ("found", name, "1"),
        ("missing", name, "99"),
        ("model-missing", "no-such", "1"),
        ("not-a-number", name, "one"),
    ):
        server.get("model-versions/get", f"version-{recorded}", {"name": asked, "version": version})
    path = "model-versions/get-download-uri"
    for recorded, asked, version in (
        ("s3", name, "1"),
        ("s3-of-logged-model", name, "2"),
        ("proxied", proxied, "2"),
        ("version-missing", name, "99"),
    ):
        server.get(path, f"download-uri-{recorded}", {"name": asked, "version": version})
    server.get("runs/get", "run-found", {"run_id": run["run_id"]})
    server.get("runs/get", "run-missing", {"run_id": "0" * 32})
    server.get(f"logged-models/{model}", "logged-model-found")
    server.get(f"logged-models/m-{'0' * 32}", "logged-model-missing")
    server.get("registered-models/no-such-call", "endpoint-missing")


def _train(server: Recorder, experiment: dict) -> tuple[dict, str]:
    """Makes a run and its logged model by the calls of MLflow's client, with tags of nobody's."""
    place = server.send("POST", "experiments/create", experiment)["experiment_id"]
    tags = {
        "mlflow.source.git.commit": "3f2c1a9d5b7e4860a1b2c3d4e5f60718293a4b5c",
        "mlflow.user": "ml-team",
        "team": "risk",
    }
    started = {
        "experiment_id": place,
        "run_name": "nightly",
        "start_time": LOGGED,
        "tags": [{"key": key, "value": value} for key, value in tags.items()],
    }
    run = server.send("POST", "runs/create", started)["run"]["info"]
    own = {"run_id": run["run_id"]}
    server.send("POST", "runs/log-parameter", own | {"key": "rows", "value": "100"})
    made = {"experiment_id": place, "name": "model", "source_run_id": run["run_id"]}
    model = server.send("POST", "logged-models", made)["model"]["info"]["model_id"]
    output = {"models": [{"model_id": model, "step": 0}]}
    server.send("POST", "runs/outputs", own | output)
    ready = {"model_id": model, "status": "LOGGED_MODEL_READY"}
    server.send("PATCH", f"logged-models/{model}", ready)
    # Of numbers that JSON lacks the client sends the names.
    for key, value in {"auc": 0.8687, "loss": 0.4135, "drift": "NaN", "ratio": "Infinity"}.items():
        metric = {"key": key, "value": value, "timestamp": LOGGED, "step": 0, "model_id": model}
        server.send("POST", "runs/log-metric", own | metric)
    ended = {"status": "FINISHED", "end_time": LOGGED}
    server.send("POST", "runs/update", own | ended)
    return run, model


def _register(server: Recorder, name: str, run: dict, model: str) -> None:
    """Makes version 1 of a run's artifacts, and version 2 of a logged model."""
    server.send("POST", "registered-models/create", {"name": name, "description": "Fraud"})
    version = {"name": name, "run_id": run["run_id"]}
    source = {"source": f"{run['artifact_uri']}/model"}
    server.send("POST", "model-versions/create", version | source)
    logged = {"source": f"models:/{model}", "model_id": model}
    server.send("POST", "model-versions/create", version | logged)


def _record_writes(server: Recorder, name: str) -> None:
    path = "registered-models/alias"
    alias = {"name": name, "alias": "champion"}
    server.send("POST", path, alias | {"version": "2"}, "set-alias")
    server.send("POST", path, alias | {"version": "1"}, "set-alias-moved")
    server.send("POST", path, alias | {"version": "99"}, "set-alias-version-missing")
    server.send("POST", path, {"name": name, "alias": "challenger", "version": "2"})
    for recorded, refused in (("latest", "latest"), ("v1", "v1"), ("with-space", "no spaces")):
        body = {"name": name, "alias": refused, "version": "1"}
        server.send("POST", path, body, f"set-alias-{recorded}")
    old = {"name": name, "alias": "old"}
    server.send("POST", path, old | {"version": "1"})
    server.send("DELETE", path, old, "delete-alias")
    server.send("DELETE", path, old, "delete-alias-missing")
    tag = {"name": name, "key": "mlship.deployed", "value": "ml-prod/fraud-scorer"}
    path = "model-versions/set-tag"
    server.send("POST", path, tag | {"version": "1"}, "set-tag")
    server.send("POST", path, tag | {"version": "99"}, "set-tag-version-missing")


def record_auth(server: Recorder, admin: str) -> None:
    """Records what a server says that wants a name and a password."""
    reader = basic("reader", "reads-and-no-more")
    user = {"username": "reader", "password": "reads-and-no-more"}
    server.send("POST", "users/create", user, auth=admin)
    server.send("POST", "registered-models/create", {"name": "guarded"}, auth=admin)
    made = {"name": "guarded", "source": "s3://ml-models/guarded/1"}
    server.send("POST", "model-versions/create", made, auth=admin)
    alias = {"name": "guarded", "alias": "champion", "version": "1"}
    server.send("POST", "registered-models/alias", alias, auth=admin)
    path = "registered-models/alias"
    asked = {"name": "guarded", "alias": "champion"}
    server.get(path, "auth/not-granted", asked, reader)
    grant = {
        "username": "reader",
        "resource_type": "registered_model",
        "resource_id": "guarded",
        "permission": "READ",
    }
    server.send("POST", "users/permissions/grant", grant, auth=admin, version="3.0")
    server.get(path, "auth/none", asked)
    server.get(path, "auth/wrong-password", asked, basic("reader", "wrong"))
    server.get(path, "auth/bearer-token", asked, "Bearer token")
    server.get(path, "auth/reader-reads", asked, reader)
    tag = {"name": "guarded", "version": "1", "key": "k", "value": "v"}
    server.send("POST", "model-versions/set-tag", tag, "auth/reader-sets-tag", auth=reader)
    server.send("POST", path, alias, "auth/reader-sets-alias", auth=reader)
