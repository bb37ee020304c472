//! What taking a running deployment back comes to, as a reviewer reads it.

use super::Color;
use super::plan_text::{change_lines, place_line};
use mlship_core::app::rollback::TakeBack;
use mlship_text::Page;

/// Returns it as lines of text, the first of which names where it acts.
#[must_use]
pub fn take_back_text(shown: &TakeBack, color: &Color) -> Page {
    let mut text = Page::new();
    text.line(place_line(&shown.service, &shown.caller, color));
    let to = shown.to.version_or_revision();
    let model = shown.to.model.as_deref();
    let model = model.map_or_else(String::new, |model| format!("{model} "));
    let from = shown.from.as_ref();
    let from = from.map_or_else(String::new, |from| {
        format!("{} → ", from.version_or_revision())
    });
    let mut notes = shown.notes.iter();
    let does = notes.next().map_or("", String::as_str);
    text.line(format!("  {model}{from}{to}: {does}"));
    for note in notes {
        text.line(format!("  {note}"));
    }
    text.extend(change_lines(&shown.changes, color));
    text
}

#[cfg(test)]
mod tests {
    use snapbox::{assert_data_eq, str};

    use super::super::tests::take_back;
    use super::*;

    #[test]
    fn it_reads_as_what_is_done_and_no_plan_of_a_deployment() {
        assert_data_eq!(
            take_back_text(&take_back("fraud-scorer"), &Color::default()).to_string(),
            str![[r#"
fraud-scorer in cluster ml-prod, account 111122223333, eu-west-1
  fraud-scorer 8 → 7: stops the running deployment fraud-scorer of fraud-scorer:8, and ECS takes it back: no new deployment
  all production traffic goes to fraud-scorer:7 in fraud-scorer in one step: 10 % of it goes to fraud-scorer:8 now
  going back takes seconds: what served before still runs
  ~ health.graceSeconds  0 → 60  (healthCheckGracePeriodSeconds)

"#]]
        );
    }
}
