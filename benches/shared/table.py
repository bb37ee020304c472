"""What a bench shows: Markdown for people, JSON for programs."""

import json
import statistics
from collections.abc import Iterable
from pathlib import Path


def markdown(head: list[str], rows: Iterable[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else None


def shown(value: float | None, digits: int = 0) -> str:
    return "-" if value is None else f"{value:,.{digits}f}"


def save(path: Path, document: dict) -> None:
    path.write_text(json.dumps(document, indent=2) + "\n")
