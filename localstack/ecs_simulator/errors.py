"""The errors that ECS answers with, by code. The words are ECS's own."""


class EcsError(Exception):
    """A refusal in the terms of the API."""

    def __init__(self, code: str, message: str, status: int = 400):
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


def invalid_parameter(message: str) -> EcsError:
    return EcsError("InvalidParameterException", message)


def client_error(message: str) -> EcsError:
    return EcsError("ClientException", message)


def cluster_not_found() -> EcsError:
    return EcsError("ClusterNotFoundException", "Cluster not found.")


def service_not_found() -> EcsError:
    return EcsError("ServiceNotFoundException", "Service not found.")


def service_not_active() -> EcsError:
    return EcsError("ServiceNotActiveException", "Service was not ACTIVE.")


def service_deployment_not_found(
    message: str = "Service deployment not found.",
) -> EcsError:
    return EcsError("ServiceDeploymentNotFoundException", message)


def throttled(code: str = "ThrottlingException") -> EcsError:
    return EcsError(code, "Rate exceeded")
