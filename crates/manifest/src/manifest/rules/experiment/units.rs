//! The unit of analysis must be the unit of randomisation.

use super::super::super::schema::{Experiment, Unit};
use super::super::findings::Findings;
use crate::manifest::Code;

pub(super) fn check(experiment: &Experiment, findings: &mut Findings<'_>) {
    let Some(measure) = experiment.measure(&experiment.primary.metric) else {
        return;
    };
    if !experiment.counts_what_is_assigned() {
        let (by, otherwise) = match experiment.assignment {
            Some(_) => ("assignment", ""),
            None => ("stickiness", ", or write `stickiness: 0`"),
        };
        findings.warn(
            "primary.metric",
            Code::REQUESTS_OF_CLIENTS,
            format!(
                "no verdict will come: with `{by}` clients are assigned, and the requests of one \
                 client are not independent trials"
            ),
            format!("choose a primary metric that counts clients{otherwise}"),
        );
    }
    let is_fleeting = !experiment.assigns_clients();
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
