"""Spells service events as the developer guide's list does, where public traces differ."""

import re

DEPLOYMENT_FAILED = re.compile(r"\(deployment \S+\) deployment failed")


def spelled(message: str, service: str, words: str) -> str:
    """Returns the message in the chosen words; it is kept in those of the traces."""
    if words == "traces":
        return message
    message = message.replace(f"(service {service})", f"service ({service})", 1)
    return DEPLOYMENT_FAILED.sub("deployment failed", message)
