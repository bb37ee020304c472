//! Deployments that move traffic, met by every event at every stage. Each cell is an account of its
//! own whose clock stands still until the event has come: what a cell shows depends on no speed of
//! the machine. After each the rule is compared with the revision that should serve.

mod back;
mod losing_sight;
mod on;
mod other_ways;
mod readings;

use serde_json::{Value, json};

use crate::stage::folder::Folder;
use crate::stage::{Run, Running, Stage};

const CANARY: &str = "manifests/fraud-shift/canary.yaml";
const GROUPS: [&str; 2] = ["BLUE_TARGET_GROUP", "GREEN_TARGET_GROUP"];
/// A pause before each step that nobody has to hurry for: it lasts two weeks.
const PAUSE: &str = "
  pause:
    - { stage: PRE_PRODUCTION_TRAFFIC_SHIFT, timeoutMinutes: 20160 }
";
/// How far the clock moves between two looks: less than a stage in which nothing is waited for.
const STEP: u32 = 3;

/// An account in which version 7 serves and the clock stands still.
struct Shifting {
    stage: Stage,
    manifest: String,
    _folder: Folder,
}

impl Shifting {
    /// Makes one; `rollout` is what its manifest has beside a canary of 10 %.
    fn new(rollout: &str) -> Option<Self> {
        Self::under(rollout, json!({}))
    }

    /// Makes one under another reading of what ECS does.
    fn under(rollout: &str, reading: Value) -> Option<Self> {
        let manifest = std::fs::read_to_string(CANARY).unwrap();
        Self::of(&manifest, &format!("{manifest}{rollout}"), reading)
    }

    /// Makes one that serves by one manifest, and is deployed by another from then on.
    fn of(first: &str, then: &str, reading: Value) -> Option<Self> {
        let stage = Stage::with_controls()?;
        stage.control("profile", reading);
        // A clock that stands still refills no bucket.
        stage.control("profile", json!({"throttling": false}));
        stage.set_speed(2000);
        let folder = Folder::new();
        let serving = folder.put("first.yaml", first);
        let run = stage.mlship(&["deploy", &serving, "-o", "json"], "7");
        assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
        stage.set_speed(0);
        let manifest = folder.put("then.yaml", then);
        Some(Self {
            stage,
            manifest,
            _folder: folder,
        })
    }

    fn arguments<'a>(&'a self, command: &[&'a str]) -> Vec<&'a str> {
        let [name, more @ ..] = command else {
            panic!("no command")
        };
        [&[*name, &*self.manifest, "-o", "json"], more].concat()
    }

    fn run(&self, command: &[&str]) -> Run {
        self.stage.mlship(&self.arguments(command), "8")
    }

    fn start(&self, command: &[&str], version: &str) -> Running {
        self.stage.start(&self.arguments(command), version)
    }

    /// Begins to deploy version 8, until it is watched.
    fn deploy(&self) -> Running {
        let mut ours = self.start(&["deploy"], "8");
        ours.wait_until_watching();
        ours
    }

    /// Begins to deploy version 8, until it is watched at a stage.
    fn at(&self, stage: &str) -> Running {
        let mut ours = self.deploy();
        self.reach(|newest| newest["lifecycleStage"] == stage);
        if stage != "SCALE_UP" {
            ours.wait_for(&format!("\"stage\":\"{stage}\""));
        }
        ours
    }

    /// Begins to deploy version 8, until it waits for somebody.
    fn at_the_pause(&self) -> Running {
        let mut ours = self.deploy();
        self.reach(waits);
        ours.wait_for(r#""event":"paused""#);
        ours
    }

    /// Moves the clock until the newest deployment is like that.
    fn reach(&self, is_there: impl Fn(&Value) -> bool) {
        for _ in 0..2000 {
            if is_there(&self.newest()) {
                return;
            }
            self.advance(STEP);
        }
        panic!("never there: {:#}", self.newest());
    }

    fn advance(&self, seconds: u32) {
        self.stage.control("clock", json!({"advance": seconds}));
    }

    /// Lets the clock run.
    fn go_on(&self) {
        self.stage.set_speed(600);
    }

    /// Waits until an operation has taken effect once.
    fn wait_until_sent(&self, operation: &str, times: usize) {
        while self.stage.count(operation) < times {
            std::thread::sleep(std::time::Duration::from_millis(20));
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

    fn newest(&self) -> Value {
        self.deployments().swap_remove(0)
    }

    /// Compares the rule with the revision that should serve: that of the last deployment that
    /// succeeded, which has to be that of a version.
    fn serves(&self, version: &str) {
        let all = self.deployments();
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

    /// Aborts what is being deployed, and sees that both who watches it and the rule say so.
    fn is_taken_back(&self, ours: Running) {
        let abort = self.start(&["abort"], "8");
        self.wait_until_sent("StopServiceDeployment", 1);
        self.go_on();
        check(&abort.end(), 0);
        check(&ours.end(), 31);
        self.serves("7");
    }

    /// Watches the newest deployment to its verdict.
    fn watched(&self, code: i32) {
        let run = self.run(&["watch"]);
        check(&run, code);
    }
}

fn waits(newest: &Value) -> bool {
    let hooks = newest["lifecycleHookDetails"].as_array();
    hooks.is_some_and(|hooks| hooks.iter().any(|hook| hook["status"] == "AWAITING_ACTION"))
}

#[track_caller]
fn check(run: &Run, code: i32) {
    assert_eq!(run.code, code, "{}{}", run.stdout, run.stderr);
}

/// A test of each cell: its name, and the stage at which the event comes.
macro_rules! cells {
    ($event:ident: $($name:ident $stage:literal),+ $(,)?) => {
        $(#[test]
        fn $name() {
            $event($stage);
        })+
    };
}
use cells;
