//! Checks the ECS documents that a manifest resolves to, before any AWS request.

#[cfg(test)]
mod tests;

use serde_json::{Value, json};

use crate::cloud::known_fields::known_fields;
use crate::cloud::wire;
use crate::ecs_type_errors::{PathStep, type_errors};
use mlship_core::plan::SET_BY_ECS;
use mlship_core::release::{Release, limits, rename, resolve};
use mlship_core::shape::{Document, DocumentKind, Path, Segment, item_at};
use mlship_manifest::Code;
use mlship_manifest::Manifest;
use mlship_manifest::{Diagnostic, Examined, ManifestContent, in_order, nearest};

/// Adds what only shows in ECS's documents to what was found in the manifest of a release.
#[must_use]
pub fn check(examined: Examined) -> Examined {
    let Examined {
        subject,
        mut findings,
        secrets,
    } = examined;
    if let ManifestContent::Release(Some(manifest)) = &subject {
        let is_draft = findings.iter().any(Diagnostic::is_error);
        let known: Vec<_> = findings
            .iter()
            .filter(|finding| finding.is_error())
            .filter_map(|finding| Some(finding.span.as_ref()?.range()))
            .collect();
        let is_news = |finding: &Diagnostic| {
            // What a draft lacks may only be written wrongly.
            let doubtful = is_draft && !finding.is_error();
            let place = finding.span.as_ref().map(mlship_manifest::Span::range);
            !doubtful && !place.is_some_and(|place| known.contains(&place))
        };
        findings.extend(of_documents(manifest).into_iter().filter(is_news));
        // A failure to come is no worry of a manifest that can't be deployed.
        if findings.iter().any(Diagnostic::is_error) {
            findings.retain(|finding| finding.code != Code::LOGS_MISSING);
        }
    }
    Examined {
        subject,
        findings: in_order(findings),
        secrets,
    }
}

fn of_documents(manifest: &Manifest) -> Vec<Diagnostic> {
    // The region matters to log settings alone, which no check looks at.
    let mut release = resolve(&manifest.release, "us-east-1", &manifest.secrets);
    let unknown = unknown_fields(manifest, &release);
    for field in &unknown {
        field.read_as_meant(&mut release);
    }
    let mut found: Vec<_> = unknown.into_iter().map(|field| field.finding).collect();
    found.extend(limits(manifest, &release));
    found
}

/// A field that ECS does not know, where it stands, and the one that was most likely meant.
struct Unknown {
    kind: DocumentKind,
    path: Path,
    meant: Option<&'static str>,
    finding: Diagnostic,
}

impl Unknown {
    /// Gives the field the name that was meant, so that nobody misses what is only misspelt.
    fn read_as_meant(&self, release: &mut Release) {
        let document = match self.kind {
            DocumentKind::TaskDefinition => &mut release.desired.task_definition,
            DocumentKind::Service => &mut release.desired.service,
        };
        if let Some(name) = self.meant {
            rename(self.kind, document, &self.path, name);
        }
    }
}

/// Finds fields that ECS does not know: `overrides` take ECS's own names, unchecked until here.
fn unknown_fields(manifest: &Manifest, release: &Release) -> Vec<Unknown> {
    let desired = &release.desired;
    let mut service = desired.service.clone();
    service.insert(
        "serviceName".to_owned(),
        release.service.name.as_str().into(),
    );
    let found = unknown(
        manifest,
        DocumentKind::TaskDefinition,
        wire::unknown_in_task_definition,
        &desired.task_definition,
    );
    let mut found = described_told_once(manifest, found);
    found.extend(unknown(
        manifest,
        DocumentKind::Service,
        wire::unknown_in_service,
        &service,
    ));
    found
}

/// Who pastes what `DescribeTaskDefinition` answers is told once what it adds, not of each field.
fn described_told_once(manifest: &Manifest, found: Vec<Unknown>) -> Vec<Unknown> {
    let is_added = |field: &&Unknown| match &field.path.0[..] {
        [Segment::Field(name)] => SET_BY_ECS.contains(&name.as_str()),
        _ => false,
    };
    let names: Vec<String> = found
        .iter()
        .filter(is_added)
        .map(|field| field.path.to_string())
        .collect();
    let [first, _, ..] = &names[..] else {
        return found;
    };
    let message =
        "`overrides.taskDefinition` holds what ECS adds when it describes a task definition";
    let finding = Diagnostic::error(Code::UNKNOWN_ECS_FIELD, message)
        .at(manifest
            .places
            .key(&format!("overrides.taskDefinition.{first}")))
        .help(format!(
            "leave out what describe adds: {}",
            names.join(", ")
        ));
    let once = Unknown {
        kind: DocumentKind::TaskDefinition,
        path: Path::default(),
        meant: None,
        finding,
    };
    let others = found.into_iter().filter(|field| !is_added(&field));
    std::iter::once(once).chain(others).collect()
}

