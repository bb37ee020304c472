//! What was probably meant by a service that is not there: an environment of its manifest that
//! nobody named, or another service whose name is near. Changes nothing.

use std::time::Duration;

use super::{Address, Subject};
use crate::cloud::{CloudError, Ecs, ErrorKind};
use crate::release::ids::ServiceId;
use mlship_manifest::nearest;

/// How long to look for names that are near: an account may have thousands of services.
const PATIENCE: Duration = Duration::from_secs(5);

/// Returns what was probably meant by a service that is not there, as the next step.
pub async fn meant<C: Ecs>(cloud: &C, subject: &Subject) -> Option<String> {
    match (subject.environments(), subject.address()) {
        ([], Address::Manifest(_)) => None,
        (environments, Address::Manifest(_)) => Some(format!(
            "no environment was chosen, and the manifest has {}: name one with -e",
            environments.join(", ")
        )),
        (_, Address::Service(written)) => {
            let listed = tokio::time::timeout(PATIENCE, cloud.services()).await;
            let near = near(written, &listed.ok()?.ok()?)?.to_string();
            Some(format!("did you mean --service {near}?"))
        }
    }
}

/// Adds to an error what was probably meant, where it says that a service is not there.
pub async fn explained<C: Ecs>(cloud: &C, subject: &Subject, error: CloudError) -> CloudError {
    let is_missing = error.kind == ErrorKind::Missing && error.operation == "DescribeServices";
    if !is_missing || error.message == CloudError::being_deleted(subject.service()).message {
        return error;
    }
    let Some(meant) = meant(cloud, subject).await else {
        return error;
    };
    let hint = match &error.hint {
        Some(hint) => format!("{meant}; or {hint}"),
        None => meant,
    };
    CloudError {
        hint: Some(hint),
        ..error
    }
}

/// Returns the service whose name is near in the same cluster, or the one of this name in a
/// cluster whose name is near.
fn near<'a>(written: &ServiceId, all: &'a [ServiceId]) -> Option<&'a ServiceId> {
    let of_cluster = all.iter().filter(|known| known.cluster == written.cluster);
    let name = nearest(
        written.name.as_str(),
        of_cluster.map(|known| known.name.as_str()),
    );
    if let Some(name) = name {
        let is_it =
            |known: &&ServiceId| known.cluster == written.cluster && known.name.as_str() == name;
        return all.iter().find(is_it).filter(|known| *known != written);
    }
    let of_name = all.iter().filter(|known| known.name == written.name);
    let cluster = nearest(
        written.cluster.as_str(),
        of_name.clone().map(|known| known.cluster.as_str()),
    )?;
    let is_it = |known: &&ServiceId| known.cluster.as_str() == cluster;
    of_name
        .clone()
        .find(is_it)
        .filter(|known| *known != written)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::recording_report::RecordingReport;
    use crate::app::testing::{Stand, subject_alone};
    use crate::app::watch::watch_newest;
    use crate::cloud::fake::World;
    use crate::progress::ExitCode;
    use crate::release::ids::{ClusterName, ServiceName};

    #[tokio::test(start_paused = true)]
    async fn who_forgot_the_environment_is_told_which_there_are() {
        let text = "apiVersion: mlship/v1\nkind: ModelRelease\nmodel: { name: m }\n\
                    service: { name: m, cluster: ml }\nenvironments:\n  \
                    staging: { service: { cluster: ml-staging } }\n";
        let stand = Stand::new(World::default());
        let (context, subject) = (stand.context(), subject_alone(text));
        let mut heard = RecordingReport::default();
        let options = crate::app::testing::options().watch;
        let result = watch_newest(&context, &subject, options, false, &mut heard).await;
        assert_eq!(result.exit_code(), ExitCode::SaidNo);
        let hint = result.hint.unwrap();
        assert!(hint.starts_with("no environment was chosen, and the manifest has staging"));
        let gone = CloudError::being_deleted(subject.service());
        let told = explained(&stand.cloud, &subject, gone.clone()).await;
        assert_eq!(told.hint, gone.hint);
    }

    fn id(text: &str) -> ServiceId {
        let (cluster, name) = text.split_once('/').unwrap();
        ServiceId {
            cluster: ClusterName::new(cluster),
            name: ServiceName::new(name),
            place: None,
        }
    }

    fn check(written: &str, expected: Option<&str>) {
        let all = ["ml-prod/fraud-scorer", "ml-prod/churn", "ml-staging/ranker"].map(id);
        let found = near(&id(written), &all).map(ToString::to_string);
        assert_eq!(found.as_deref(), expected, "{written}");
    }

    #[test]
    fn a_name_that_is_near_in_the_cluster_is_meant() {
        check("ml-prod/fraud-scorrer", Some("ml-prod/fraud-scorer"));
        check("ml-prod/chrun", Some("ml-prod/churn"));
    }

    #[test]
    fn the_same_name_in_a_cluster_that_is_near_is_meant() {
        check("ml-stagin/ranker", Some("ml-staging/ranker"));
    }

    #[test]
    fn what_is_near_nothing_is_not_guessed() {
        check("ml-prod/translation", None);
        check("other/thing", None);
    }
}
