//! Diagnostic codes of experiments that conflict with the live rule or services.

super::codes! { "Experiments that run":
    NO_LISTENER_RULE "no-listener-rule"
        "The rule of the experiment is not there."
        "Check its ARN, the account and the region.";
    DEFAULT_LISTENER_RULE "default-listener-rule"
        "This is a listener's default rule, which takes no conditions and no tags of its own."
        "Make a rule for the experiment's requests, such as one for the path `/*`.";
    ANOTHER_EXPERIMENT "another-experiment"
        "The rule or a variant's service is in another experiment."
        "Stop that one first, or take another rule or service.";
    EXPERIMENT_IS_STOPPING "experiment-is-stopping"
        "A stop of this experiment began and did not end."
        "Run the same `mlship experiment stop` again.";
    OTHERS_SERVE "others-serve"
        "The rule sends traffic to a target group that no variant has."
        "Make what serves there the control, or take the traffic away with `--force`.";
    TOO_MANY_TAGS_ON_RULE "too-many-tags-on-rule"
        "The rule has so many tags of others that those of an experiment find no room: a rule takes 50."
        "Take some away, or take another rule.";
    TOO_MANY_GROUPS "too-many-groups"
        "A rule can't forward to so many target groups."
        "Take the traffic away from another target group first.";
    NO_FORWARD "no-forward"
        "The rule redirects or authenticates, and forwards to no target group."
        "Let it forward to the control's target group first, or take another rule.";
    NO_TARGET_GROUP "no-target-group"
        "A variant's target group is not there."
        "Correct `traffic.targetGroup` of its release.";
    OTHER_LOAD_BALANCER "other-load-balancer"
        "A variant's target group is with another load balancer than the rule."
        "Give the variant a target group of its own.";
    RULE_OWNED_BY_ECS "rule-owned-by-ecs"
        "ECS moves a service's traffic by this rule, and would undo what mlship writes."
        "Take a rule that no service's `rollout.strategy` owns.";
    CHANGED_BY_HAND "changed-by-hand"
        "The rule no longer shares its traffic as the experiment left it."
        "Find out who moved it and why. `mlship experiment stop` ends the experiment; `--force` shares the traffic again.";
    UNTESTED_RELEASE "untested-release"
        "A variant serves already and would get its new release with all the traffic before the test begins."
        "Make what serves the control, deploy it by itself, or insist with `--force`.";
    CONTROL_DROPPED "control-dropped"
        "The control can't be dropped: the others are compared with it."
        "End the experiment with `mlship experiment stop`.";
    LAST_CHALLENGER "last-challenger"
        "The last challenger can't be dropped: nothing would be left to compare."
        "End the experiment with `mlship experiment stop --no-winner`.";
    OTHER_RELEASE "other-release"
        "The manifest of the winner has another release than the one that was compared."
        "Put that release back; a new one takes a new experiment.";
    TESTED_IMAGE_UNKNOWN "tested-image-unknown"
        "The winner's image is named by a tag, and nobody knows which one image that was while it was compared."
        "Write the image by its digest. What ran as several images takes a new experiment.";
    NO_FREE_PRIORITY "no-free-priority"
        "The rules for the header must stand before the experiment's rule, and no priority is free there."
        "Give the experiment's rule a higher number.";
    NO_NEXT_STEP "no-next-step"
        "`--next` asks for a step of the ramp that is not there."
        "Leave `--next` out.";
    PROMOTION_UNDER_WAY "promotion-under-way"
        "The release of an experiment's winner is being deployed to the control's service, and a stop would give that all traffic."
        "Let `mlship experiment run` end it, or call the deployment off with `mlship abort` first.";
    NOT_UNDER_WAY "not-under-way"
        "No experiment of this name is under way."
        "`mlship experiment start` starts it; `mlship experiment list` lists those there are.";
    IN_NO_EXPERIMENT "in-no-experiment"
        "The service that was named is no variant of an experiment."
        "`mlship experiment list` lists the experiments there are.";
    VARIANTS_NOT_RECORDED "variants-not-recorded"
        "An earlier mlship started the experiment, and did not put its variants down with the rule."
        "Use the experiment's manifest instead of `--service`.";
    STOPPED_ALREADY "stopped-already"
        "The experiment was stopped with another winner."
        "Start it again, or give the traffic to another variant with `--force`.";
    CHANGED_SINCE "changed-since"
        "The experiment was stopped, and somebody changed the rule since."
        "Find out who, or give the traffic to the variant with `--force`.";
    LOSER_SERVES "loser-serves"
        "A loser that should be scaled down still gets requests."
        "Take its traffic away first, or keep it.";
    NO_VARIANT "no-variant"
        "No variant has this name."
        "Use one of the names in the message.";
    UNFIT_WINNER "unfit-winner"
        "The winner would get all the traffic and can't take it, such as for want of a healthy target."
        "Name another variant, or insist with `--force`.";
    CLIENTS_REMAIN "clients-remain"
        "Clients may still be with the losers, by their cookie."
        "Clean up after the time in the message, or send them to the winner at once with `stop --winner NAME --now`.";
    NOT_STOPPED "not-stopped"
        "The experiment has not been stopped, so that nothing has lost."
        "Stop it with `--winner NAME` or `--no-winner`.";
}
