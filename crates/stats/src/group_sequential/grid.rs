//! The points and weights by which a density between two boundaries is integrated.

/// Points on each side of the middle, in sixths of the whole: enough for six digits.
const USUAL: u32 = 16;
/// What looks that are close together are given at most.
const FINEST: u32 = 400;

/// A point, and what it stands for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    pub(super) z: f64,
    pub(super) weight: f64,
}

/// Returns Simpson's rule between two boundaries, on the points of Jennison and Turnbull (Group
/// Sequential Methods (2000), 19.2.1): even ones up to three standard deviations from the middle,
/// and from there to the ends ever fewer.
///
/// `width` is that of the kernel which follows, in standard deviations: a narrow one needs points
/// that are closer together.
pub(super) fn between(boundary: f64, middle: f64, width: f64) -> Vec<Node> {
    let points = limited(&points(density(width), middle), boundary);
    let mut nodes = Vec::with_capacity(2 * points.len());
    let mut carried = 0.0;
    for pair in points.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let part = (to - from) / 6.0;
        nodes.push(Node {
            z: from,
            weight: carried + part,
        });
        nodes.push(Node {
            z: f64::midpoint(from, to),
            weight: 4.0 * part,
        });
        carried = part;
    }
    nodes.extend(points.last().map(|last| Node {
        z: *last,
        weight: carried,
    }));
    nodes
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between two small numbers"
)]
fn density(width: f64) -> u32 {
    // Points are ¾ of this part apart, with those in between: half a width at most.
    let needed = (1.5 / width).ceil();
    needed.clamp(f64::from(USUAL), f64::from(FINEST)) as u32
}

fn points(density: u32, middle: f64) -> Vec<f64> {
    let part = f64::from(density);
    let point = |at: u32| {
        let place = f64::from(at);
        if at < density {
            -3.0 - 4.0 * (part / place).ln()
        } else if at <= 5 * density {
            -3.0 + 1.5 * (place - part) / part
        } else {
            3.0 + 4.0 * (part / (6.0 * part - place)).ln()
        }
    };
    (1..6 * density).map(|at| middle + point(at)).collect()
}

/// Keeps what is between the boundaries, which become its ends.
fn limited(points: &[f64], boundary: f64) -> Vec<f64> {
    let (least, greatest) = match (points.first(), points.last()) {
        (Some(first), Some(last)) => (first.max(-boundary), last.min(boundary)),
        _ => return Vec::new(),
    };
    if least >= greatest {
        // All that is left between them has no weight.
        return Vec::new();
    }
    let inside = points.iter().copied();
    let inside = inside.filter(|point| *point > least && *point < greatest);
    [least]
        .into_iter()
        .chain(inside)
        .chain([greatest])
        .collect()
}

/// Sums a function over the nodes.
pub(super) fn sum(nodes: &[Node], of: impl Fn(f64) -> f64) -> f64 {
    nodes.iter().map(|node| node.weight * of(node.z)).sum()
}

/// The density of a standard normal value.
pub(super) fn normal_density(z: f64) -> f64 {
    (-0.5 * z * z).exp() / std::f64::consts::TAU.sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::count::real;
    use crate::quantile::normal_cdf;

    #[test]
    fn a_density_between_boundaries_is_what_its_tails_leave() {
        for (boundary, middle, width) in [
            (4.9, 0.0, 1.0),
            (2.0, 0.0, 1.0),
            (2.0, 2.5, 1.0),
            (2.0, -1.5, 0.02),
            (0.3, 0.0, 1.0),
            (38.0, 0.0, 1.0),
        ] {
            let nodes = between(boundary, middle, width);
            let found = sum(&nodes, |z| normal_density(z - middle));
            let expected = normal_cdf(boundary - middle) - normal_cdf(-boundary - middle);
            assert!((found - expected).abs() < 1e-6, "{boundary}: {found}");
        }
    }

    #[test]
    fn narrow_kernels_get_close_points_and_not_too_many() {
        assert!(between(3.0, 0.0, 0.01).len() > between(3.0, 0.0, 1.0).len());
        assert!(real(between(9.0, 0.0, 1e-9).len() as u64) <= 12.0 * f64::from(FINEST));
    }

    #[test]
    fn without_room_there_is_nothing() {
        assert!(between(0.0, 0.0, 1.0).is_empty());
        assert!(between(2.0, 90.0, 1.0).is_empty());
    }
}