/// One step from a place in `overrides` to the next.
enum Place<'a> {
    Field(&'a str),
    Item(usize),
}

/// Returns where the manifest has a value of a document, as far as `step` finds it there: ECS's
/// lists are merged by names, and go by position in a manifest.
fn manifest_path<'a>(
    manifest: &Manifest,
    section: &str,
    length: usize,
    step: impl Fn(usize, &[Value]) -> Option<Place<'a>>,
) -> String {
    let overrides = json!({"overrides": manifest.release.overrides});
    let mut at = section.split('.').fold(&overrides, |at, name| &at[name]);
    let mut written = section.to_owned();
    for position in 0..length {
        let items = at.as_array().map_or(&[][..], Vec::as_slice);
        match step(position, items) {
            Some(Place::Field(name)) => {
                at = &at[name];
                written = format!("{written}.{name}");
            }
            Some(Place::Item(index)) => {
                at = &at[index];
                written = format!("{written}[{index}]");
            }
            None => break,
        }
    }
    written
}

/// Finds a field that ECS does not know.
fn of_segment<'a>(
    kind: DocumentKind,
    path: &'a Path,
    position: usize,
    items: &[Value],
) -> Option<Place<'a>> {
    match &path.0[position] {
        Segment::Field(name) => Some(Place::Field(name)),
        Segment::Key(key) => {
            let list = Path(path.0[..position].to_vec()).place();
            item_at(kind, &list, items, key).map(Place::Item)
        }
    }
}

/// Finds a value of a type that ECS does not take: containers are merged by their names.
fn of_step<'a>(step: &'a PathStep, items: &[Value]) -> Place<'a> {
    match step {
        PathStep::Field(name) => Place::Field(name),
        PathStep::Item(index, name) => {
            let named = |item: &Value| name.is_some() && item["name"].as_str() == name.as_deref();
            Place::Item(items.iter().position(named).unwrap_or(*index))
        }
    }
}

/// Returns the field that was most likely meant; a value of the wrong type has the right name.
fn meant(kind: DocumentKind, path: &Path) -> Option<&'static str> {
    let written = path.0.last().map_or("", Segment::text);
    nearest(written, known_fields(kind, path)).filter(|name| *name != written)
}

fn names_help(meant: Option<&str>) -> String {
    match meant {
        Some(name) => format!("did you mean `{name}`?"),
        None => "use the names and types of the ECS API reference".to_owned(),
    }
}

fn unknown(
    manifest: &Manifest,
    kind: DocumentKind,
    check: impl Fn(&Document) -> Result<Vec<Path>, String>,
    document: &Document,
) -> Vec<Unknown> {
    let section = match kind {
        DocumentKind::TaskDefinition => "overrides.taskDefinition",
        DocumentKind::Service => "overrides.service",
    };
    match check(document) {
        Ok(paths) => paths
            .into_iter()
            .map(|path| {
                let message = format!("ECS knows no field {path} that takes this value");
                let meant = meant(kind, &path);
                let written = manifest_path(manifest, section, path.0.len(), |position, items| {
                    of_segment(kind, &path, position, items)
                });
                let span = match meant {
                    Some(_) => manifest.places.key(&written),
                    None => manifest.places.span(&written),
                };
                let finding = Diagnostic::error(Code::UNKNOWN_ECS_FIELD, message)
                    .at(span)
                    .help(names_help(meant));
                Unknown {
                    kind,
                    path,
                    meant,
                    finding,
                }
            })
            .collect(),
        Err(_) => type_errors(document, &|part| check(part).err())
            .into_iter()
            .map(|error| {
                let place =
                    manifest_path(manifest, section, error.path.len(), |position, items| {
                        Some(of_step(&error.path[position], items))
                    });
                let finding = manifest
                    .problem(&place, Code::UNREADABLE_ECS_FIELD, error.message)
                    .help(match error.instead {
                        Some(instead) => format!("quote it: `{instead}`"),
                        None => "use the types of the ECS API reference".to_owned(),
                    });
                Unknown {
                    kind,
                    path: Path::default(),
                    meant: None,
                    finding,
                }
            })
            .collect(),
    }
}
