"""What ECS refuses in tags."""

from ..errors import invalid_parameter

MAXIMUM_TAGS = 50


def check_tags(tags: list[dict]) -> None:
    if len(tags) > MAXIMUM_TAGS:
        raise invalid_parameter(f"A resource can have at most {MAXIMUM_TAGS} tags.")
    keys = [tag.get("key", "") for tag in tags]
    if len(set(keys)) != len(keys):
        raise invalid_parameter("Duplicate tag keys are not allowed.")
    for tag in tags:
        key, value = tag.get("key", ""), tag.get("value", "")
        if not 1 <= len(key) <= 128:
            raise invalid_parameter("A tag key must have between 1 and 128 characters.")
        if len(value) > 256:
            raise invalid_parameter("A tag value can have at most 256 characters.")
        if key.lower().startswith("aws:"):
            raise invalid_parameter("Tag keys that begin with aws: are reserved.")
