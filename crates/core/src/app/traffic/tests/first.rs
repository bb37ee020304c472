//! A first release by a rule that is not ready for it, with alarms that the manifest describes.

use crate::app::deploy::DeployOptions;
use crate::app::planning::preview;
use crate::app::testing::{Stand, options, subject_of};
use crate::app::traffic::repair::{Asked, End, mend};
use crate::cloud::Identity;
use crate::cloud::fake::World;
use crate::cloud::preconditions::Question;
use crate::plan::Redeploy;
use crate::progress::{Conclusion, Refusal};
use crate::release::ids::TargetGroupArn;
use crate::release::{ListenerRule, Routing, resolve};
use mlship_manifest::{Manifest, ReadOptions, Source, read};

const A: &str =
    "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/blue/0123456789abcdef";
const B: &str =
    "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/green/0123456789abcdef";
const RULE: &str = "arn:aws:elasticloadbalancing:us-east-1:111122223333:listener-rule/app/ml/\
                    0123456789abcdef/0123456789abcdef/0123456789abcdef";

pub(in crate::app) fn canary(more: &str) -> Manifest {
    let text = format!(
        "apiVersion: mlship/v1\nkind: ModelRelease\nmodel: {{ name: m, version: \"2\" }}\n\
         image: m:2\nservice: {{ cluster: ml, name: m, desired: 2 }}\n\
         runtime: {{ cpu: 256, memory: 512, port: 80 }}\nnetwork: {{ subnets: [subnet-1] }}\n\
         traffic: {{ listenerRule: \"{RULE}\", targetGroups: [\"{A}\", \"{B}\"], \
         role: \"arn:aws:iam::111122223333:role/lb\" }}\n\
         rollout:\n  strategy: canary\n{more}"
    );
    let settings = ReadOptions {
        environment: None,
        variables: &|_: &str| None,
    };
    read(Source::new("m.yaml", text), &settings).unwrap()
}

const WATCHED: &str = "  alarms: [errorRate: { above: 2% }]\n";

/// A rule that is right, the alarms that a canary describes, and what is asked of its requests.
pub(in crate::app) fn facts_of(rollout: &str) -> (ListenerRule, Vec<String>, Question) {
    let manifest = canary(rollout);
    let release = resolve(&manifest.release, "us-east-1", &manifest.secrets);
    let alarms = release.desired.alarms.iter();
    let groups = [A, B].map(|group| TargetGroupArn::new(group).dimension().to_owned());
    let question = Question::Requests {
        balancer: "app/ml/0123456789abcdef".to_owned(),
        groups: groups.to_vec(),
    };
    (
        ListenerRule::forwarding(RULE, &[(A, 100), (B, 0)]),
        alarms.map(|alarm| alarm.name.clone()).collect(),
        question,
    )
}

/// No service, and a rule like that.
fn stand(rule: ListenerRule) -> Stand {
    let stand = Stand::new(World::default());
    stand.cloud.balancer.put(rule);
    for group in [A, B] {
        let group = TargetGroupArn::new(group);
        stand.cloud.balancer.is_healthy(&group, false);
    }
    stand
}

fn other(kind: &str) -> ListenerRule {
    let mut rule = ListenerRule::forwarding(RULE, &[]);
    rule.routing = Routing::Other(kind.to_owned());
    rule
}

async fn refused(stand: &Stand, options: &DeployOptions) -> (String, String) {
    let (result, _) = stand.deploy_with(&canary(WATCHED), options).await;
    assert_eq!(
        result.conclusion(),
        Conclusion::Refused(Refusal::Check),
        "{result:#?}"
    );
    for write in ["PutMetricAlarm", "RegisterTaskDefinition", "CreateService"] {
        assert_eq!(stand.cloud.count(write), 0, "{write}");
    }
    (result.error.unwrap(), result.hint.unwrap())
}

#[tokio::test(start_paused = true)]
async fn the_rule_s_fault_comes_before_what_described_alarms_lack_for_it() {
    let unverified = DeployOptions {
        verify: None,
        ..options()
    };
    for options in [options(), unverified] {
        let (error, hint) =
            refused(&stand(ListenerRule::forwarding(RULE, &[(A, 1)])), &options).await;
        assert!(
            error.contains("has to have both groups, and it lacks green"),
            "{error}"
        );
        assert!(error.contains("100 % to blue"), "{error}");
        assert!(
            hint.contains("mlship traffic repair m.yaml shows the weights that mend it"),
            "{hint}"
        );
        assert!(
            hint.ends_with("with --apply: blue 100 % → 100 %, green – → 0 %"),
            "{hint}"
        );
        let (error, hint) = refused(&stand(other("fixed-response")), &options).await;
        assert!(error.contains("its action is fixed-response"), "{error}");
        assert!(!hint.contains("repair"), "{hint}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_look_at_the_plan_warns_of_the_rule_and_refuses_nothing() {
    for rule in [ListenerRule::forwarding(RULE, &[(A, 1)]), other("redirect")] {
        let stand = stand(rule);
        let caller = stand.cloud.caller().await.unwrap();
        let (context, overrides, manifest) =
            (stand.context(), options().overrides, canary(WATCHED));
        let redeploy = Redeploy::WhenChanged;
        let plan = preview(&context, &caller, &manifest, redeploy, &overrides);
        let plan = Box::pin(plan).await.unwrap();
        assert_eq!(plan.writes.alarms.put.len(), 2);
        let said = plan.notes.join("; ");
        assert!(said.contains("warning: "), "{said}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_rule_with_one_group_is_mended_before_there_is_a_service() {
    let stand = stand(ListenerRule::forwarding(RULE, &[(B, 1)]));
    let subject = subject_of(canary(WATCHED));
    let context = stand.context();
    let shown = Box::pin(mend(&context, Asked::Shown(&subject))).await;
    assert_eq!(shown.end, End::Shown, "{shown:#?}");
    let said = shown.remarks.join("; ");
    assert!(said.contains("green gets the requests"), "{said}");
    let caller = stand.cloud.caller().await;
    let cleared = subject.clear(caller.as_ref(), &mut |_| {}).unwrap();
    let written = Box::pin(mend(&context, Asked::Written(cleared))).await;
    assert_eq!(written.end, End::Repaired, "{written:#?}");
    stand.succeed_after(20);
    let (result, _) = stand.deploy_with(&canary(WATCHED), &options()).await;
    assert!(
        !matches!(result.conclusion(), Conclusion::Refused(_)),
        "{result:#?}"
    );
}
