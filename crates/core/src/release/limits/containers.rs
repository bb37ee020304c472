//! Limits on containers: how many, what each needs, and that the model's is essential.

use serde_json::Value;

use super::check::{CONTAINERS, Check, items, name};
use mlship_manifest::Code;

const MOST: usize = 10;
const LONGEST_NAME: usize = 255;

pub(super) fn check(check: &mut Check<'_>) {
    let containers = check.containers;
    let count = containers.len();
    if count > MOST {
        check.error(
            CONTAINERS,
            Code::TOO_MANY_CONTAINERS,
            format!("{count} containers are asked for, and ECS takes {MOST}"),
            "move some to a service of their own",
        );
    }
    check_duplicates(check);
    for (index, container) in containers.iter().enumerate() {
        named(check, &containers[..index], container);
        // A draft without the model's image has its complaint already.
        let is_draft = index == 0 && check.release.image.is_empty();
        let has_image = container["image"]
            .as_str()
            .is_some_and(|image| !image.is_empty());
        if !has_image && !is_draft && container.is_object() {
            check.error(
                &check.in_container(container, "image"),
                Code::CONTAINER_IMAGE_MISSING,
                format!("container `{}` has no image", name(container)),
                format!(
                    "add `image`; the model's own container is named `{}`",
                    check.manifest.release.container()
                ),
            );
        }
    }
    let model = containers.first();
    if let Some(model) = model.filter(|model| model["essential"] == Value::Bool(false)) {
        check.error(
            &check.in_container(model, "essential"),
            Code::MODEL_NOT_ESSENTIAL,
            "the model's container must be essential: without it the task would go on",
            "remove it",
        );
    }
}

/// Two overrides of one name would become one container, and nobody could tell which.
fn check_duplicates(check: &mut Check<'_>) {
    let overrides = check.manifest.release.overrides.as_ref();
    let list = overrides.and_then(|all| all.task_definition.get("containerDefinitions"));
    let containers = items(list);
    for (index, container) in containers.iter().enumerate() {
        let written = name(container);
        let mut before = containers[..index].iter();
        if !written.is_empty() && before.any(|other| name(other) == written) {
            check.error(
                &format!("{CONTAINERS}[{index}].name"),
                Code::DUPLICATE_CONTAINER,
                format!("two containers are named `{written}`"),
                "give one of them another name",
            );
        }
    }
}

fn named(check: &mut Check<'_>, before: &[Value], container: &Value) {
    let written = name(container);
    let place = check.in_container(container, "name");
    let allowed =
        |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
    // A name that is the model's, missing or wrong, has its complaint there already.
    let release = &check.manifest.release;
    let is_models = release.runtime.container.is_none() && written == release.model.name;
    if is_models && before.is_empty() {
        return;
    }
    if written.is_empty() {
        check.error(
            &place,
            Code::CONTAINER_NAME_MISSING,
            "a container has no name",
            "add `name`: the model's to change it, a new one for a sidecar",
        );
    } else if written.len() > LONGEST_NAME || !written.chars().all(allowed) {
        check.error(
            &place,
            Code::BAD_CONTAINER_NAME,
            format!("a container has a name of 1 to {LONGEST_NAME} letters, digits, `-` and `_`"),
            "choose a name such as `metrics`",
        );
    } else if before.iter().any(|other| name(other) == written) {
        check.error(
            &place,
            Code::DUPLICATE_CONTAINER,
            format!("two containers are named `{written}`"),
            "give one of them another name",
        );
    }
}
