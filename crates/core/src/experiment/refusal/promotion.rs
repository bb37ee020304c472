//! Refusals of a promotion: what would become the control's is not what was compared.

use super::Refusal;
use crate::experiment::Arm;
use mlship_manifest::Code;

impl Refusal {
    /// A variant would not be what was compared.
    #[must_use]
    pub fn other_release(arm: &Arm) -> Self {
        Self::new(
            Code::OTHER_RELEASE,
            "variants",
            format!(
                "the manifest of {} has another release than the one that was compared, which \
                 would become the control's",
                arm.name
            ),
            "put the release back that was compared; a new one takes a new experiment",
        )
    }

    /// Nobody knows which image a tag stood for.
    #[must_use]
    pub fn untold_image(arm: &Arm, written: &str) -> Self {
        Self::new(
            Code::TESTED_IMAGE_UNKNOWN,
            "variants",
            format!(
                "neither ECS nor the tasks of {} say which image {written} was while it was \
                 compared, and by now the tag may name another one",
                arm.name
            ),
            "write the image that was compared by its digest into the manifest of the winner \
             (`IMAGE@sha256:…`), and release it there first",
        )
    }

    /// A tag stood for more than one image.
    #[must_use]
    pub fn several_images(arm: &Arm, written: &str, digests: &[String]) -> Self {
        Self::new(
            Code::TESTED_IMAGE_UNKNOWN,
            "variants",
            format!(
                "{} ran {} images as {written} while it was compared: {}",
                arm.name,
                digests.len(),
                digests.join(", ")
            ),
            "the numbers are of all of them together: stop the experiment, write one of them by \
             its digest, and compare that",
        )
    }
}
