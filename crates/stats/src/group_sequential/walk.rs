//! The walk of a test from look to look, as long as it is between the boundaries.

use super::grid::{Node, between, normal_density, sum};
use crate::quantile::normal_cdf;

/// Looks that are closer than this part of what came before are taken to be so far apart: they
/// are one look to six digits.
const CLOSEST: f64 = 1e-5;

/// Where a test may be that no look has ended: the density of its z at the last look, by the
/// recursion of Armitage, `McPherson` and Rowe (Journal of the Royal Statistical Society A 132
/// (1969), 235–244). Between two looks the sum of what came in has a normal increment.
#[derive(Debug, Clone)]
pub(super) struct Walk {
    /// The mean of z at full information.
    drift: f64,
    /// The information at the last look; 0 before the first.
    information: f64,
    /// Points between the boundaries, weighted by their part of the probability.
    nodes: Vec<Node>,
}

/// From a look to the next.
struct Step {
    /// The standard deviation of what comes in.
    spread: f64,
    /// Its mean.
    mean: f64,
    /// The square roots of the information before and after.
    before: f64,
    after: f64,
}

impl Walk {
    /// Begins a walk whose z at full information has this mean.
    pub(super) fn new(drift: f64) -> Self {
        Self {
            drift,
            information: 0.0,
            nodes: vec![Node {
                z: 0.0,
                weight: 1.0,
            }],
        }
    }

    fn step(&self, information: f64) -> Step {
        let more = (information - self.information).max(CLOSEST * self.information);
        Step {
            spread: more.sqrt(),
            mean: self.drift * more,
            before: self.information.sqrt(),
            after: information.sqrt(),
        }
    }

    /// Returns the chance that the next look is the first with a z above the boundary.
    pub(super) fn above(&self, information: f64, boundary: f64) -> f64 {
        let step = self.step(information);
        sum(&self.nodes, |z| normal_cdf(-step.standard(z, boundary)))
    }

    /// Returns the chance that the next look is the first with a z below minus the boundary.
    pub(super) fn below(&self, information: f64, boundary: f64) -> f64 {
        let step = self.step(information);
        sum(&self.nodes, |z| normal_cdf(step.standard(z, -boundary)))
    }

    /// Goes on from the next look, where it ends nothing: its z is between the boundaries.
    /// `following` is the information at the look after it, if there is one.
    pub(super) fn go_on(&mut self, information: f64, boundary: f64, following: Option<f64>) {
        let step = self.step(information);
        let middle = self.drift * step.after;
        let more = following.map_or(information, |following| following - information);
        let width = more.max(CLOSEST * information).sqrt() / step.after;
        let scale = step.after / step.spread;
        let mut nodes = between(boundary, middle, width);
        for node in &mut nodes {
            let density = sum(&self.nodes, |z| normal_density(step.standard(z, node.z)));
            node.weight *= scale * density;
        }
        self.information = information;
        self.nodes = nodes;
    }
}

impl Step {
    /// Returns how far what comes in must be from its mean, in standard deviations, to lead from
    /// one z to another.
    fn standard(&self, from: f64, to: f64) -> f64 {
        (to * self.after - from * self.before - self.mean) / self.spread
    }
}
