//! An account in which version 7 serves, and whose clock a test moves.

use std::time::Duration;

use serde_json::{Value, json};

use super::faults::{ALARM, put_alarm};
use super::place::{Place, waiting, waits};
use crate::stage::folder::Folder;
use crate::stage::{Run, Running, Stage};

const GROUPS: [&str; 2] = ["BLUE_TARGET_GROUP", "GREEN_TARGET_GROUP"];
/// How far the clock moves between two looks: less than a stage in which nothing is waited for.
const STEP: u64 = 3;

pub(super) struct Shifting {
    pub(super) stage: Stage,
    pub(super) manifest: String,
    folder: Folder,
}

/// Has a play in an account that serves by one manifest and is deployed by another from then on,
/// under a reading of what ECS does. Then compares the rule with the revision of the version that
/// should serve, which the play returns.
pub(super) fn in_account(
    [first, then]: [String; 2],
    reading: Value,
    play: impl FnOnce(&Shifting) -> &'static str,
) {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    stage.control("profile", reading);
    // A clock that stands still refills no bucket.
    stage.control("profile", json!({"throttling": false}));
    stage.set_speed(2000);
    if then.contains(ALARM) {
        put_alarm(&stage);
    }
    let folder = Folder::new();
    let serving = folder.put("first.yaml", &first);
    let run = stage.mlship(&["deploy", &serving, "-o", "json"], "7");
    check(&run, 0);
    stage.set_speed(0);
    let shifting = Shifting {
        manifest: folder.put("then.yaml", &then),
        stage,
        folder,
    };
    let version = play(&shifting);
    shifting.serves(version);
}

impl Shifting {
    /// Deploys by another manifest from here on.
    pub(super) fn put(&self, manifest: &str) -> String {
        self.folder.put("newer.yaml", manifest)
    }

