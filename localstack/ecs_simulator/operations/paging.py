"""Cuts lists into pages."""

from ..errors import invalid_parameter


def page(items: list, request: dict, name: str, default: int = 100, limit: int = 100) -> dict:
    """Returns one page under its name, with a token where more follows."""
    size = request.get("maxResults", default)
    if not 1 <= size <= limit:
        raise invalid_parameter(f"maxResults must be between 1 and {limit}.")
    token = request.get("nextToken") or "0"
    if not token.isdigit():
        raise invalid_parameter("Invalid token.")
    start = int(token)
    answer = {name: items[start : start + size]}
    if start + size < len(items):
        answer["nextToken"] = str(start + size)
    return answer
