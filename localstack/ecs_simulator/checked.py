"""Checks of what tests send to the controls, so that a mistake fails there and not later."""


def check_number(name: str, value: object, *, whole: bool = False, optional: bool = False) -> None:
    """Raises a ValueError unless the value is a number that is not below 0."""
    if value is None and optional:
        return
    kinds = (int,) if whole else (int, float)
    if isinstance(value, bool) or not isinstance(value, kinds) or value < 0:
        raise ValueError(f"{name} is a {'whole ' if whole else ''}number, not below 0")
