"""Whether what a tool said of a release is so."""


def is_true(code: int | None, at_exit: str | None, settled: str | None, wanted: str) -> bool:
    """Judges an exit code by the versions that served at the exit and once all had settled.

    Success is true when the service had taken the release by then, and kept it; failure, when it
    has not taken it in the end either. Of a service without a code nothing was said.
    """
    if code is None:
        return False
    if code == 0:
        return at_exit == settled == wanted
    return settled != wanted
