//! A service whose traffic ECS moves between two groups: which of them is live is the rule's to say,
//! and no difference; and what changing the strategy takes.

use serde_json::{Value, json};

use super::Plan;
use super::settings::{self, LOAD_BALANCERS, STRATEGY};
use crate::release::ids::TargetGroupArn;
use crate::release::{Document, LiveService};
use crate::shape::items;
use crate::traffic::Inspection;

const ROLLING: &str = "ROLLING";

/// Puts each pair of an update into the order in which the service has it.
pub(super) fn order_as(live: &Document, wanted: &mut Document) {
    if let Some(balancers) = wanted.get_mut(LOAD_BALANCERS) {
        *balancers = in_order_of(live.get(LOAD_BALANCERS), balancers);
    }
}

/// Returns load balancers with each pair in the order in which a service has it: ECS may answer the
/// group first that serves, and both orders are one pair.
pub(super) fn in_order_of(there: Option<&Value>, wanted: &Value) -> Value {
    let Value::Array(balancers) = wanted else {
        return wanted.clone();
    };
    let turned = |balancer: &Value| {
        let [first, other] = pair(balancer)?;
        let has_turned = |live: &Value| pair(live) == Some([other, first]);
        let is_turned = items(there).any(has_turned);
        is_turned.then(|| led_by(balancer, other))
    };
    let each = balancers
        .iter()
        .map(|balancer| turned(balancer).unwrap_or_else(|| balancer.clone()));
    Value::Array(each.collect())
}

fn pair(balancer: &Value) -> Option<[&str; 2]> {
    let other = balancer["advancedConfiguration"]["alternateTargetGroupArn"].as_str()?;
    Some([balancer["targetGroupArn"].as_str()?, other])
}

/// Returns a load balancer whose pair begins with one of its groups.
fn led_by(balancer: &Value, group: &str) -> Value {
    let mut led = balancer.clone();
    if let Some([first, other]) = pair(balancer)
        && other == group
    {
        led["targetGroupArn"] = json!(other);
        led["advancedConfiguration"]["alternateTargetGroupArn"] = json!(first);
    }
    led
}

fn all_led_by(balancers: &Value, group: &TargetGroupArn) -> Value {
    items(Some(balancers))
        .map(|balancer| led_by(balancer, group.as_str()))
        .collect()
}

fn strategy_of(document: &Document) -> &str {
    let strategy = settings::at(document, STRATEGY).and_then(Value::as_str);
    strategy.unwrap_or(ROLLING)
}

/// What an update makes of the strategy and of the pair of groups.
pub(super) struct Switch<'a> {
    before: &'a str,
    after: &'a str,
    live: Option<&'a TargetGroupArn>,
    /// The load balancers of the release.
    balancers: Option<&'a Value>,
    inspection: Option<&'a Inspection>,
}

impl<'a> Switch<'a> {
    pub(super) fn of(
        live: &'a Document,
        wanted: &'a Document,
        inspection: Option<&'a Inspection>,
    ) -> Self {
        let before = strategy_of(live);
        let is_written = settings::at(wanted, STRATEGY).is_some();
        Self {
            before,
            after: if is_written {
                strategy_of(wanted)
            } else {
                before
            },
            live: inspection.and_then(|it| it.sight.live_group()),
            balancers: wanted.get(LOAD_BALANCERS).or(live.get(LOAD_BALANCERS)),
            inspection,
        }
    }

    /// Says whether tasks were replaced one by one, or are to be from now on.
    fn is_to_or_from_rolling(&self) -> bool {
        self.before != self.after && (self.before == ROLLING || self.after == ROLLING)
    }

    /// Adds to an update what it must not leave out: ECS refuses another strategy without the load
    /// balancers in full, and puts the tasks of a rolling release into the group that it names.
    pub(super) fn complete(
        &self,
        document: &mut Document,
        live: &Document,
        wanted: &Document,
        is_replacing: bool,
    ) {
        let is_there = live.get(LOAD_BALANCERS);
        let Some(whole) = wanted.get(LOAD_BALANCERS).or(is_there) else {
            return;
        };
        if self.is_to_or_from_rolling() && !document.contains_key(LOAD_BALANCERS) {
            document.insert(LOAD_BALANCERS.to_owned(), whole.clone());
            if !is_replacing {
                // The same load balancers start no deployment, and one is waited for.
                document.insert("forceNewDeployment".to_owned(), json!(true));
            }
        }
        if let (true, Some(group)) = (self.after == ROLLING, self.live) {
            let led = all_led_by(document.get(LOAD_BALANCERS).unwrap_or(whole), group);
            let is_needed = is_replacing && is_there != Some(&led);
            if is_needed || document.contains_key(LOAD_BALANCERS) {
                document.insert(LOAD_BALANCERS.to_owned(), led);
            }
        }
    }

