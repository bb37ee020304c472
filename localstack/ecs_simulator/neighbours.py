"""The services around ECS, as far as the simulation touches them."""

from dataclasses import dataclass, field

from .alarms import Alarms, NoAlarms
from .images import NoRegistry, Registry
from .listener_rules import ListenerRules, NoListenerRules
from .load_balancing import NoTargetGroups, TargetGroups
from .log_groups import Logs, NoLogs
from .metrics import Metrics, NoMetrics
from .networks import AnyNetwork, Networks
from .roles import AnyRole, Roles


@dataclass
class Neighbours:
    """Those of one account and region; by default there are none."""

    target_groups: TargetGroups = field(default_factory=NoTargetGroups)
    logs: Logs = field(default_factory=NoLogs)
    metrics: Metrics = field(default_factory=NoMetrics)
    alarms: Alarms = field(default_factory=NoAlarms)
    networks: Networks = field(default_factory=AnyNetwork)
    registry: Registry = field(default_factory=NoRegistry)
    listener_rules: ListenerRules = field(default_factory=NoListenerRules)
    roles: Roles = field(default_factory=AnyRole)
