//! Services that are somebody else's to deploy.

use serde_json::Value;

use super::LiveService;

/// The strategies that are followed; where none is named it is rolling.
const KNOWN: [&str; 5] = ["", "ROLLING", "CANARY", "LINEAR", "BLUE_GREEN"];

/// Why mlship can't deploy a service, nor follow or undo what others deploy there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Foreign {
    /// Another deployment controller deploys it: `CODE_DEPLOY` or `EXTERNAL`.
    Controller(String),
    /// It runs one task on each instance.
    Daemon,
    /// ECS Express manages it.
    Express,
    /// ECS deploys it by a strategy that this version does not know.
    Strategy(String),
}

impl Foreign {
    /// Says whose the service is, as what follows its name.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Controller(kind) => {
                let whose = match kind.as_str() {
                    "CODE_DEPLOY" => "AWS CodeDeploy",
                    "EXTERNAL" => "an external deployment controller",
                    other => other,
                };
                format!("is deployed by {whose}, not by ECS itself")
            }
            Self::Daemon => "is a daemon: it runs one task on each container instance".to_owned(),
            Self::Express => "is managed by ECS Express, which owns its resources".to_owned(),
            Self::Strategy(strategy) => {
                format!(
                    "is deployed by the strategy {strategy}, which this version of mlship does not know"
                )
            }
        }
    }

    /// Returns the next step.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Controller(_) => {
                "use that controller's own tools, or make a service with the ECS controller"
            }
            Self::Daemon => {
                "deploy it with its own tools, or make a replica service of another name"
            }
            Self::Express => "change it with ECS Express, or make a service of another name",
            Self::Strategy(_) => "use the ECS console or API, or write rollout.strategy: rolling",
        }
    }
}

impl LiveService {
    /// Returns whose the service is, where it is not ECS's own rolling machinery's.
    #[must_use]
    pub fn foreign(&self) -> Option<Foreign> {
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let controller = self.document.get("deploymentController");
        let controller = text(controller.and_then(|controller| controller.get("type")));
        if let Some(kind) = controller.filter(|kind| kind != "ECS" && !kind.is_empty()) {
            return Some(Foreign::Controller(kind));
        }
        if text(self.document.get("schedulingStrategy")).as_deref() == Some("DAEMON") {
            return Some(Foreign::Daemon);
        }
        let manager = text(self.document.get("resourceManagementType"));
        if manager.as_deref() == Some("ECS") {
            return Some(Foreign::Express);
        }
        let configuration = self.document.get("deploymentConfiguration");
        let strategy = text(configuration.and_then(|configuration| configuration.get("strategy")));
        strategy
            .filter(|strategy| !KNOWN.contains(&strategy.as_str()))
            .map(Foreign::Strategy)
    }
}
