//! How the traffic was shared, for people.

use super::number;
use crate::report::columns::{padded, widest};
use mlship_core::experiment::{Reading, VariantReading};
use mlship_text::Page;

/// Returns what each variant got.
pub(super) fn variants(reading: &Reading) -> Page {
    let longest = widest(reading.variants.iter().map(|variant| &variant.name));
    let most = |of: fn(&VariantReading) -> u64| {
        let texts = reading
            .variants
            .iter()
            .map(|variant| number::count(of(variant)).len());
        texts.max().unwrap_or(0)
    };
    let (requests, counts) = (
        most(|variant| variant.requests),
        most(|variant| variant.count.unwrap_or(0)),
    );
    let mut text = Page::new();
    for variant in &reading.variants {
        let trials = variant.count.map(|count| {
            let count = number::count(count);
            format!("  {count:>counts$} trials")
        });
        text.line(format!(
            "  {}  weight {:>3}  {:>requests$} requests{}{}",
            padded(&variant.name, longest),
            variant.weight,
            number::count(variant.requests),
            trials.unwrap_or_default(),
            if variant.is_control {
                "  (control)"
            } else {
                ""
            }
        ));
    }
    text
}

/// Returns whether that is as the weights say.
pub(super) fn split(reading: &Reading) -> String {
    let sentence = sentence(reading);
    match reading.split {
        Some(p) if has_trials(reading) => format!("split: {sentence}, {}", number::p(p)),
        Some(_) | None => format!("split: {sentence}"),
    }
}

fn has_trials(reading: &Reading) -> bool {
    let requests = reading.variants.iter().map(|variant| variant.requests);
    let requests = requests.fold(0, u64::saturating_add);
    let sample = reading.sample.as_ref();
    sample.map_or(requests, |sample| sample.seen) > 0
}

/// Says whether the traffic was shared as the weights say, without a number.
pub(super) fn sentence(reading: &Reading) -> &'static str {
    match reading.split {
        _ if !has_trials(reading) => "nothing to test",
        None if reading.sample.is_none() => "not tested",
        None => "nothing to test",
        Some(_) if reading.is_broken() => "not as weighted",
        Some(_) => "as weighted",
    }
}
