//! The unit of analysis must be the unit of randomisation.

use super::super::super::schema::{Experiment, Unit};
use super::super::findings::Findings;
use crate::manifest::Code;

pub(super) fn check(experiment: &Experiment, findings: &mut Findings<'_>) {
    let Some(measure) = experiment.measure(&experiment.primary.metric) else {
        return;
    };
    if !experiment.counts_what_is_assigned() {
        findings.warn(
            "primary.metric",
            Code::REQUESTS_OF_CLIENTS,
            "no verdict will come: with `stickiness` clients are assigned, and the requests of \
             one client are not independent trials",
            "choose a primary metric that counts clients, or write `stickiness: 0`",
        );
    }
    let is_fleeting = experiment.cookie_life().is_zero() && experiment.assignment.is_none();
    if measure.unit() == Unit::Client && is_fleeting && !findings.is_broken("stickiness") {
        findings.warn(
            "primary.metric",
            Code::CLIENTS_BETWEEN_VARIANTS,
            "clients are counted, and without `stickiness` each of their requests is assigned \
             anew: what a client does comes from several variants",
            "add `stickiness: 7d`, or count requests with `unit: request`",
        );
    }
}
