//! The ways to AWS of one run, over the regions and accounts of what it is about: nothing else opens
//! one.

mod caller;
mod watched;
mod ways;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::session::Session;
use super::{Global, signals};
pub(super) use caller::Asking;
use mlship_core::app::manifests::Subjects;
use mlship_core::app::plan_file::SavedPlans;
use mlship_core::app::route::Route;
use mlship_core::app::{Interrupts, Subject};
use mlship_core::cloud::{Answer, CloudError, Requests};
use mlship_core::release::{Place, Provenance};
use mlship_manifest::Destination;
use ways::Ways;

/// The ways of one run, each to another account or region.
pub(super) struct Sessions {
    pub(super) interrupts: Interrupts,
    all: Vec<Session>,
    /// By which of them each of what was asked for is reached, or why by none.
    routes: Vec<Answer<usize>>,
    /// Where each of them is.
    places: Vec<Place>,
}

impl Sessions {
    /// Opens the ways to what a command is about, and listens to signals from the start.
    pub(super) async fn listening(
        wanted: &[Destination],
        asking: Asking,
        global: &Global,
    ) -> Result<Self, CloudError> {
        Self::with(signals::listen(), wanted, asking, global).await
    }

    /// Opens them, and leaves signals to their default.
    pub(super) async fn deaf(
        wanted: &[Destination],
        asking: Asking,
        global: &Global,
    ) -> Result<Self, CloudError> {
        Self::with(Interrupts::never(), wanted, asking, global).await
    }

    /// Opens the way to where each profile leads by itself, and leaves signals to their default.
    pub(super) async fn of_profiles(asking: Asking, global: &Global) -> Result<Self, CloudError> {
        let interrupts = Interrupts::never();
        let ways = Ways::open(&interrupts, &[], asking, global).await?;
        let routes = ways.choices.everywhere();
        let places = vec![Place::default(); routes.len()];
        Ok(Self::along(&ways, routes, places, interrupts))
    }

    /// Opens the ways to services, and says of each where it is. A service that several manifests
    /// turn out to be for is taken once.
    pub(super) async fn of_subjects(
        read: &mut Subjects,
        listens: bool,
        asking: Asking,
        global: &Global,
    ) -> Result<Self, CloudError> {
        let wanted = read.subjects.iter().map(Subject::destination).cloned();
        let wanted: Vec<Destination> = wanted.collect();
        let mut opened = if listens {
            Self::listening(&wanted, asking, global).await?
        } else {
            Self::deaf(&wanted, asking, global).await?
        };
        let kept = read.place(opened.places.clone());
        let routes = kept.iter().map(|at| opened.routes[*at].clone()).collect();
        opened.routes = routes;
        opened.places = kept
            .into_iter()
            .map(|at| opened.places[at].clone())
            .collect();
        Ok(opened)
    }

    async fn with(
        interrupts: Interrupts,
        wanted: &[Destination],
        asking: Asking,
        global: &Global,
    ) -> Result<Self, CloudError> {
        let ways = Ways::open(&interrupts, wanted, asking, global).await?;
        let routes = wanted.iter().map(|wanted| ways.choices.route(wanted));
        let said = wanted.iter().map(|wanted| wanted.clone().into());
        Ok(Self::along(
            &ways,
            routes.collect(),
            said.collect(),
            interrupts,
        ))
    }

    /// Opens the ways along routes, each once; what is asked for may say where it is itself.
    fn along(
        ways: &Ways<'_>,
        wanted: Vec<Answer<Route>>,
        said: Vec<Place>,
        interrupts: Interrupts,
    ) -> Self {
        let mut opened: BTreeMap<Route, usize> = BTreeMap::new();
        let mut sessions = Vec::new();
        let (mut routes, mut places) = (Vec::new(), Vec::new());
        let pipeline = Provenance::of_pipeline(&|name| std::env::var(name).ok());
        let pipeline = Arc::new(pipeline);
        for (route, said) in wanted.into_iter().zip(said) {
            let route = route.and_then(|route| {
                if let Some(at) = opened.get(&route) {
                    return Ok(*at);
                }
                sessions.push(ways.session(&route, &interrupts, &pipeline)?);
                opened.insert(route, sessions.len() - 1);
                Ok(sessions.len() - 1)
            });
            places.push(match &route {
                Ok(at) => {
                    let place = sessions[*at].place();
                    Place {
                        account: place.account.or(said.account),
                        ..place
                    }
                }
                Err(_) => said,
            });
            routes.push(route);
        }
        Self {
            interrupts,
            all: sessions,
            routes,
            places,
        }
    }

    /// Returns all of them.
    pub(super) fn all(&self) -> &[Session] {
        &self.all
    }

    /// Returns which of them leads to each of what was asked for.
    pub(super) fn routes(&self) -> &[Answer<usize>] {
        &self.routes
    }

    /// Returns where each of what was asked for is.
    pub(super) fn places(&self) -> &[Place] {
        &self.places
    }

    /// Returns the way to one of what was asked for.
    ///
    /// # Errors
    /// Why there is none.
    pub(super) fn to(&self, at: usize) -> Result<&Session, &CloudError> {
        self.routes[at].as_ref().map(|way| &self.all[*way])
    }

    /// Returns the way to the one thing that was asked for.
    pub(super) fn into_only(mut self) -> Result<Session, CloudError> {
        let way = self.routes.swap_remove(0)?;
        Ok(self.all.swap_remove(way))
    }

    /// Takes parameters everywhere as they were when plans were saved, where any are.
    pub(super) async fn pin_parameters(
        &self,
        saved: Option<&SavedPlans>,
    ) -> Result<(), CloudError> {
        if let Some(saved) = saved {
            for session in &self.all {
                session.pin_parameters(saved).await?;
            }
        }
        Ok(())
    }

    /// Returns how many requests were sent.
    pub(super) fn calls(&self) -> u64 {
        self.all.iter().map(|session| session.cloud.calls()).sum()
    }
}
