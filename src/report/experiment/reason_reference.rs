//! What each reason means in general, and what to do next, for the reference page. For one readout see
//! `reasons`.

use mlship_stats::{OpenReason, Reason};

/// Returns what a reason for no verdict means, and what to do next.
#[must_use]
pub fn reason_meaning(reason: Reason) -> (&'static str, &'static str) {
    match reason {
        Reason::MeasuresUnknown => (
            "`--service` names no manifest, and only that says what is measured and decides.",
            "Run `status` with the manifest.",
        ),
        Reason::MoreTrialsThanRequests => (
            "The primary metric has more trials than there were requests: it is put several times \
             for a client, or counts something else. No other number holds.",
            "Put one trial a client, when it is first seen; then start a new phase.",
        ),
        Reason::RequestsMissing => (
            "CloudWatch has trials and no `RequestCount` of the target group. Missing data are no \
             zero requests, so nobody knows whether trials are what they are said to be.",
            "Look in CloudWatch whether the load balancer's metrics arrive; then run `status` again.",
        ),
        Reason::UnitIsRequest => (
            "A cookie or a header assigns clients, and the primary metric counts their requests, \
             which are not independent.",
            "Count clients (`unit: client`), or assign each request by itself (`stickiness: 0`).",
        ),
        Reason::RowsMissing => (
            "The primary metric has `rows: true`, and there were no rows.",
            "Give them: `--rows FILE.csv`, or `--rows -`.",
        ),
        Reason::RowsUnfit => (
            "More than 0.1 % of the rows should not be there: further rows of a client, clients \
             with two variants, unknown variants, impossible times.",
            "Find out where they come from. Where assignment is at fault, no query mends it.",
        ),
        Reason::NeedsRows => (
            "A value of a mean is below 0, and sums don't tell how far such values are from what \
             the method takes.",
            "Give rows of clients (`rows: true`), or measure what is never negative.",
        ),
        Reason::TooFewLargeValues => (
            "The sum of a variant comes from a few large values: it has fewer effective events than \
             `minimumEventsPerArm`. Of a proportion that a covariate adjusts, these are its successes.",
            "Wait. Where it takes too long: weights nearer to 50:50, a cap on the values, or a \
             proportion.",
        ),
        Reason::NothingKnown => (
            "There are no counts of both variants, none that can be (more successes than trials), or \
             no value differs from another.",
            "Read the notes below the readout: they name what was asked for. Mend names and \
             dimensions.",
        ),
        Reason::NoLookYet => (
            "Of a group-sequential design no look was taken yet, and in between nothing is decided.",
            "Wait until the next look is due; `status` then takes it.",
        ),
        Reason::TooFewEvents => (
            "A variant has fewer successes than `minimumEventsPerArm`; below that, intervals don't \
             hold.",
            "Wait, or give the smaller variant more weight. A smaller minimum costs trust.",
        ),
        Reason::Contradiction => (
            "What looks ruled out together leaves nothing: what is measured changed on the way, or \
             the effect itself did.",
            "Find out what changed. Start a new phase, which counts anew.",
        ),
        Reason::GuardrailsInconclusive => (
            "The challenger is better, and not all its guardrails pass yet.",
            "Wait for those that are open; the second table says for what.",
        ),
        Reason::IntervalTooWide => (
            "Both a difference that matters and none are possible.",
            "Wait until the sample is complete. If it is, this effect is too small for this sample: \
             see the power of the readout, and `mlship experiment plan`.",
        ),
    }
}

/// Returns what a reason for an open guardrail means, and what to do next.
#[must_use]
pub fn open_reason_meaning(reason: OpenReason) -> (&'static str, &'static str) {
    match reason {
        OpenReason::NothingKnown => (
            "There are no counts of both variants, or none that can be.",
            "Read the notes below the readout. A guardrail in rows needs `--rows`.",
        ),
        OpenReason::NeedsRows => (
            "A value of a mean is below 0.",
            "Give rows of clients (`rows: true`).",
        ),
        OpenReason::TooFewLargeValues => (
            "Of a mean, or of what a covariate adjusts, a variant has fewer effective events than \
             `minimumEventsPerArm`.",
            "Wait, or take a proportion.",
        ),
        OpenReason::TooFewTrials => (
            "With the harm at the margin fewer than twenty trials of a variant would go wrong: \
             trials × (the control's rate + margin).",
            "Wait, or accept a wider `margin`.",
        ),
        OpenReason::TooFewStretches => (
            "It looks like a breach, and may be a few clients' requests: there are fewer than twelve \
             hours of traffic to tell.",
            "Wait for twelve hours with requests. Look at the errors meanwhile: an outage is a \
             breach at once.",
        ),
        OpenReason::FewClients => (
            "It is worse over time, and the guardrail says `breach: at-once`: one of a few clients \
             may be why.",
            "Look which clients' requests fail. If it is all of them, `experiment stop`; what is far \
             worse is a breach at once.",
        ),
        OpenReason::IntervalTooWide => (
            "The harm may be below the margin as well as above it.",
            "Wait, or accept a wider `margin`.",
        ),
    }
}
