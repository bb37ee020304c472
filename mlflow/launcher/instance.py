"""How an MLflow server is started: its command and its environment."""

import secrets
import urllib.error
import urllib.request
from pathlib import Path

import loopback
from layout import STATE
from service import Instance, Service, passed_on

# Nothing secret: the server listens on loopback only. MLflow wants 12 characters.
ADMIN, PASSWORD = "admin", "not-a-secret"


def _answer(endpoint: str) -> int | None:
    """Returns the status that a first look at the registry has."""
    path = "/api/2.0/mlflow/registered-models/search?max_results=1"
    try:
        with loopback.send(urllib.request.Request(endpoint + path), patience=30) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None


def is_healthy(endpoint: str) -> bool:
    return _answer(endpoint) in (200, 401)


def asks_who(endpoint: str) -> bool:
    """Tells whether the server wants a name and a password."""
    return _answer(endpoint) == 401


MLFLOW = Service("MLflow", STATE, is_healthy)


def launch(python: Path, port: int, auth: bool) -> Instance:
    """Starts a server on a port and returns once it is healthy."""
    home = MLFLOW.make_folder(port)
    app = (
        ["mlflow.server.auth:create_app", "--factory"]
        if auth
        else ["mlflow.server.fastapi_app:app"]
    )
    # What `mlflow server` ends in, with its variables. It would keep a second process of the same
    # size beside the server, which imports everything first and may die before it.
    serving = ["-m", "uvicorn", "--host", loopback.ADDRESS, "--port", str(port), *app]
    settings = _settings(home) | (_with_users(home) if auth else {})
    return MLFLOW.launch(port, [python, *serving], settings)


def _settings(home: Path) -> dict[str, str]:
    """Returns the whole environment of the process: nothing of the caller's MLflow or Python.

    Paths are relative to the folder that the server runs in.
    """
    return passed_on() | {
        "HOME": str(home),
        "_MLFLOW_SGI_NAME": "uvicorn",
        "_MLFLOW_SERVER_FILE_STORE": "sqlite:///mlflow.db",
        # The server stores artifacts for its clients, unless an experiment names another place.
        "_MLFLOW_SERVER_SERVE_ARTIFACTS": "true",
        "_MLFLOW_SERVER_ARTIFACT_ROOT": "mlflow-artifacts:/",
        "_MLFLOW_SERVER_ARTIFACT_DESTINATION": "./artifacts",
        # Workers for jobs that no registry needs, and 9 seconds of waiting for them.
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        # Nothing leaves the machine.
        "MLFLOW_DISABLE_TELEMETRY": "true",
    }


def _with_users(home: Path) -> dict[str, str]:
    file = home / "auth.ini"
    # Who is signed in may do what was granted, so that a refusal to read can be had as well. By
    # MLflow's own default everybody may read.
    file.write_text(
        "[mlflow]\ndefault_permission = NO_PERMISSIONS\ndatabase_uri = sqlite:///users.db\n"
        f"admin_username = {ADMIN}\nadmin_password = {PASSWORD}\n"
    )
    return {
        "MLFLOW_AUTH_CONFIG_PATH": str(file),
        "MLFLOW_FLASK_SERVER_SECRET_KEY": secrets.token_hex(),
    }
