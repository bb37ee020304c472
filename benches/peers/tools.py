"""The tools that are compared: how each deploys one service, many, and rolls back.

Each is used as its own documentation shows. Who takes a limit gets five minutes.
"""

import json
import re
import shlex
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import installing
from account import CLUSTER, REGION
from child import Finished
from installing import Given
from workplace import Workplace

MINUTES = 5


@dataclass(frozen=True)
class Command:
    words: list[str | Path]
    settings: dict[str, str]


def command(*words: str | Path, **settings: str) -> Command:
    return Command(list(words), settings)


def _script(place: Workplace, lines: list[str]) -> Command:
    script = place.folder / "fleet.sh"
    script.write_text("\n".join(lines))
    return command("sh", script)


class Tool(ABC):
    name: str

    def __init__(self, program: Path):
        self.program = program

    @abstractmethod
    def version(self) -> Command:
        """The shortest thing that it can be asked: how long it takes to start."""

    def told_version(self, lines: list[str]) -> str:
        """Finds the version in what was said of it."""
        found = re.search(r"v?\d+\.\d+[.\w-]*", lines[0]) if lines else None
        return found[0] if found else "unknown"

    @abstractmethod
    def deploy(self, place: Workplace, name: str) -> Command: ...

    def roll_back(self, place: Workplace) -> Command | None:
        """Returns nothing where the tool can't."""
        return None

    def fleet(self, place: Workplace) -> Command:
        """Deploys all services: one process each, all at once; who knows more does more."""
        lines = []
        for name in place.names:
            each = self.deploy(place, name)
            settings = [f"{key}={value}" for key, value in each.settings.items()]
            line = shlex.join(["env", *settings, *map(str, each.words)])
            lines.append(f'({line} >/dev/null 2>&1; echo "{name} $?") &')
        return _script(place, [*lines, "wait"])

    def codes(self, place: Workplace, done: Finished) -> dict[str, int]:
        """Returns what a run over all services said of each."""
        told = (line.split() for line in done.stdout.splitlines())
        return {name: int(code) for name, code in told}


class Mlship(Tool):
    name = "mlship"

    def version(self) -> Command:
        return command(self.program, "--version")

    def deploy(self, place: Workplace, name: str) -> Command:
        manifest = place.manifests[place.names.index(name)]
        return command(self.program, "deploy", manifest, "--timeout", f"{MINUTES}m")

    def roll_back(self, place: Workplace) -> Command:
        manifest = place.manifests[0]
        return command(self.program, "rollback", manifest, "--timeout", f"{MINUTES}m")

    def fleet(self, place: Workplace) -> Command:
        return command(self.program, "deploy", place.manifests[0].parent, "-o", "json")

    def codes(self, place: Workplace, done: Finished) -> dict[str, int]:
        events = map(json.loads, done.stdout.splitlines())
        return {one["service"]: one["exit_code"] for one in events if one.get("event") == "result"}


class EcsDeploy(Tool):
    name = "ecs-deploy"

    def version(self) -> Command:
        return command(self.program, "--version")

    def deploy(self, place: Workplace, name: str) -> Command:
        definition = json.loads(place.task_definition(name).read_text())
        image = definition["containerDefinitions"][0]["image"]
        words = ["deploy", CLUSTER, name, "--image", name, image, "--timeout", str(MINUTES * 60)]
        return command(self.program, *words)


class Ecspresso(Tool):
    name = "ecspresso"

    def version(self) -> Command:
        return command(self.program, "version")

    def deploy(self, place: Workplace, name: str) -> Command:
        return command(self.program, "deploy", "--config", place.config(name))

    def roll_back(self, place: Workplace) -> Command:
        return command(self.program, "rollback", "--config", place.config(place.name))


class Aws(Tool):
    """The three commands of most pipelines."""

    name = "aws"

    def version(self) -> Command:
        return command(self.program, "--version")

    def deploy(self, place: Workplace, name: str) -> Command:
        return command("sh", "-c", f"{self._update(place, name)} && {self._wait(name)}")

    def fleet(self, place: Workplace) -> Command:
        """One service after the other, then it waits for ten at a time, which is what it takes."""
        updates = [f"{self._update(place, name)} || failed=1" for name in place.names]
        tens = [place.names[begin : begin + 10] for begin in range(0, len(place.names), 10)]
        waits = [f"{self._wait(*some)} || failed=1" for some in tens]
        return _script(place, ["failed=0", *updates, *waits, "exit $failed"])

    def codes(self, place: Workplace, done: Finished) -> dict[str, int]:
        return dict.fromkeys(place.names, done.code)

    def _update(self, place: Workplace, name: str) -> str:
        register = self._ecs(
            "register-task-definition",
            *("--cli-input-json", f"file://{place.task_definition(name)}"),
            *("--query", "taskDefinition.taskDefinitionArn", "--output", "text"),
        )
        update = self._ecs("update-service", "--cluster", CLUSTER, "--service", name)
        return f'made=$({register}) && {update} --task-definition "$made" >/dev/null'

    def _wait(self, *names: str) -> str:
        return self._ecs("wait", "services-stable", "--cluster", CLUSTER, "--services", *names)

    def _ecs(self, *words: str) -> str:
        return shlex.join([str(self.program), "ecs", *words])


class Action(Tool):
    name = "action"

    def version(self) -> Command:
        # It has no such option: without inputs it stops as soon as it runs.
        return command("node", self.program)

    def told_version(self, lines: list[str]) -> str:
        package = self.program.parents[1] / "package.json"
        return json.loads(package.read_text())["version"] if package.exists() else "unknown"

    def deploy(self, place: Workplace, name: str) -> Command:
        output = place.folder / f"{name}.outputs"
        output.touch()
        inputs = {
            "INPUT_TASK-DEFINITION": str(place.task_definition(name)),
            "INPUT_CLUSTER": CLUSTER,
            "INPUT_SERVICE": name,
            "INPUT_WAIT-FOR-SERVICE-STABILITY": "true",
            "INPUT_WAIT-FOR-MINUTES": str(MINUTES),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_WORKSPACE": str(place.folder),
            "AWS_REGION": REGION,
        }
        return command("node", self.program, **inputs)


# Their order is that of the table's columns.
INSTALLERS: dict[type[Tool], Callable[[Given], Path]] = {
    Mlship: installing.mlship,
    Ecspresso: installing.ecspresso,
    EcsDeploy: lambda _: installing.from_python("ecs"),
    Aws: lambda _: installing.from_python("aws"),
    Action: installing.action,
}