    /// Says what becomes of both groups.
    pub(super) fn notes(&self, deploys: bool) -> Vec<String> {
        let Some(inspection) = self.inspection.filter(|_| self.before != self.after) else {
            return Vec::new();
        };
        if !self.is_to_or_from_rolling() {
            let call = if deploys {
                "one call: the new tasks come by the new strategy"
            } else {
                "one call, which starts no deployment"
            };
            return vec![call.to_owned()];
        }
        let groups = self.live.map(|live| {
            let other = inspection.sight.wiring.other(live);
            (live.name(), other.name())
        });
        let mut notes = vec![match (groups, self.after == ROLLING) {
            (Some((live, other)), true) => self.one_by_one(live, other),
            (Some((live, other)), false) => {
                format!(
                    "{live} serves; the new tasks start in {other}, and all traffic moves there"
                )
            }
            (None, true) => "which group serves is not known".to_owned(),
            (None, false) => {
                "which group serves is not known: the new tasks start in the one that gets no \
                 requests"
                    .to_owned()
            }
        }];
        notes.push(if self.after == ROLLING {
            "one call; hooks and bake time go with the strategy".to_owned()
        } else {
            "one call; where ECS refuses it, deploy traffic.targetGroups with rollout.strategy: \
             rolling first"
                .to_owned()
        });
        notes
    }
}

impl Switch<'_> {
    /// Says where tasks go that are replaced one by one from now on.
    fn one_by_one(&self, live: &str, other: &str) -> String {
        let of = |balancer: &Value| match pair(balancer) {
            Some([first, other]) => vec![first.to_owned(), other.to_owned()],
            None => balancer["targetGroupArn"]
                .as_str()
                .map(str::to_owned)
                .into_iter()
                .collect(),
        };
        let named: Vec<String> = items(self.balancers).flat_map(of).collect();
        let name = |group: &String| TargetGroupArn::new(group.as_str()).name().to_owned();
        match (
            named.iter().map(name).any(|group| group == live),
            named.first(),
        ) {
            (true, _) => format!(
                "{live} serves and takes the new tasks; {other} stays in the rule at 0, without tasks"
            ),
            (false, Some(named)) => {
                format!(
                    "{live} serves, and the new tasks would start in {}",
                    name(named)
                )
            }
            (false, None) => format!(
                "{live} serves, and the tasks leave it for no other group: requests by the rule \
                 reach nobody then"
            ),
        }
    }
}

/// Says whether two revisions have their requests moved, or one of them: going back then leaves the
/// load balancers alone, since the groups of the older one may be those that nobody is sent to.
pub(super) fn is_moved(before: Option<&Value>, after: Option<&Value>) -> bool {
    let mut both = items(before).chain(items(after));
    both.any(|balancer| pair(balancer).is_some())
}

impl Plan {
    /// Says whether it is for a service whose tasks were replaced one by one, and no longer will be.
    #[must_use]
    pub fn leaves_rolling(&self) -> bool {
        let live = self.live.as_deref();
        let was_rolling = live.is_some_and(|live| strategy_of(&live.document) == ROLLING);
        was_rolling && self.switches_strategy()
    }

    /// Says whether a deployment runs that moves traffic.
    #[must_use]
    pub fn is_over_a_shift(&self) -> bool {
        let live = self.live.as_deref();
        let moves = live.is_some_and(|live| strategy_of(&live.document) != ROLLING);
        moves && self.running.is_some()
    }

    /// Says whether it changes the strategy of a service, which ECS refuses while a deployment runs.
    #[must_use]
    pub fn switches_strategy(&self) -> bool {
        let live = self.live.as_deref();
        let before = live.map(|live: &LiveService| strategy_of(&live.document));
        let sent = self
            .writes
            .service
            .as_ref()
            .map(super::ServiceWrite::document);
        let after = sent.filter(|sent| settings::at(sent, STRATEGY).is_some());
        before
            .zip(after.map(strategy_of))
            .is_some_and(|(before, after)| before != after)
    }
}
