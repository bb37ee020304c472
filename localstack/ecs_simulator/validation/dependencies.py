"""What ECS refuses in dependsOn."""

from ..errors import client_error

# Conditions that an essential container can't be waited for with: when it exits, the task ends.
UNTIL_EXIT = ("COMPLETE", "SUCCESS")


def check_dependencies(containers: list[dict]) -> None:
    by_name = {container["name"]: container for container in containers}
    for container in containers:
        for wait in container.get("dependsOn", []):
            _check_dependency(container["name"], wait, by_name)
    _check_no_circle(by_name)


def _check_dependency(name: str, wait: dict, by_name: dict[str, dict]) -> None:
    other = by_name.get(wait["containerName"])
    if other is None or other["name"] == name:
        raise client_error(
            f"Container '{name}' depends on container '{wait['containerName']}', which is not "
            "another container of the task definition."
        )
    if wait["condition"] in UNTIL_EXIT and other.get("essential", True):
        raise client_error(
            f"The {wait['condition']} condition can't be set on the essential container "
            f"'{other['name']}'."
        )
    if wait["condition"] == "HEALTHY" and "healthCheck" not in other:
        raise client_error(
            f"The HEALTHY condition needs a health check on the container '{other['name']}'."
        )


def _check_no_circle(by_name: dict[str, dict]) -> None:
    settled: set[str] = set()
    while ready := [
        name
        for name, container in by_name.items()
        if name not in settled
        and all(wait["containerName"] in settled for wait in container.get("dependsOn", []))
    ]:
        settled.update(ready)
    if len(settled) < len(by_name):
        raise client_error("Container dependencies must not form a circle.")
