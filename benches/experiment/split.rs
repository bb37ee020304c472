//! The split: how soon one that is not as weighted is seen, and how often one that is, is not.

use fastrand::Rng;
use mlship_stats::split::{BROKEN_BELOW, Share, sequential};

use crate::draws::{poisson, real};
use crate::runs::{all, median, rate};

const LOOKS: u64 = 2_000;

/// Prints false alarms over 2,000 looks, for several weights and trials a look.
pub(crate) fn print(runs: u64) {
    println!("| weights | trials a look | false alarms (%) |");
    println!("| --- | --- | --- |");
    for weights in [
        &[50, 50][..],
        &[70, 30],
        &[95, 5],
        &[99, 1],
        &[40, 35, 25],
        &[90, 5, 3, 2],
        &[30, 25, 20, 15, 10],
    ] {
        for trials in [1.0, 40.0] {
            let name = format!("split {weights:?} {trials}");
            let broken = all(&name, runs, |rng| seen(weights, weights, trials, rng));
            let wrong = rate(&broken, Option::is_some);
            println!("| {weights:?} | {trials} | {wrong} |");
        }
    }
    println!("\n| weights | what comes | trials until it is seen (median) | not seen |");
    println!("| --- | --- | --- | --- |");
    for (weights, real_weights) in [
        ([50, 50], [100, 0]),
        ([95, 5], [100, 0]),
        ([99, 1], [100, 0]),
        ([50, 50], [60, 40]),
        ([80, 20], [85, 15]),
    ] {
        let name = format!("broken {weights:?} {real_weights:?}");
        let found = all(&name, runs, |rng| seen(&weights, &real_weights, 2.0, rng));
        let missed = rate(&found, Option::is_none);
        let trials = median(found.into_iter().flatten().map(real).collect());
        let trials = trials.map_or_else(|| "–".to_owned(), |trials| trials.to_string());
        println!("| {weights:?} | {real_weights:?} | {trials} | {missed} |");
    }
}

/// Returns after how many trials the split is called broken, if it is.
fn seen(weights: &[u32], truth: &[u32], trials: f64, rng: &mut Rng) -> Option<u64> {
    let total: u32 = truth.iter().sum();
    let mut shares: Vec<Share> = weights
        .iter()
        .map(|weight| Share {
            trials: 0,
            weight: *weight,
        })
        .collect();
    (0..LOOKS).find_map(|_| {
        for (share, weight) in shares.iter_mut().zip(truth) {
            let part = f64::from(*weight) / f64::from(total);
            share.trials += poisson(trials * part, rng);
        }
        let is_broken = sequential(&shares).is_some_and(|p| p < BROKEN_BELOW);
        is_broken.then(|| shares.iter().map(|share| share.trials).sum())
    })
}
