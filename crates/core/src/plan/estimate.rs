//! How long a release takes whose traffic ECS moves, and what ends sooner. The start of tasks comes on
//! top: nobody knows it.

use serde_json::Value;

use crate::release::{Document, JobLimit, Shift, Wiring};

/// How long it takes, in minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    /// For baking.
    baking: u64,
    /// Until a network load balancer has moved traffic, each time that it does.
    network: u64,
    /// For all of it, with every wait to its timeout.
    longest: u64,
}

impl Estimate {
    /// Reads it of a service as ECS will have it; nothing where tasks are replaced one by one.
    #[must_use]
    pub fn of(service: &Document) -> Option<Self> {
        let configuration = service.get("deploymentConfiguration");
        let configuration = configuration.and_then(Value::as_object)?;
        let shift = Shift::of_configuration(configuration)?;
        let longest = shift.longest_minutes(Wiring::of(service).as_ref());
        Some(Self {
            baking: u64::from(shift.baking_minutes()),
            network: longest - shift.longest_minutes(None),
            longest,
        })
    }

    /// Says it for the reviewer of a plan.
    #[must_use]
    pub fn words(&self) -> String {
        let mut words = format!("takes {} of baking", lasting(self.baking));
        if self.network > 0 {
            let network = lasting(self.network);
            words = format!("{words} and {network} until a network load balancer moved traffic");
        }
        let least = self.baking + self.network;
        if self.longest > least {
            words = format!(
                "{words}, and up to {} with its waits",
                lasting(self.longest)
            );
        }
        words
    }

    /// Says that something ends sooner, with the way out.
    #[must_use]
    pub fn beyond(&self, limit: &JobLimit) -> Option<String> {
        let verb = match limit.minutes {
            minutes if self.baking + self.network > minutes => "takes",
            minutes if self.longest > minutes => "may take",
            _ => return None,
        };
        Some(format!(
            "{verb} longer than {} ({}): stop watching earlier with --until or --detach, and look \
             later with mlship watch",
            limit.of,
            lasting(limit.minutes)
        ))
    }
}

fn lasting(minutes: u64) -> String {
    let (hours, minutes) = (minutes / 60, minutes % 60);
    match (hours, minutes) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cloud::fake::object;

    fn linear(rule: &str, hooks: &Value) -> Estimate {
        let service = json!({
            "deploymentConfiguration": {"strategy": "LINEAR", "bakeTimeInMinutes": 5,
                "linearConfiguration": {"stepPercent": 25.0, "stepBakeTimeInMinutes": 10},
                "lifecycleHooks": hooks},
            "loadBalancers": [{"targetGroupArn": "arn:a", "advancedConfiguration": {
                "alternateTargetGroupArn": "arn:b", "productionListenerRule": rule,
                "testListenerRule": rule}}]});
        Estimate::of(&object(service)).unwrap()
    }

    const NETWORK: &str = "arn:aws:elasticloadbalancing:eu-west-1:1:listener/net/ml/1/2";

    #[test]
    fn a_network_load_balancer_takes_its_time_at_each_step_and_at_the_test() {
        assert_eq!(
            linear("arn:rule", &json!([])).words(),
            "takes 35 min of baking"
        );
        assert_eq!(
            linear(NETWORK, &json!([])).words(),
            "takes 35 min of baking and 50 min until a network load balancer moved traffic"
        );
        let pause = json!([{"targetType": "PAUSE", "lifecycleStages": ["POST_SCALE_UP"],
            "timeoutConfiguration": {"timeoutInMinutes": 90, "action": "ROLLBACK"}}]);
        assert_eq!(
            linear(NETWORK, &pause).words(),
            "takes 35 min of baking and 50 min until a network load balancer moved traffic, and up \
             to 2 h 55 min with its waits"
        );
        assert_eq!(Estimate::of(&object(json!({}))), None);
    }

    #[test]
    fn what_ends_sooner_is_said_with_the_way_out() {
        let pause = json!([{"targetType": "PAUSE", "lifecycleStages": ["POST_SCALE_UP"],
            "timeoutConfiguration": {"timeoutInMinutes": 90, "action": "ROLLBACK"}}]);
        let estimate = linear("arn:rule", &pause);
        let beyond = |minutes| {
            estimate.beyond(&JobLimit {
                minutes,
                of: "--timeout",
            })
        };
        let out =
            "stop watching earlier with --until or --detach, and look later with mlship watch";
        assert_eq!(
            beyond(30).unwrap(),
            format!("takes longer than --timeout (30 min): {out}")
        );
        assert_eq!(
            beyond(60).unwrap(),
            format!("may take longer than --timeout (1 h): {out}")
        );
        assert_eq!(beyond(125), None);
    }
}
