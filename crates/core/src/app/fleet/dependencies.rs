//! Which of the manifests of one run `service.dependsOn` names, wherever their services are.

use std::collections::HashMap;
use std::sync::Arc;

use super::order::place;
use crate::app::manifests::Loaded;
use crate::fleet::Candidate;
use crate::release::ids::{ClusterName, ServiceId, ServiceName};
use crate::release::{NamedPlace, Place};
use mlship_manifest::{Code, Dependency, Destination, Diagnostic};

/// The services of a run.
pub(super) struct Run {
    /// By the names of cluster and service, which several regions and accounts can have.
    services: HashMap<(String, String), Vec<ServiceId>>,
}

impl Run {
    /// Takes the services of some manifests.
    pub(super) fn of(manifests: &[Loaded]) -> Self {
        let mut services: HashMap<_, Vec<ServiceId>> = HashMap::new();
        for loaded in manifests {
            let service = loaded.service();
            let cluster = service.cluster.short().to_owned();
            let key = (cluster, service.name.to_string());
            services.entry(key).or_default().push(service);
        }
        Self { services }
    }

    /// Returns what a manifest asks of the order. What may be several services is a finding.
    pub(super) fn candidate(&self, loaded: &Loaded, found: &mut Vec<Diagnostic>) -> Candidate {
        let service = &loaded.manifest.release.service;
        let each = service.depends_on.iter().enumerate();
        let depends_on = each.map(|(at, written)| {
            self.named(&Dependency::of(written), loaded)
                .unwrap_or_else(|of_name| {
                    let names: Vec<String> = of_name.iter().map(ToString::to_string).collect();
                    let message = format!("{written} may be {}", names.join(" or "));
                    let code = Code::AMBIGUOUS_DEPENDENCY;
                    let problem = loaded.manifest.problem(&place(at), code, message);
                    found.push(problem.help("write `REGION:CLUSTER/NAME`"));
                    loaded.service()
                })
        });
        Candidate {
            wave: service.wave.unwrap_or(1),
            depends_on: depends_on.collect(),
            service: loaded.service(),
        }
    }

    /// Returns the service that is meant, in the run or not.
    ///
    /// # Errors
    /// Those that it may be.
    fn named(&self, on: &Dependency<'_>, by: &Loaded) -> Result<ServiceId, Vec<&ServiceId>> {
        let own = by.service();
        let cluster = on
            .cluster
            .map_or_else(|| own.cluster.clone(), ClusterName::new);
        let arn = on.cluster.map(Destination::of_arn);
        let region = match (on.cluster, on.region) {
            (None, _) => Wanted::Exactly(by.place().region.clone()),
            (Some(_), Some(region)) => Wanted::Exactly(Some(region.to_owned())),
            (Some(_), None) => match arn.and_then(|arn| arn.region) {
                Some(region) => Wanted::Exactly(Some(region)),
                None => Wanted::Any,
            },
        };
        let key = (cluster.short().to_owned(), on.name.to_owned());
        let of_name = self.services.get(&key).map_or(&[][..], Vec::as_slice);
        let mut meant: Vec<&ServiceId> = of_name
            .iter()
            .filter(|service| region.is(place_of(service)))
            .collect();
        if meant.is_empty() && matches!(region, Wanted::Exactly(Some(_))) {
            // Where the others are is not known before somebody connects to AWS.
            let mut unsaid = of_name.iter();
            meant.extend(unsaid.find(|service| place_of(service).region.is_none()));
        }
        if meant.len() > 1 {
            let is_own = |service: &&ServiceId| {
                let account = &place_of(service).account;
                account.is_some() && *account == by.place().account
            };
            let own: Vec<&ServiceId> = meant.iter().copied().filter(is_own).collect();
            if !own.is_empty() {
                meant = own;
            }
        }
        match meant[..] {
            [] => Ok(ServiceId {
                cluster,
                name: ServiceName::new(on.name),
                place: region.place(by.place()),
            }),
            [only] => Ok(only.clone()),
            _ => Err(meant),
        }
    }
}

/// In which regions one is looked for.
enum Wanted {
    Any,
    Exactly(Option<String>),
}

impl Wanted {
    fn is(&self, place: &Place) -> bool {
        match self {
            Self::Any => true,
            Self::Exactly(region) => *region == place.region,
        }
    }

    /// Returns where one would be that is not in the run.
    fn place(self, own: &Place) -> Option<Arc<NamedPlace>> {
        match self {
            Self::Any => None,
            Self::Exactly(region) => {
                let place = Place {
                    region,
                    ..own.clone()
                };
                NamedPlace::among(vec![own.clone(), place]).pop()
            }
        }
    }
}

fn place_of(service: &ServiceId) -> &Place {
    const NOWHERE: &Place = &Place {
        region: None,
        account: None,
    };
    service.place.as_ref().map_or(NOWHERE, |named| &named.place)
}
