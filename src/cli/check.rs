//! What a manifest comes to in ECS's own documents, checked before anything is asked of AWS.

use crate::cloud::aws::known_fields::{Request, known_fields};
use crate::cloud::aws::wire;
use crate::manifest::Manifest;
use crate::manifest::{Diagnostic, Examined, in_order, nearest};
use crate::release::{Document, Path, Release, Segment, limits, resolve};

/// Adds what only shows in ECS's documents to what was found in the manifest.
pub(super) fn check(examined: Examined) -> Examined {
    let Examined {
        manifest,
        mut findings,
    } = examined;
    if let Some(manifest) = &manifest {
        let is_draft = findings.iter().any(Diagnostic::is_error);
        let known: Vec<_> = findings
            .iter()
            .filter(|one| one.is_error())
            .filter_map(|one| Some(one.span.as_ref()?.range()))
            .collect();
        let is_news = |one: &Diagnostic| {
            // What a draft lacks may only be written wrongly.
            let doubtful = is_draft && !one.is_error();
            let place = one.span.as_ref().map(crate::manifest::Span::range);
            !doubtful && !place.is_some_and(|place| known.contains(&place))
        };
        findings.extend(of_documents(manifest).into_iter().filter(is_news));
    }
    Examined {
        manifest,
        findings: in_order(findings),
    }
}

fn of_documents(manifest: &Manifest) -> Vec<Diagnostic> {
    // The region matters to log settings alone, which no check looks at.
    let release = resolve(&manifest.release, "us-east-1");
    let mut found = unknown_fields(manifest, &release);
    found.extend(limits(manifest, &release));
    found
}

/// Finds fields that ECS does not know: `overrides` take ECS's own names, unchecked until here.
fn unknown_fields(manifest: &Manifest, release: &Release) -> Vec<Diagnostic> {
    let desired = &release.desired;
    let mut service = desired.service.clone();
    service.insert(
        "serviceName".to_owned(),
        release.service.name.as_str().into(),
    );
    let mut found = unknown(
        manifest,
        Request::TaskDefinition,
        wire::unknown_in_task_definition,
        &desired.task_definition,
    );
    found.extend(unknown(
        manifest,
        Request::Service,
        wire::unknown_in_service,
        &service,
    ));
    found
}

/// Returns where the manifest has a field of ECS: lists go by position there.
fn written(manifest: &Manifest, place: &str, path: &Path) -> String {
    let overrides = serde_json::json!(manifest.release.overrides);
    let section = place.rsplit('.').next().unwrap_or_default();
    let mut at = &overrides[section];
    let mut written = place.to_owned();
    for step in &path.0 {
        match step {
            Segment::Field(name) => {
                at = &at[name.as_str()];
                written = format!("{written}.{name}");
            }
            Segment::Key(key) => {
                let items = at.as_array().map_or(&[][..], Vec::as_slice);
                let has_key = |item: &serde_json::Value| {
                    let members = item.as_object().into_iter().flatten();
                    members
                        .into_iter()
                        .any(|(_, value)| value.as_str() == Some(key))
                };
                let Some(index) = items.iter().position(has_key) else {
                    return written;
                };
                at = &items[index];
                written = format!("{written}[{index}]");
            }
        }
    }
    written
}

fn names_help(request: Request, path: &Path) -> String {
    let known = known_fields(request, path);
    let written = path.0.last().map_or("", Segment::text);
    match nearest(written, known).filter(|name| *name != written) {
        Some(name) => format!("did you mean `{name}`?"),
        None => "use the names and types of the ECS API reference".to_owned(),
    }
}

fn unknown(
    manifest: &Manifest,
    request: Request,
    check: impl Fn(&Document) -> Result<Vec<Path>, String>,
    document: &Document,
) -> Vec<Diagnostic> {
    let place = match request {
        Request::TaskDefinition => "overrides.taskDefinition",
        Request::Service => "overrides.service",
    };
    match check(document) {
        Ok(paths) => paths
            .into_iter()
            .map(|path| {
                let message = format!("ECS knows no field {path} that takes this value");
                manifest
                    .problem(
                        &written(manifest, place, &path),
                        "unknown-ecs-field",
                        message,
                    )
                    .help(names_help(request, &path))
            })
            .collect(),
        Err(reason) => vec![
            manifest
                .problem(
                    place,
                    "unreadable-ecs-field",
                    format!("ECS cannot read this: {reason}"),
                )
                .help("use the types of the ECS API reference"),
        ],
    }
}
