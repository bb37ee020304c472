//! The plans of many services as a reviewer reads them: what is made, replaced and changed, in this
//! order, and how many there are of each.

use super::names::wrapped;
use super::{Color, plan_text};
use mlship_core::plan::{Effect, Plan};
use mlship_text::Page;
use mlship_text::words::counted;

/// Returns the plans that change something, each in full, by what they do; and, where somebody asks
/// for them, the names of those that change nothing.
#[must_use]
pub fn plans_text<'a>(
    plans: impl IntoIterator<Item = &'a Plan>,
    names_unchanged: bool,
    color: &Color,
) -> Page {
    let mut plans: Vec<&Plan> = plans.into_iter().collect();
    // Within an effect the order of the manifests stays.
    plans.sort_by_key(|plan| rank(plan.effect));
    let mut page = Page::new();
    let mut unchanged = Vec::new();
    for plan in plans {
        // What is left alone for a reason that is to be read is shown all the same.
        if plan.effect == Effect::None && plan.notes.is_empty() {
            unchanged.push(plan.service.to_string());
        } else {
            page.extend(plan_text(plan, color));
        }
    }
    if names_unchanged && !unchanged.is_empty() {
        page.line(format!(
            "nothing to change in {}:",
            counted(unchanged.len(), "service")
        ));
        page.extend(wrapped(&unchanged));
    }
    page
}

/// Returns plans in full, in their order.
#[must_use]
pub fn plans_in_order<'a>(plans: impl IntoIterator<Item = &'a Plan>, color: &Color) -> Page {
    let mut page = Page::new();
    for plan in plans {
        page.extend(plan_text(plan, color));
    }
    page
}

/// Returns how many plans do what, and how many services have none.
#[must_use]
pub fn plans_sum<'a>(
    plans: impl IntoIterator<Item = &'a Plan>,
    without_plan: usize,
    color: &Color,
) -> String {
    let [
        mut made,
        mut replaced,
        mut anew,
        mut in_place,
        mut unchanged,
    ] = [0_usize; 5];
    let mut tasks = 0_usize;
    for plan in plans {
        match plan.effect {
            Effect::Create => made += 1,
            // Nothing is interrupted.
            Effect::ReplaceTasks if plan.running_tasks == 0 => anew += 1,
            Effect::ReplaceTasks => {
                replaced += 1;
                tasks += usize::try_from(plan.running_tasks).unwrap_or(0);
            }
            Effect::InPlace => in_place += 1,
            Effect::None => unchanged += 1,
        }
    }
    let Color { strong, bad, .. } = *color;
    let verb = |count, one: &str, several: &str| {
        let verb = if count == 1 { one } else { several };
        format!("{count} {verb}")
    };
    let mut parts = Vec::new();
    if made > 0 {
        parts.push(verb(made, "creates", "create"));
    }
    if replaced > 0 {
        let replaced = verb(replaced, "replaces", "replace");
        parts.push(format!("{replaced} {}", counted(tasks, "task")));
    }
    if anew > 0 {
        parts.push(verb(
            anew,
            "deploys where no task runs",
            "deploy where no task runs",
        ));
    }
    if in_place > 0 {
        parts.push(verb(in_place, "changes in place", "change in place"));
    }
    if unchanged > 0 {
        parts.push(format!("{unchanged} unchanged"));
    }
    if without_plan > 0 {
        parts.push(format!("{bad}{without_plan} without a plan{bad:#}"));
    }
    let services = made + replaced + anew + in_place + unchanged + without_plan;
    format!(
        "{strong}{}{strong:#}: {}",
        counted(services, "service"),
        parts.join(", ")
    )
}

/// Orders plans: what is made, then what replaces tasks, then what changes in place.
pub(super) fn rank(effect: Effect) -> u8 {
    match effect {
        Effect::Create => 0,
        Effect::ReplaceTasks => 1,
        Effect::InPlace => 2,
        Effect::None => 3,
    }
}

