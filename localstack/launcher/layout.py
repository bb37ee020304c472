"""Where everything lives. All that is written at run time stays under these folders."""

from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
LOCKS = HOME / "locks"
STATE = HOME / ".state"
RUNTIME_VENV = HOME / ".venv"
# botocore's loader layout: one folder a service. Only the ECS model is kept, so that the other
# services stay on the models that LocalStack was released with.
AWS_MODELS = RUNTIME_VENV / "aws-models"
# LocalStack's index of all services. Without it the first call would load every API model, which
# takes a second and 360 MB. A file system root, because that is where LocalStack looks for it.
CATALOG_ROOT = RUNTIME_VENV / "catalog-root"
