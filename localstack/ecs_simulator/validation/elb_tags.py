"""What ELBv2 refuses in tags. moto allows ten of them, of any text."""

import unicodedata

from ..errors import EcsError

MAXIMUM_TAGS = 50
MAXIMUM_KEY, MAXIMUM_VALUE = 128, 256
MAXIMUM_DESCRIBED = 20
# The API's own pattern; \p{L}, \p{Z} and \p{N} are categories of Unicode.
PATTERN = r"^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$"
PUNCTUATION = "_.:/=+-@"


def check_tags(tags: list[dict]) -> None:
    keys = [tag["Key"] for tag in tags]
    for number, tag in enumerate(tags, start=1):
        key, value = tag["Key"], tag.get("Value", "")
        _check_text(key, f"tags.{number}.member.key", 1, MAXIMUM_KEY)
        _check_text(value, f"tags.{number}.member.value", 0, MAXIMUM_VALUE)
        if key.lower().startswith("aws:"):
            raise EcsError("ValidationError", f"The tag key '{key}' begins with the reserved aws:")
        if keys.count(key) > 1:
            raise EcsError("DuplicateTagKeys", f"Tag key was specified more than once: {key}")
    check_number(keys)


def check_number(keys: list[str] | set[str]) -> None:
    if len(keys) > MAXIMUM_TAGS:
        raise EcsError(
            "TooManyTags", "You've reached the limit on the number of tags for this resource"
        )


def check_described(arns: list[str]) -> None:
    if len(arns) > MAXIMUM_DESCRIBED:
        raise EcsError(
            "ValidationError", f"At most {MAXIMUM_DESCRIBED} resources can be described at once"
        )


def _check_text(text: str, place: str, minimum: int, maximum: int) -> None:
    if len(text) < minimum:
        raise _detected(text, place, f"length greater than or equal to {minimum}", "have")
    if len(text) > maximum:
        raise _detected(text, place, f"length less than or equal to {maximum}", "have")
    if not all(unicodedata.category(one)[0] in "LZN" or one in PUNCTUATION for one in text):
        raise _detected(text, place, f"regular expression pattern: {PATTERN}", "satisfy")


def _detected(text: str, place: str, constraint: str, verb: str) -> EcsError:
    return EcsError(
        "ValidationError",
        f"1 validation error detected: Value '{text}' at '{place}' failed to satisfy constraint: "
        f"Member must {verb} {constraint}",
    )
