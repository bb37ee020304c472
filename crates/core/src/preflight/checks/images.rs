//! Whether the images can be pulled, and run.

use crate::cloud::preconditions::{HostAnswer, ImageState, Platform};
use crate::preflight::answers::{Answers, Untold, told};
use crate::preflight::finding::{Check, Finding};
use crate::preflight::judge::About;
use crate::preflight::surroundings::{Image, ImagePlace, Surroundings};

pub(in crate::preflight) fn images(release: &Surroundings, answers: &Answers) -> Vec<Finding> {
    let each = release.images.iter().map(|image| {
        let about = About::new(Check::Image, &image.written, image.fields);
        match &image.place {
            ImagePlace::Ecr(_) => in_ecr(&about, told!(answers, image.question(), Image)),
            ImagePlace::Hosted(_) => {
                hosted(&about, image, told!(answers, image.question(), HostedImage))
            }
        }
    });
    each.collect()
}

fn in_ecr(about: &About, told: Result<&ImageState, Untold>) -> Finding {
    match told {
        Ok(ImageState::There) => about.pass("is in the registry"),
        Ok(ImageState::Archived) => about.fail(
            "is archived, and can't be pulled",
            "restore it in ECR, or name another image",
        ),
        Ok(ImageState::Absent) => about.fail(
            "is not in the registry",
            "push the image, or correct its name and tag",
        ),
        Ok(ImageState::PullThrough) => {
            about.unchecked("ECR fetches it from another registry when it is pulled")
        }
        Err(untold) => about.untold(&untold),
    }
}

fn hosted(about: &About, image: &Image, told: Result<&HostAnswer, Untold>) -> Finding {
    match told {
        Ok(HostAnswer::There(_)) => about.pass("is in the registry"),
        // Registries hide what one may not see, and the task asks as somebody else.
        Ok(HostAnswer::Absent) if image.has_own_credentials => about
            .unchecked("the registry shows none to who asks without the task's own credentials"),
        Ok(HostAnswer::Absent) => about.fail(
            "is not in the registry",
            "push the image, or correct its name and tag",
        ),
        Ok(HostAnswer::NotTold(words)) => about.unchecked(words.clone()),
        Err(untold) => about.untold(&untold),
    }
}

pub(in crate::preflight) fn architectures(
    release: &Surroundings,
    answers: &Answers,
) -> Vec<Finding> {
    let Some(wanted) = &release.platform else {
        return Vec::new();
    };
    let each = release.images.iter().filter_map(|image| {
        let about = About::new(Check::Architecture, &image.written, image.fields);
        match platforms(image, answers) {
            Ok(Some(platforms)) => Some(fits(&about, wanted, platforms)),
            // What is not there is told once.
            Ok(None) => None,
            Err(untold) => Some(about.untold(&untold)),
        }
    });
    each.collect()
}

/// Returns the platforms of an image that is there.
fn platforms<'a>(image: &Image, answers: &'a Answers) -> Result<Option<&'a [Platform]>, Untold> {
    match &image.place {
        ImagePlace::Ecr(_) => match told!(answers, image.question(), Image) {
            Ok(ImageState::There) | Err(_) => {
                told!(answers, image.platforms(), Platforms).map(|found| Some(&found[..]))
            }
            Ok(ImageState::Archived | ImageState::Absent | ImageState::PullThrough) => Ok(None),
        },
        ImagePlace::Hosted(_) => match told!(answers, image.question(), HostedImage)? {
            HostAnswer::There(found) => Ok(Some(found)),
            HostAnswer::Absent | HostAnswer::NotTold(_) => Ok(None),
        },
    }
}

fn fits(about: &About, wanted: &Platform, platforms: &[Platform]) -> Finding {
    if platforms.is_empty() {
        return about.unchecked("its manifest does not say what it runs on");
    }
    if platforms.contains(wanted) {
        return about.pass(format!("is for {}", name(wanted)));
    }
    let found: Vec<String> = platforms.iter().map(name).collect();
    about.fail(
        format!(
            "is for {}, and the tasks run on {}",
            found.join(", "),
            name(wanted)
        ),
        "build the image for that, or correct `runtime.arch`",
    )
}

fn name(platform: &Platform) -> String {
    format!("{}/{}", platform.system, platform.architecture)
}
