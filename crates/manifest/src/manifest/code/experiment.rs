//! Codes of an experiment's manifest and of its variants' releases.

super::codes! { "Manifests of experiments":
    BAD_LISTENER_RULE "bad-listener-rule"
        "`listenerRule` is not the ARN of a rule of an application load balancer."
        "Write the ARN; `aws elbv2 describe-rules` prints it.";
    BAD_TIME "bad-time"
        "This is no time."
        "Write a number with its unit: `ms`, `s`, `m`, `h` or `d`.";
    BAD_STICKINESS "bad-stickiness"
        "A load balancer's cookie lives 1 second to 7 days, in whole seconds."
        "Write such a time, or `0` for no cookie.";
    ASSIGNMENT_AND_STICKINESS "assignment-and-stickiness"
        "Both `assignment` and `stickiness` say how clients are assigned."
        "Remove one of them.";
    BAD_HEADER "bad-header"
        "No rule can have a condition on this header."
        "Choose a header of your own, such as `x-mlship-variant`.";
    RAMP_AND_ASSIGNMENT "ramp-and-assignment"
        "`ramp` raises weights, and with `assignment` the callers decide."
        "Remove `ramp`, and let the callers begin with few.";
    RAMP_AND_STICKINESS "ramp-and-stickiness"
        "Clients that came before a step stay with their variant, so that only new ones are shared by the new weights."
        "Count clients when they are seen first, or leave `ramp` out.";
    RAMP_WITHOUT_OUTCOME_TIME "ramp-without-outcome-time"
        "A client stays with its variant over the steps of `ramp`, and nobody says how late an outcome may come: outcomes of one step would be counted in the next, where the shares are others, and find differences that are not there."
        "Write `outcomeWithin`, `0` where outcomes come at once, or leave `ramp` out.";
    OUTCOME_TIME_MISSING "outcome-time-missing"
        "A metric is stamped with the time of exposure, and nobody says how long its outcomes may take."
        "Write `outcomeWithin`, such as `2d`.";
    OUTCOME_TOO_LATE "outcome-too-late"
        "CloudWatch refuses points that are stamped more than two weeks back."
        "Write at most 14 days, or put outcomes when they happen, without `stamped`.";
    RAMP_ORDER "ramp-order"
        "The steps of `ramp` do not go up."
        "Write ascending percentages, such as `[5, 25, 50]`.";
    RAMP_BEYOND_WEIGHTS "ramp-beyond-weights"
        "The ramp ends above the share that the weights give the challengers."
        "End the ramp below that share, or raise their weights.";
    VARIANT_TWICE "variant-twice"
        "Two variants have one name, or names that differ in capitals alone."
        "Give each a name of its own.";
    CONTROL_MISSING "control-missing"
        "No variant is the control."
        "Add `control: true` to the one that the others are compared with.";
    CONTROL_TWICE "control-twice"
        "More than one variant is the control."
        "Keep one.";
    ZERO_WEIGHT "zero-weight"
        "A variant gets no traffic, so that nothing can be said of it."
        "Give it a share, or leave it out.";
    UNKNOWN_METRIC "unknown-metric"
        "There is no metric of this name."
        "Correct it, or define it under `metrics`.";
    BUILT_IN_METRIC "built-in-metric"
        "A metric of your own has the name of one that the load balancer has."
        "Give it another name.";
    UNUSED_METRIC "unused-metric"
        "A metric is defined, and is neither the primary one nor a guardrail."
        "Use it, or remove it.";
    MIXED_METRIC "mixed-metric"
        "A metric has sums of a proportion and of a mean, or of rows and of CloudWatch."
        "Keep `successes` and `trials`, or `sum`, `sumSquares` and `count`, or `rows`.";
    INCOMPLETE_METRIC "incomplete-metric"
        "A metric lacks one of the sums or columns that it is made of, or its namespace."
        "A proportion needs `successes` and `trials`, a mean `sum`, `sumSquares` and `count`, a ratio in rows `numerator` and `denominator`.";
    TAKEN_COLUMN "taken-column"
        "A metric of rows is in a column that has another meaning there."
        "Give the metric or its column another name than `client`, `variant`, `first_seen`, `before_…` and `segment_…`.";
    BAD_NAMESPACE "bad-namespace"
        "No application can put metrics into this CloudWatch namespace."
        "Write your own; those that begin with `AWS/` are AWS's.";
    WRONG_METRIC_TYPE "wrong-metric-type"
        "`type` says something else than the metric is."
        "Write the type that the message names.";
    WRONG_DIRECTION "wrong-direction"
        "More errors or slow requests are never better."
        "Write `direction: down`.";
    THRESHOLD_MISSING "threshold-missing"
        "`slow_requests` needs the response time from which a request is slow."
        "Add it, such as `threshold: 300ms`.";
    THRESHOLD_UNUSED "threshold-unused"
        "Only `slow_requests` has a threshold."
        "Remove it.";
    ANSWERS_UNUSED "answers-unused"
        "Only `error_rate` counts answers."
        "Remove it.";
    BREACH_UNUSED "breach-unused"
        "`breach` is about requests of clients that stay with their variant, and this guardrail counts others."
        "Remove it.";
    EFFECT_TOO_LARGE "effect-too-large"
        "Proportions can't differ by 1 or more."
        "Write a fraction: 0.005 is half a percentage point.";
    GUARDRAIL_TWICE "guardrail-twice"
        "Two guardrails are on one metric, so that nobody could tell which margin counts."
        "Keep one of them.";
    PLANNED_SAMPLE_TOO_SMALL "planned-sample-too-small"
        "The planned trials can't give each variant the successes that it needs."
        "Raise `plannedSample`, or lower `minimumEventsPerArm`.";
    BASELINE_OF_MEAN "baseline-of-mean"
        "`primary.baseline` is a proportion, and the primary metric is a mean."
        "Remove it.";
    EFFECT_BEYOND_PROPORTIONS "effect-beyond-proportions"
        "From this baseline no proportion is better by so much."
        "Lower `minimumEffect`. It is absolute: 0.005 is half a percentage point.";
    LOOKS_UNUSED "looks-unused"
        "Looks are counted, and the design is looked at as often as anybody likes."
        "Add `design: group-sequential`, or remove `looks`.";
    LOOKS_OF_ROWS "looks-of-rows"
        "A group-sequential design freezes the counts of each look with the rule, and rows are in a file that may be another at every readout."
        "Remove `design`: the sequence of looks reads rows as often as anybody likes.";
    LOW_POWER "low-power"
        "With so few trials a difference that matters would probably not be found."
        "Plan the sample that the message names, or accept a larger `minimumEffect`.";
    REQUESTS_OF_CLIENTS "requests-of-clients"
        "Clients are assigned, and requests are counted, which are not independent: no verdict will come."
        "Choose a primary metric that counts clients, or write `stickiness: 0` where a cookie assigns them.";
    CLIENTS_BETWEEN_VARIANTS "clients-between-variants"
        "Clients are counted, and each of their requests may go to another variant."
        "Add `stickiness: 7d`, or count requests with `unit: request`.";
    BAD_RECORD "bad-record"
        "`record` leads to no ledger, or holds what nobody should read."
        "Write `s3://BUCKET/PREFIX/`, the address of an MLflow server, or the ARN of one in SageMaker.";
    RELEASE_NOT_FOUND "release-not-found"
        "The file of a variant's release is not there."
        "Correct the path. It is relative to the file of the experiment.";
    VARIANT_IS_NO_RELEASE "variant-is-no-release"
        "A variant names the manifest of an experiment."
        "Name the manifest of a release, with `kind: ModelRelease`.";
    VARIANT_SERVICE_TWICE "variant-service-twice"
        "Two variants are one service. They must run side by side."
        "Give each release a service of its own.";
    VARIANT_WITHOUT_TARGET_GROUP "variant-without-target-group"
        "A variant's release has no target group for the rule to send traffic to."
        "Add `traffic.targetGroup` to the release.";
    TARGET_GROUP_TWICE "target-group-twice"
        "Two variants have one target group, by which the rule tells them apart."
        "Give each release a target group of its own.";
    TARGET_GROUP_ELSEWHERE "target-group-elsewhere"
        "A target group is in another region or account than the rule."
        "Use a target group of the rule's region and account.";
}