    pub(super) fn arguments<'a>(&'a self, command: &[&'a str]) -> Vec<&'a str> {
        let [name, more @ ..] = command else {
            panic!("no command")
        };
        [&[*name, &*self.manifest, "-o", "json"], more].concat()
    }

    pub(super) fn run(&self, command: &[&str]) -> Run {
        self.stage.mlship(&self.arguments(command), "8")
    }

    pub(super) fn start(&self, command: &[&str], version: &str) -> Running {
        self.stage.start(&self.arguments(command), version)
    }

    /// Begins to deploy version 8, until it is watched.
    pub(super) fn deploy(&self) -> Running {
        let mut ours = self.start(&["deploy"], "8");
        ours.wait_until_watching();
        ours
    }

    /// Begins to deploy version 8, until who watches it knows that it is at a place. What it waits
    /// for before that goes on.
    pub(super) fn come_to(&self, place: &Place) -> Running {
        let mut ours = self.deploy();
        self.reach(|newest| place.is_at(newest));
        if place.share > 0.0 {
            let (new, live) = (place.share, 100.0 - place.share);
            ours.wait_for(&format!(
                r#""requested":{{"live":{live:.1},"new":{new:.1}}}"#
            ));
        }
        if place.waits {
            let newest = self.newest();
            for hook in waiting(&newest) {
                ours.wait_for(hook.as_str().unwrap());
            }
        } else if place.stage != "SCALE_UP" {
            ours.wait_for(&format!("\"stage\":\"{}\"", place.stage));
        }
        ours
    }

    /// Moves the clock until the newest deployment is like that, and ends each wait before.
    pub(super) fn reach(&self, is_there: impl Fn(&Value) -> bool) {
        let mut baked = Value::Null;
        for _ in 0..1000 {
            let newest = self.newest();
            if is_there(&newest) {
                return;
            }
            self.end_waits(&newest);
            let mut seconds = STEP;
            if baked != newest["updatedAt"] {
                // Nothing of itself happens in a bake.
                baked = newest["updatedAt"].clone();
                seconds = bake(&newest).map_or(STEP, |bake| bake - STEP);
            }
            self.advance(seconds);
        }
        panic!("never there: {:#}", self.newest());
    }

    fn end_waits(&self, newest: &Value) {
        for hook in waiting(newest) {
            let asked = json!({"serviceDeploymentArn": newest["serviceDeploymentArn"],
                "hookId": hook, "action": "CONTINUE"});
            self.stage.ask("ContinueServiceDeployment", &asked);
        }
    }

    pub(super) fn advance(&self, seconds: u64) {
        self.stage.control("clock", json!({"advance": seconds}));
    }

    /// Lets the clock run.
    pub(super) fn go_on(&self) {
        self.stage.set_speed(600);
    }

    /// Lets the clock run to the end of the newest deployment, whose waits go on.
    pub(super) fn go_through(&self) {
        self.go_on();
        loop {
            let newest = self.newest();
            if is_over(&newest) {
                return;
            }
            self.end_waits(&newest);
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Waits until an operation has taken effect so often.
    pub(super) fn wait_until_sent(&self, operation: &str, times: usize) {
        while self.stage.count(operation) < times {
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Returns the deployments of the service, newest first, in full.
    fn deployments(&self) -> Vec<Value> {
        let service = json!({"cluster": "ml-prod", "service": "fraud-canary"});
        let listed = self.stage.ask("ListServiceDeployments", &service);
        let arns = listed["serviceDeployments"].as_array().unwrap().iter();
        let arns: Vec<&Value> = arns.map(|one| &one["serviceDeploymentArn"]).collect();
        let asked = json!({"serviceDeploymentArns": arns});
        let told = self.stage.ask("DescribeServiceDeployments", &asked);
        let mut told = told["serviceDeployments"].as_array().unwrap().clone();
        told.sort_by_key(|one| {
            arns.iter()
                .position(|arn| **arn == one["serviceDeploymentArn"])
        });
        told
    }

    pub(super) fn newest(&self) -> Value {
        self.deployments().swap_remove(0)
    }

    /// Compares the rule with the revision that should serve: that of the last deployment that
    /// succeeded, which has to be that of a version. Nothing may be under way.
    fn serves(&self, version: &str) {
        let all = self.deployments();
        assert!(is_over(&all[0]), "{:#}", all[0]);
        let mut succeeded = all.iter().filter(|one| one["status"] == "SUCCESSFUL");
        let last = succeeded.next().unwrap();
        let arn = &last["targetServiceRevision"]["arn"];
        let asked = json!({"serviceRevisionArns": [arn]});
        let revision = self.stage.ask("DescribeServiceRevisions", &asked);
        let revision = &revision["serviceRevisions"][0];
        let image = revision["containerImages"][0]["image"].as_str().unwrap();
        assert!(image.ends_with(&format!(":{version}")), "{image}: {all:#?}");
        let group = &revision["resolvedConfiguration"]["loadBalancers"][0]["targetGroupArn"];
        for name in GROUPS {
            let weight = self.weight(name);
            let is_live = *group == self.stage.export(name);
            assert_eq!(weight > 0, is_live, "{name} has {weight}: {all:#?}");
        }
    }

    fn weight(&self, group: &str) -> u32 {
        let rule = self.stage.export("CANARY_RULE");
        let weight = self.stage.weight(rule, self.stage.export(group));
        weight.unwrap_or(0)
    }

    /// Aborts what is being deployed, and sees that who watches it says so.
    pub(super) fn is_taken_back(&self, ours: Running) -> &'static str {
        let abort = self.start(&["abort"], "8");
        self.wait_until_sent("StopServiceDeployment", 1);
        self.go_on();
        let abort = abort.end();
        check(&abort, 0);
        assert_eq!(abort.result()["verdict"], "rolled_back");
        check(&ours.end(), 31);
        "7"
    }
}

fn is_over(newest: &Value) -> bool {
    [
        "SUCCESSFUL",
        "ROLLBACK_SUCCESSFUL",
        "ROLLBACK_FAILED",
        "STOPPED",
    ]
    .iter()
    .any(|status| newest["status"] == *status)
}

/// Returns the seconds of the bake that a deployment is in, if it is in one.
fn bake(newest: &Value) -> Option<u64> {
    let configured = &newest["deploymentConfiguration"];
    let steps = match newest["lifecycleStage"].as_str()? {
        "BAKE_TIME" => &configured["bakeTimeInMinutes"],
        "PRODUCTION_TRAFFIC_SHIFT" if !waits(newest) => {
            let weight = &newest["targetServiceRevision"]["requestedProductionTrafficWeight"];
            if weight == 100.0 {
                return None;
            }
            let canary = &configured["canaryConfiguration"]["canaryBakeTimeInMinutes"];
            let linear = &configured["linearConfiguration"]["stepBakeTimeInMinutes"];
            if canary.is_null() { linear } else { canary }
        }
        _ => return None,
    };
    steps.as_u64().map(|minutes| minutes * 60)
}

#[track_caller]
pub(super) fn check(run: &Run, code: i32) {
    assert_eq!(run.code, code, "{}{}", run.stdout, run.stderr);
}
