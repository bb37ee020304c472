"""Where everything lives. All that is written at run time stays under these folders."""

from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
LOCKS = HOME / "locks"
STATE = HOME / ".state"
SERVER_VENV = HOME / ".venv"
# Packages that only training needs. They extend the server's environment when they are on the
# path, so that who only wants a server doesn't wait for SciPy.
TRAINING_PACKAGES = HOME / ".training"
RECORDINGS = HOME.parent / "tests" / "fixtures" / "mlflow"