#[cfg(test)]
mod tests {
    use snapbox::{assert_data_eq, str};

    use super::super::tests::plan;
    use super::*;
    use mlship_core::release::ids::ServiceName;

    fn of(name: &str, effect: Effect) -> Plan {
        let mut plan = plan();
        plan.service.name = ServiceName::new(name);
        plan.effect = effect;
        plan.changes.truncate(1);
        plan.notes = match effect {
            Effect::Create => vec!["creates the service with 3 tasks".to_owned()],
            Effect::ReplaceTasks => vec!["replaces 3 tasks".to_owned()],
            Effect::InPlace => vec!["no restart".to_owned()],
            Effect::None => Vec::new(),
        };
        plan
    }

    fn fleet() -> Vec<Plan> {
        let idle = "service.desired 3 is ignored: autoscaling owns the number of tasks, now 5";
        let mut owned = of("owned", Effect::None);
        owned.changes.clear();
        owned.notes = vec![idle.to_owned()];
        vec![
            of("same", Effect::None),
            of("grace", Effect::InPlace),
            of("b", Effect::ReplaceTasks),
            owned,
            of("new", Effect::Create),
            of("a", Effect::ReplaceTasks),
            of("alike", Effect::None),
        ]
    }

    #[test]
    fn what_is_made_stands_first_and_what_stays_is_only_counted() {
        let (fleet, color) = (fleet(), Color::default());
        let text = plans_text(&fleet, false, &color).to_string();
        assert_data_eq!(
            text,
            str![[r#"
new in cluster ml-prod, account 111122223333, eu-west-1
  fraud-scorer 7 → 8: creates the service with 3 tasks
  ~ model.version  7 → 8
b in cluster ml-prod, account 111122223333, eu-west-1
  fraud-scorer 7 → 8: replaces 3 tasks
  ~ model.version  7 → 8
a in cluster ml-prod, account 111122223333, eu-west-1
  fraud-scorer 7 → 8: replaces 3 tasks
  ~ model.version  7 → 8
grace in cluster ml-prod, account 111122223333, eu-west-1
  fraud-scorer 7 → 8: no restart
  ~ model.version  7 → 8
owned in cluster ml-prod, account 111122223333, eu-west-1
  fraud-scorer 7 → 8: nothing to change; service.desired 3 is ignored: autoscaling owns the number of tasks, now 5

"#]]
        );
        assert_data_eq!(
            plans_sum(&fleet, 2, &color),
            str![
                "9 services: 1 creates, 2 replace 6 tasks, 1 changes in place, 3 unchanged, 2 without a plan"
            ]
        );
    }

    #[test]
    fn what_stays_is_named_for_who_asks_for_details() {
        let text = plans_text(&fleet(), true, &Color::default()).to_string();
        let end: Vec<&str> = text.lines().rev().take(2).collect();
        assert_data_eq!(
            end.join("\n"),
            str![[r#"
  ml-prod/same, ml-prod/alike
nothing to change in 2 services:
"#]]
        );
    }

    #[test]
    fn only_tasks_that_run_are_counted_as_replaced() {
        let mut fleet = vec![of("a", Effect::ReplaceTasks), of("b", Effect::ReplaceTasks)];
        fleet[1].running_tasks = 0;
        assert_data_eq!(
            plans_sum(&fleet, 0, &Color::default()),
            str!["2 services: 1 replaces 3 tasks, 1 deploys where no task runs"]
        );
    }

    #[test]
    fn a_hundred_plans_are_summed_up_in_a_line() {
        let many = |count, effect| std::iter::repeat_n(of("m", effect), count);
        let fleet = many(3, Effect::Create)
            .chain(many(41, Effect::ReplaceTasks))
            .chain(many(56, Effect::None));
        let fleet: Vec<Plan> = fleet.collect();
        assert_data_eq!(
            plans_sum(&fleet, 0, &Color::default()),
            str!["100 services: 3 create, 41 replace 123 tasks, 56 unchanged"]
        );
    }
}
