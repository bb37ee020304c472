"""Log groups as moto keeps them behind the CloudWatch Logs API."""

from localstack.utils.patch import patch
from moto.logs.exceptions import ResourceNotFoundException
from moto.logs.models import LogGroup, logs_backends


def install() -> None:
    @patch(LogGroup.filter_log_events)
    def filter_log_events(
        original, self, log_group_name, log_stream_names, start, end, limit, token, pattern, mixed
    ):
        # CloudWatch refuses the whole request, and sorts events of all streams by time.
        if any(name not in self.streams for name in log_stream_names):
            raise ResourceNotFoundException("The specified log stream does not exist.")
        return original(
            self, log_group_name, log_stream_names, start, end, limit, token, pattern, True
        )


class MotoLogs:
    def __init__(self, account: str):
        self._backends = logs_backends[account]

    def has_group(self, region: str, group: str) -> bool:
        return group in self._backends[region].groups

    def create_group(self, region: str, group: str) -> None:
        self._backends[region].create_log_group(group, tags={})

    def write(self, region: str, group: str, stream: str, time: float, lines: list[str]) -> None:
        found: LogGroup | None = self._backends[region].groups.get(group)
        if found is None:
            # Deleted under a running container; the driver drops its lines as well.
            return
        if stream not in found.streams:
            found.create_log_stream(stream)
        events = [{"timestamp": int(time * 1000), "message": line} for line in lines]
        if events:
            # Not through PutLogEvents, which refuses what lies ahead of real time.
            found.streams[stream].put_log_events(events)
