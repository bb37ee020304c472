//! How the traffic was shared, for people.

use super::number;
use crate::report::columns::{padded, widest};
use mlship_core::experiment::{Reading, VariantReading};
use mlship_text::Page;

/// Returns what each variant got.
pub(super) fn variants(reading: &Reading) -> Page {
    let longest = widest(reading.variants.iter().map(|variant| &variant.name));
    let of = |of: fn(&VariantReading) -> Option<u64>, noun| {
        column(reading.variants.iter().map(of), noun)
    };
    let requests = of(|variant| Some(variant.requests), "request");
    let trials = of(|variant| variant.count, "trial");
    let mut text = Page::new();
    for ((variant, requests), trials) in reading.variants.iter().zip(requests).zip(trials) {
        let line = format!(
            "  {}  weight {:>3}{requests}{trials}{}",
            padded(&variant.name, longest),
            variant.weight,
            if variant.is_control {
                "  (control)"
            } else {
                ""
            }
        );
        text.line(line.trim_end());
    }
    text
}

/// Returns counts below each other, with a noun that fits each; nothing where there is none.
fn column(counts: impl Iterator<Item = Option<u64>>, noun: &str) -> Vec<String> {
    let counts: Vec<Option<u64>> = counts.collect();
    let texts = counts.iter().map(|count| {
        let count = (*count)?;
        Some((number::count(count), number::counted(count, noun)))
    });
    let texts: Vec<Option<(String, String)>> = texts.collect();
    let most = widest(texts.iter().flatten().map(|(digits, _)| digits));
    let aligned = texts.iter().map(|text| {
        let (digits, counted) = text.as_ref()?;
        Some(format!("{}{counted}", " ".repeat(most - widest([digits]))))
    });
    let aligned: Vec<Option<String>> = aligned.collect();
    let longest = widest(aligned.iter().flatten());
    let text = |text: Option<String>| {
        text.map_or_else(String::new, |text| format!("  {}", padded(&text, longest)))
    };
    aligned.into_iter().map(text).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_has_its_counts_below_each_other_and_a_noun_that_fits_each() {
        let counts = [Some(1), Some(12_000), None];
        assert_eq!(
            column(counts.into_iter(), "trial"),
            ["       1 trial ", "  12 000 trials", ""]
        );
        assert_eq!(column([Some(1); 2].into_iter(), "trial"), ["  1 trial"; 2]);
    }
}
