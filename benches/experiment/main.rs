//! Simulates experiments without any effect, and with one, and prints how often the product's
//! verdicts are wrong: `split`, `means`, `fresh-means`, `few-events` or `requests`, and how many
//! runs a row. See the README beside it.
#![expect(clippy::print_stdout, reason = "its tables are what it is for")]

mod before;
mod draws;
mod guardrails;
mod means;
mod product;
mod runs;
mod split;

use guardrails::Thin;
use means::{Cell, Tail};
use mlship_stats::Direction;

/// Enough for a look; the tables of the README have 2,000.
const RUNS: u64 = 200;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let runs = arguments.get(1).and_then(|runs| runs.parse().ok());
    let runs = runs.unwrap_or(RUNS);
    let wanted = arguments.first().map(String::as_str);
    let is_wanted = |name: &str| wanted.is_none_or(|wanted| wanted == name);
    if is_wanted("split") {
        split::print(runs);
    }
    if is_wanted("means") {
        means(runs);
    }
    if is_wanted("fresh-means") {
        fresh_means(runs);
    }
    if is_wanted("few-events") {
        few_events(runs);
    }
    if is_wanted("requests") {
        guardrails::head();
        for clients in guardrails::scenarios() {
            clients.print(runs);
        }
    }
}

fn means(runs: u64) {
    means::head();
    let tails = [
        Tail::LogNormal(1.0),
        Tail::LogNormal(2.0),
        Tail::Pareto(2.1),
    ];
    for weights in [[50, 50], [90, 10], [95, 5], [99, 1]] {
        for buyers in [0.02, 0.005] {
            for tail in tails {
                let cell = |lift| Cell {
                    weights,
                    buyers,
                    tail,
                    lift,
                };
                cell(1.0).print(runs);
                if weights == [50, 50] {
                    cell(1.4).print(runs);
                }
            }
        }
    }
}

fn fresh_means(runs: u64) {
    means::head();
    let tails = [
        Tail::LogNormal(1.5),
        Tail::LogNormal(2.4),
        Tail::Pareto(2.4),
        Tail::Pareto(1.8),
    ];
    for weights in [[60, 40], [75, 25], [80, 20], [85, 15], [97, 3], [5, 95]] {
        for buyers in [0.08, 0.012] {
            for tail in tails {
                let cell = Cell {
                    weights,
                    buyers,
                    tail,
                    lift: 1.0,
                };
                cell.print(runs);
            }
        }
    }
}

fn few_events(runs: u64) {
    guardrails::thin_head();
    let kinds = [
        (0.0005, 0.002),
        (0.002, 0.002),
        (0.001, 0.0005),
        (0.02, 0.01),
        (0.3, 0.05),
    ];
    for direction in [Direction::Down, Direction::Up] {
        for (base, margin) in kinds {
            for weights in [[50, 50], [85, 15], [98, 2], [10, 90]] {
                let thin = Thin {
                    base,
                    margin,
                    weights,
                    direction,
                };
                thin.print(runs);
            }
        }
    }
}
