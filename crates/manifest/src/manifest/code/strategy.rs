//! Diagnostic codes of strategies that move traffic step by step.

super::codes! { "Strategies that move traffic":
    STRATEGY_TRAFFIC "strategy-traffic"
        "A strategy that moves traffic needs a rule, two target groups and a role, and something of it is missing."
        "Write `traffic.listenerRule`, two `traffic.targetGroups` and `traffic.role`.";
    TRAFFIC_BOTH_WAYS "traffic-both-ways"
        "`traffic` says both one target group and two."
        "Keep `targetGroup` for a rolling release, or `targetGroups` with `listenerRule` and `role`.";
    TRAFFIC_INCOMPLETE "traffic-incomplete"
        "A rule, a role or two target groups are written without the others, which ECS needs with them."
        "Write `listenerRule`, `targetGroups` and `role`, or `targetGroup` alone.";
    SAME_TARGET_GROUP "same-target-group"
        "Both target groups are the same, so that there is none to move traffic to."
        "Write the ARN of another group.";
    RULE_TWICE "rule-twice"
        "One rule is written for production and for test requests, which ECS refuses."
        "Write another rule for tests, or remove `traffic.testListenerRule`.";
    OTHER_STRATEGY "other-strategy"
        "A field belongs to another strategy than the one that is written; ECS would drop it without a word."
        "Remove it, or change `rollout.strategy`.";
    SHARE_STEP "share-step"
        "ECS takes shares of traffic in steps of a tenth of a percent."
        "Write the share with one decimal at most.";
    PAUSE_STAGE "pause-stage"
        "A deployment can't pause while it shifts traffic: ECS goes through these stages again on the way back."
        "Write the stage before or after, such as `PRE_PRODUCTION_TRAFFIC_SHIFT`.";
    HOOK_ON_THE_WAY_BACK "hook-on-the-way-back"
        "A function is asked at a stage that ECS goes through again on the way back, where its answer delays the rollback."
        "Ask it before or after traffic moves, or see that it says yes on the way back.";
    BAD_LAMBDA "bad-lambda"
        "It is not the ARN of a Lambda function."
        "Write the ARN; `aws lambda get-function` prints it.";
    STAGE_AT_LIMIT "stage-at-limit"
        "A bake takes 24 hours, after which ECS takes a stage's deployment back: which of both comes first is not known."
        "Bake for less than a day.";
    STAGE_TOO_LONG "stage-too-long"
        "A stage would take 24 hours or more, after which ECS takes the deployment back."
        "Lower the time that the message names.";
    DEPLOYMENT_TOO_LONG "deployment-too-long"
        "With every wait to its end the deployment would take more than 30 days, after which ECS ends it."
        "Lower the bakes or the timeouts of pauses and hooks.";
    BAKE_BEFORE_ANALYSIS "bake-before-analysis"
        "A step bakes too short for `rollout.analysis`: twelve minutes are compared at least, after those that warm up and before those that CloudWatch does not have yet."
        "Bake for as many minutes as the message names.";
    ANALYSIS_PAUSE "analysis-pause"
        "`rollout.analysis` waits before each step, and a second wait there would be somebody else's to end: which is which can't be told."
        "Remove the pause, or write another stage.";
    ANALYSIS_UNUSED "analysis-unused"
        "All traffic moves in one step, so that nothing is left to judge the new release beside."
        "Write a smaller share, or remove `rollout.analysis`.";
    ANALYSIS_OVERRIDDEN "analysis-overridden"
        "Overrides set the strategy, its steps or its hooks in another way than `rollout`, so that nothing would be judged by `rollout.analysis`."
        "Write the steps under `rollout`, or remove `rollout.analysis`.";
    ANALYSIS_BALANCER "analysis-balancer"
        "A network load balancer counts connections, neither errors nor response times of requests."
        "Remove `rollout.analysis`, and write alarms on metrics of the application.";
    BAKE_BEFORE_ALARM "bake-before-alarm"
        "The bake is shorter than an alarm takes to see anything, some minutes, so that it would end first."
        "Bake for longer than the alarm takes: the minutes of its `for`, and some 4 for CloudWatch.";
    ALARM_METRIC "alarm-metric"
        "A described alarm watches no metric, or several; an alarm has one."
        "Write one metric an entry, such as `errorRate: { above: 2%, for: 3m }`.";
    ALARM_TWICE "alarm-twice"
        "One metric is described twice; mlship makes one alarm of it on each target group."
        "Keep one of them.";
    ALARM_LIMIT "alarm-limit"
        "The limit of a described alarm can't be read, or nothing can be above it."
        "Write percent for a rate, a time for a latency, and whole minutes for how long.";
    ALARM_WITHOUT_GROUP "alarm-without-group"
        "A described alarm watches what an application load balancer tells of the service's target groups, and there are none."
        "Write `traffic` with a target group of an application load balancer, or the name of another alarm.";
    SHIFT_UNWATCHED "shift-unwatched"
        "No circuit breaker, or no alarm, watches the deployment. The one sees tasks that never get healthy, the other tasks that are healthy and answer wrongly: both are needed."
        "Write `rollout.alarms`, and leave `rollout.circuitBreaker` on.";
}
