//! How the traffic was shared, for people.

use super::number;
use mlship_core::experiment::{Reading, VariantReading};
use mlship_text::Page;
use mlship_text::columns::{padded, widest};

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
    let requests = reading.variants.iter().map(|variant| variant.requests);
    let requests = requests.fold(0, u64::saturating_add);
    let sample = reading.sample.as_ref();
    let trials = sample.map_or(requests, |sample| sample.seen);
    match reading.split {
        _ if trials == 0 => "split: nothing to test".to_owned(),
        None if reading.sample.is_none() => "split: not tested".to_owned(),
        None => "split: nothing to test".to_owned(),
        Some(p) if reading.is_broken() => format!("split: not as weighted, {}", number::p(p)),
        Some(p) => format!("split: as weighted, {}", number::p(p)),
    }
}
