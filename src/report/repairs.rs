//! Rules that send requests to the wrong place: what is wrong of them, and the weights that mend it.

use serde_json::{Value, json};

use super::columns::{padded, widest};
use super::{Color, ResultRecord, name};
use mlship_core::app::traffic::repair::{End, Mending, ShareChange};
use mlship_core::release::ids::ServiceId;
use mlship_core::traffic::percent;
use mlship_text::Page;

/// What became of the rule of a service.
#[derive(Debug)]
pub struct Mended {
    /// The service, as the run names it.
    pub service: ServiceId,
    /// What was found and done, or why nobody looked.
    pub ended: Result<Mending, Box<ResultRecord>>,
    /// The command that writes what is shown.
    pub apply: String,
}

impl Mended {
    /// Returns how it ended, as a record.
    #[must_use]
    pub fn result(&self) -> ResultRecord {
        match &self.ended {
            Ok(mending) => mending.result(&self.service),
            Err(refused) => (**refused).clone(),
        }
    }
}

/// Returns what people read.
#[must_use]
pub fn repairs_text(mended: &[Mended], color: &Color) -> Page {
    let mut page = Page::new();
    for each in mended {
        if let Ok(mending) = &each.ended {
            page.extend(one(each, mending, color));
        }
    }
    page
}

fn one(mended: &Mended, mending: &Mending, color: &Color) -> Page {
    let mut page = Page::new();
    let (strong, bad) = (color.strong, color.bad);
    let service = &mended.service;
    page.line(format!(
        "{strong}{}{strong:#} in cluster {}",
        service.name, service.cluster
    ));
    let Some(rule) = &mending.rule else {
        if mending.end == End::Right {
            page.line("  ECS does not move its traffic: nothing to repair");
        }
        return page;
    };
    page.line(format!("  rule {rule}"));
    for wrong in &mending.wrong {
        page.line(format!("  {bad}wrong{bad:#}: {wrong}"));
    }
    for remark in &mending.remarks {
        page.line(format!("  {remark}"));
    }
    let names = mending.shares.iter().map(|share| share.group.name());
    let width = widest(names);
    for share in &mending.shares {
        let group = padded(share.group.name(), width);
        page.line(format!("  {group}  {}", change(share)));
    }
    match &mending.end {
        End::Right if mending.wrong.is_empty() => {
            page.line("  requests go where the tasks are that serve: nothing to repair");
        }
        End::Right => page.line("  no weights would mend it: nothing to repair"),
        End::Shown => page.line(format!(
            "  nothing was written; to write it: {}",
            mended.apply
        )),
        End::Repaired => page.line("  written, and read back"),
        End::Refused(..) | End::Stale | End::Unanswered(_) => {}
    }
    page
}

fn change(share: &ShareChange) -> String {
    let part = |share: Option<f64>| match share {
        Some(share) => format!("{} %", percent(share)),
        None => "–".to_owned(),
    };
    format!("{} → {}", part(share.before), part(share.after))
}

/// Returns what programs read.
#[must_use]
pub fn repairs_document(mended: &[Mended]) -> Value {
    let each = mended.iter().map(|mended| {
        let result = mended.result();
        let (rule, wrong, shares, remarks, state) = match &mended.ended {
            Ok(mending) => (
                json!(mending.rule),
                json!(mending.wrong),
                shares(&mending.shares),
                json!(mending.remarks),
                state(&mending.end),
            ),
            Err(_) => (Value::Null, json!([]), json!([]), json!([]), "refused"),
        };
        let mut document = json!({
            "rule": rule, "state": state, "wrong": wrong, "shares": shares, "remarks": remarks,
            "error": result.error, "hint": result.hint,
            "exit_code": result.exit_code(),
        });
        name(&mut document, &mended.service);
        document
    });
    json!({ "services": each.collect::<Vec<_>>() })
}

fn shares(changes: &[ShareChange]) -> Value {
    let each = changes.iter().map(
        |share| json!({"target_group": share.group, "before": share.before, "after": share.after}),
    );
    each.collect()
}

fn state(end: &End) -> &'static str {
    match end {
        End::Right => "right",
        End::Shown => "wrong",
        End::Repaired => "repaired",
        End::Refused(..) => "refused",
        End::Stale => "stale",
        End::Unanswered(_) => "error",
    }
}

#[cfg(test)]
mod tests {
    use mlship_core::cloud::fake::FakeCloud;
    use mlship_core::release::ids::{RuleArn, TargetGroupArn};
    use snapbox::{assert_data_eq, str};

    use super::*;
    use crate::report::palette_for;

    fn mended(end: End) -> [Mended; 1] {
        let group = |name: &str| {
            TargetGroupArn::new(format!(
                "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/{name}/1"
            ))
        };
        let share = |name, before, after| ShareChange {
            group: group(name),
            before,
            after,
        };
        [Mended {
            service: FakeCloud::id(),
            apply: "mlship traffic repair m.yaml --apply".to_owned(),
            ended: Ok(Mending {
                rule: Some(RuleArn::new("arn:rule")),
                wrong: vec!["production traffic is split: 95 % to blue, 5 % to green".to_owned()],
                shares: vec![
                    share("blue", Some(95.0), Some(100.0)),
                    share("green", Some(5.0), Some(0.0)),
                    share("other", Some(0.0), None),
                ],
                remarks: Vec::new(),
                end,
            }),
        }]
    }

    #[test]
    fn what_is_shown_names_groups_with_their_shares_before_and_after() {
        let page = repairs_text(&mended(End::Shown), &palette_for(false));
        assert_data_eq!(
            page.to_string(),
            str![[r#"
m in cluster ml
  rule arn:rule
  wrong: production traffic is split: 95 % to blue, 5 % to green
  blue   95 % → 100 %
  green  5 % → 0 %
  other  0 % → –
  nothing was written; to write it: mlship traffic repair m.yaml --apply

"#]]
        );
    }

    #[test]
    fn programs_get_the_same_with_how_it_ended() {
        let document = repairs_document(&mended(End::Stale));
        let only = &document["services"][0];
        assert_eq!(
            (&only["state"], &only["exit_code"]),
            (&json!("stale"), &json!(12))
        );
        assert_eq!(only["shares"][0]["before"], json!(95.0));
        assert_eq!(only["shares"][2]["after"], Value::Null);
    }
}
