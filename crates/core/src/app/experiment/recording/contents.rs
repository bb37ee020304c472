//! Gathers what a record says of an experiment: from the rule, the manifest, the services as they
//! were when it ended, and the numbers.

use super::super::comparison::{Comparison, Origin};
use super::super::readout::{ReadRequest, numbers};
use super::super::served::{EndedWhen, Tested, served};
use crate::app::Context;
use crate::cloud::{Answer, Balancing, Cloud, Metrics};
use crate::experiment::{Arm, DISTURBED, Reading, Record};
use crate::ledger::{ExperimentRecord, Part, Readout, Release};
use crate::release::{ListenerRule, as_tag};
use mlship_manifest::{Manifest, Reference};
use mlship_text::secrets::KnownSecrets;

/// A record as far as it could be made.
pub(super) struct Contents {
    pub(super) entry: ExperimentRecord,
    /// What is not in it that another command may find out.
    pub(super) lacks: Option<String>,
}

/// Gathers the record of an experiment that ended; none where the rule does not say when.
pub(super) async fn contents<C: Cloud + Balancing + Metrics>(
    context: &Context<'_, C>,
    comparison: &Comparison,
    rule: &ListenerRule,
    record: &Record,
    known: Option<&Reading>,
    when: EndedWhen,
) -> Option<Contents> {
    let mut entry = ExperimentRecord::of(&rule.arn, record)?;
    let mut lacks = Vec::new();
    if let Some(hypothesis) = comparison.hypothesis(record) {
        entry.hypothesis = Some(hypothesis.to_owned());
    }
    if let Some(experiment) = comparison.measured() {
        let steps = comparison.definition.as_in(record).steps().len();
        entry.measure(experiment, record.spent(steps));
    }
    entry.disturbed = rule.tags.get(DISTURBED).cloned();
    match (comparison.measured(), known) {
        (None, _) => lacks.push("without what only the manifest says".to_owned()),
        (Some(_), Some(known)) => entry.readout = Some(Readout::of(known)),
        (Some(_), None) => {
            let now = (context.clock)();
            let request = ReadRequest::default();
            let about = (rule, record);
            let reading = numbers(context.cloud, comparison, about, request, now, &[], None);
            match Box::pin(reading).await {
                Ok(reading) => entry.readout = Some(Readout::of(&reading)),
                Err(error) => lacks.push(format!("without the numbers: {error}")),
            }
        }
    }
    if record.analysis_digest != comparison.definition.analysis_digest {
        entry.notes.push(
            "what decides was changed after the last phase began: the verdict may be wrong more \
             often than alpha says"
                .to_owned(),
        );
    }
    let arms = comparison.definition.arms.iter().enumerate();
    for (index, arm) in arms {
        let manifest = comparison.releases().get(index);
        let tested = when.tested(record, arm);
        if record.promotion.is_some() && matches!(tested, Tested::Until(_)) {
            entry.notes.push(format!(
                "what {} served is told by the times of two clocks: the rule does not say which \
                 revision it ran when the promotion began",
                arm.name
            ));
        }
        let release = match Box::pin(release(context.cloud, arm, manifest, tested)).await {
            Ok(release) => release,
            Err(error) => {
                lacks.push(format!("without what {} served: {error}", arm.name));
                None
            }
        };
        entry.variants.push(Part {
            name: arm.name.clone(),
            control: arm.is_control,
            service: arm.service.clone(),
            release,
        });
    }
    let secrets = match &comparison.origin {
        Origin::Manifest(written) => written.manifest.secrets.clone(),
        Origin::Service(_) => KnownSecrets::none(),
    };
    Some(Contents {
        entry: entry.without_secrets(&secrets),
        lacks: (!lacks.is_empty()).then(|| lacks.join("; ")),
    })
}

/// Returns what a variant served that was compared.
async fn release<C: Cloud>(
    cloud: &C,
    arm: &Arm,
    manifest: Option<&Manifest>,
    tested: Tested<'_>,
) -> Answer<Option<Release>> {
    let entry = served(cloud, arm, tested).await?;
    Ok(entry.map(|entry| {
        let mut release = Release::of(&entry);
        if let Some(name) = written_name(manifest)
            && release.model.as_deref() == Some(&*as_tag(&name))
        {
            // A tag does not take every character of a name.
            release.model = Some(name);
        }
        release
    }))
}

fn written_name(manifest: Option<&Manifest>) -> Option<String> {
    let written = manifest?.release.model.reference.as_deref()?;
    Some(Reference::parse(written).ok()?.name)
}
