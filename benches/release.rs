//! What a release costs before AWS is asked: reading its manifest, and planning.
//!
//! `cargo bench`; nothing here is asserted, since machines differ.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a bench that cannot begin has nothing to say"
)]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mlship_core::plan::{Observed, Redeploy, plan};
use mlship_core::release::ids::{Caller, TaskDefinitionArn};
use mlship_core::release::{LiveService, LiveTaskDefinition, Release, resolve, tags_of};
use mlship_manifest::{Manifest, ReadOptions, Source, read};
use serde_json::{Value, json};

const EXAMPLE: &str = include_str!("../manifests/fraud-scorer.yaml");
const MANY: u64 = 1000;

fn released(text: &str) -> Release {
    let manifest = manifest(text);
    resolve(&manifest.release, "us-east-1", &manifest.secrets)
}

fn manifest(text: &str) -> Manifest {
    let variable = |name: &str| {
        let value = match name {
            "SUBNET_A" => "subnet-a",
            "SUBNET_B" => "subnet-b",
            "SECURITY_GROUP" => "sg-1",
            "SECRET_ARN" => "arn:aws:secretsmanager:us-east-1:111122223333:secret:db-AbCdEf",
            "EXECUTION_ROLE" | "TASK_ROLE" => "arn:aws:iam::111122223333:role/ml",
            "TARGET_GROUP" | "STAGING_TARGET_GROUP" => {
                "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/f/0123456789abcdef"
            }
            _ => return None,
        };
        Some(value.to_owned())
    };
    let settings = ReadOptions {
        environment: Some("staging"),
        variables: &variable,
    };
    read(Source::new("fraud-scorer.yaml", text), &settings).unwrap()
}

/// What ECS has once a release was deployed.
fn deployed(release: &Release) -> Observed {
    let arn = "arn:aws:ecs:us-east-1:111122223333:task-definition/fraud-scorer:1";
    let mut service = release.desired.service.clone();
    for (field, value) in [
        ("serviceArn", json!("arn")),
        ("status", json!("ACTIVE")),
        ("taskDefinition", json!(arn)),
    ] {
        service.insert(field.to_owned(), value);
    }
    let registration = release.registration();
    Observed {
        service: Some(LiveService::read(service).unwrap()),
        task_definition: Some(LiveTaskDefinition {
            arn: TaskDefinitionArn::new(arn),
            document: release.desired.task_definition.clone(),
            tags: tags_of(registration.get("tags").unwrap_or(&Value::Null)),
        }),
        newest: None,
        alarms: None,
        scaling: None,
        revision: None,
        traffic: None,
        shares_revision: false,
    }
}

fn benches(criterion: &mut Criterion) {
    // The schemas are made once a process, which no bench is about.
    black_box(manifest(EXAMPLE));
    let mut group = criterion.benchmark_group("manifest");
    group.throughput(Throughput::Elements(1));
    group.bench_function("read", |bench| bench.iter(|| manifest(black_box(EXAMPLE))));
    group.throughput(Throughput::Elements(MANY));
    group.sample_size(10);
    group.bench_function("read 1000", |bench| {
        bench.iter(|| {
            for _ in 0..MANY {
                black_box(manifest(black_box(EXAMPLE)));
            }
        });
    });
    group.finish();

    let release = released(EXAMPLE);
    let changed = EXAMPLE.replace("LOG_LEVEL: info", "LOG_LEVEL: warning");
    let next = released(&changed);
    let observed = deployed(&release);
    let caller = Caller {
        account: "111122223333".into(),
        region: "us-east-1".to_owned(),
        arn: "arn".to_owned(),
    };
    criterion.bench_function("resolve", |bench| {
        let manifest = manifest(EXAMPLE);
        bench.iter(|| resolve(black_box(&manifest.release), "us-east-1", &manifest.secrets));
    });
    for (name, release) in [("plan nothing", &release), ("plan a change", &next)] {
        criterion.bench_function(name, |bench| {
            bench.iter(|| {
                let planned = plan(release, &observed, &caller, Redeploy::WhenChanged);
                planned.unwrap_or_else(|_| panic!("refused"))
            });
        });
    }
}

criterion_group!(release, benches);
criterion_main!(release);
