//! What the flags leave to choose from: profiles, whose each of them is, and what connections are
//! made of.

use std::sync::Arc;

use futures_util::future::join_all;

use super::caller::{Asking, Who};
use super::watched::Watched;
use crate::cli::Global;
use crate::cli::session::Session;
use mlship_aws::cloud::{Connector, Options, Variables, connector};
use mlship_core::app::Interrupts;
use mlship_core::app::route::{Choices, Login, Route};
use mlship_core::cloud::{CloudError, ErrorKind};
use mlship_core::release::Provenance;
use mlship_core::release::ids::Caller;
use mlship_manifest::Destination;

/// What the flags leave to choose from, and what connections are made of.
pub(super) struct Ways<'a> {
    pub(super) choices: Choices,
    connectors: Vec<Option<Connector>>,
    watched: Watched<'a>,
}

impl<'a> Ways<'a> {
    pub(super) async fn open(
        interrupts: &Interrupts,
        wanted: &[Destination],
        asking: Asking,
        global: &'a Global,
    ) -> Result<Self, CloudError> {
        let is_said = |wanted: &Destination| wanted.region.is_some();
        let all_say_regions = !wanted.is_empty() && wanted.iter().all(is_said);
        // Whose credentials they are is the same wherever it is asked.
        let region_of_any = wanted.iter().find_map(|wanted| wanted.region.clone());
        let profiles: Vec<Option<String>> = match &global.profiles[..] {
            [] => vec![None],
            several => several.iter().cloned().map(Some).collect(),
        };
        let is_one = profiles.len() == 1;
        let connectors = profiles.iter().map(async |profile| {
            connector(&Options {
                region: global.region.clone(),
                region_of_any: region_of_any.clone(),
                all_say_regions,
                profile: profile.clone(),
                endpoint_url: global.endpoint_url.clone(),
                variables: Variables::of_process(),
            })
            .await
        });
        let connectors = join_all(connectors).await;
        let watched = Watched::new(global);
        let logins = profiles
            .iter()
            .zip(&connectors)
            .map(async |(profile, made)| {
                let caller = match made {
                    Ok(connector) => {
                        let home = connector.region().ok().or(region_of_any.clone());
                        match home.map(|home| connector.to(&home)) {
                            Some(Ok(cloud)) => {
                                watched.watch(&cloud);
                                let who = Who {
                                    cloud: &cloud,
                                    interrupts,
                                };
                                who.calls(asking, is_one).await
                            }
                            Some(Err(error)) => Some(Err(error)),
                            None => None,
                        }
                    }
                    Err(error) => Some(Err(error.clone())),
                };
                let profile = profile.clone();
                Login { profile, caller }
            });
        let logins = join_all(logins).await;
        let mut ways = Self {
            choices: Choices {
                region: global.region.clone(),
                default_regions: Vec::new(),
                logins,
            },
            connectors: Vec::new(),
            watched,
        };
        for made in connectors {
            // A mistake in a setting is nobody's account.
            let made = match made {
                Err(error) if is_one || error.kind == ErrorKind::Setting => return Err(error),
                made => made,
            };
            let region = made
                .as_ref()
                .map_or_else(|error| Err(error.clone()), Connector::region);
            ways.choices.default_regions.push(region);
            ways.connectors.push(made.ok());
        }
        if let (true, Asking::Caller, Some(Err(error))) =
            (is_one, asking, &ways.choices.logins[0].caller)
        {
            return Err(error.clone());
        }
        match ways.choices.doubled() {
            Some(message) => Err(CloudError::mistaken(
                message,
                "leave one of them out".to_owned(),
            )),
            None => Ok(ways),
        }
    }

    /// Opens the way along a route.
    pub(super) fn session(
        &self,
        route: &Route,
        interrupts: &Interrupts,
        pipeline: &Arc<Provenance>,
    ) -> Result<Session, CloudError> {
        let Some(connector) = &self.connectors[route.login] else {
            return Err(not_asked());
        };
        let cloud = connector.to(&route.region)?;
        self.watched.watch(&cloud);
        let login = &self.choices.logins[route.login];
        let caller = login.caller.clone().unwrap_or_else(|| Err(not_asked()));
        let caller = caller.map(|caller| Caller {
            region: route.region.clone(),
            ..caller
        });
        let mut invocation = self.watched.global.invocation();
        invocation.profiles = login.profile.iter().cloned().collect();
        let is_default = connector
            .region()
            .is_ok_and(|default| default == route.region);
        invocation.region_of_service = (!is_default).then(|| route.region.clone());
        Ok(Session {
            cloud,
            interrupts: interrupts.clone(),
            caller,
            invocation,
            pipeline: Arc::clone(pipeline),
        })
    }
}

fn not_asked() -> CloudError {
    CloudError::no_answer("GetCallerIdentity", ErrorKind::Unreachable)
}
