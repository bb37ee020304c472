"""The simulation without LocalStack around it: one world, moved second by second."""

from collections.abc import Callable, Iterator

from ecs_simulator.clock import Clock
from ecs_simulator.controls import AccountControls
from ecs_simulator.neighbours import Neighbours
from ecs_simulator.operations import OPERATIONS
from ecs_simulator.service import Service
from ecs_simulator.task_faults import TaskFault
from ecs_simulator.world import World


class Bench:
    """A service called model, whose images are model:1, model:2 and so on."""

    def __init__(self, neighbours: Neighbours | None = None):
        controls = AccountControls(Clock(speed=0, timer=lambda: 0.0))
        self.world = World("000000000000", "us-east-1", controls, neighbours)
        self.call("CreateCluster", clusterName="ml")
        self._images = 0

    def call(self, operation: str, **request) -> dict:
        return OPERATIONS[operation](self.world, request)

    @property
    def service(self) -> Service:
        return self.world.services["ml", "model"]

    def fault(self, *faults: TaskFault) -> None:
        self.world.controls.task_faults[:] = faults

    def register(self) -> str:
        self._images += 1
        image, ports = f"model:{self._images}", [{"containerPort": 8080}]
        container = {"name": "model", "image": image, "memory": 512, "portMappings": ports}
        answer = self.call(
            "RegisterTaskDefinition", family="model", containerDefinitions=[container]
        )
        return answer["taskDefinition"]["taskDefinitionArn"]

    @property
    def image_number(self) -> int:
        """Returns that of the newest image."""
        return self._images

    def create(self, desired: int, balancers: list[dict] | None = None, **configuration) -> None:
        self.call(
            "CreateService",
            cluster="ml",
            serviceName="model",
            taskDefinition=self.register(),
            desiredCount=desired,
            loadBalancers=balancers or [],
            deploymentConfiguration=configuration,
        )

    def update(self, **more) -> None:
        self.call("UpdateService", cluster="ml", service="model", **more)

    def deploy(self, **more) -> None:
        self.update(taskDefinition=self.register(), **more)

    def seconds(self, count: int) -> Iterator[None]:
        """Yields after each second that passed."""
        for _ in range(count):
            self.world.controls.clock.advance(1)
            self.world.catch_up()
            yield

    def settle(self, check: Callable[[], None] = lambda: None, within: int = 20_000) -> str:
        """Lets time pass until the newest service deployment is over; returns how it ended."""
        for _ in self.seconds(within):
            check()
            if self.service.current.is_over:
                break
        return self.service.current.status

    def healthy_tasks(self) -> int:
        settle = self.world.profile.settle
        return sum(task.is_healthy(self.world.now, settle) for task in self.service.tasks)
