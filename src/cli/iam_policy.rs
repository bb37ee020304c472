//! `mlship iam-policy`

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use clap::{Args, ValueEnum};
use serde_json::Value;

use super::load::{Loaded, LoadedManifests, load_all};
use super::sessions::{Asking, Sessions};
use super::{Global, examples, output};
use mlship_core::app::parameters::filled;
use mlship_core::iam_policy::{Home, Subject, Tested, TooMany, Wanted, policies};
use mlship_core::permissions::Use;
use mlship_core::progress::ExitCode;
use mlship_core::release::resolve;
use mlship_manifest::{Destination, Unresolved};

/// Print the IAM policy that whoever works with these manifests needs, and no more
#[derive(Debug, Args)]
#[command(after_help = examples::IAM_POLICY)]
pub(super) struct IamPolicy {
    /// Manifests, directories of manifests, or - for standard input
    #[arg(required = true)]
    paths: Vec<String>,
    /// What is done with them, separated by commas; deploy and rollback by default
    #[arg(long = "for", value_enum, value_delimiter = ',', value_name = "USE")]
    purposes: Vec<Purpose>,
    /// Allow what verify asks, too
    #[arg(long)]
    verify: bool,
    /// Allow only what changes nothing: diff, status, history, watch and logs
    #[arg(long)]
    read_only: bool,
    /// Allow whole clusters instead of single services, which many manifests need
    #[arg(long)]
    per_cluster: bool,
}

/// What a policy is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Purpose {
    Deploy,
    Rollback,
    Promote,
    Traffic,
    Experiment,
}

impl Purpose {
    fn used(self) -> Use {
        match self {
            Self::Deploy => Use::Deploy,
            Self::Rollback => Use::Rollback,
            Self::Promote => Use::Promote,
            Self::Traffic => Use::Traffic,
            Self::Experiment => Use::Experiment,
        }
    }
}

impl IamPolicy {
    fn wanted(&self) -> Wanted {
        let mut uses: BTreeSet<Use> = self.purposes.iter().map(|each| each.used()).collect();
        if self.read_only {
            uses.insert(Use::Look);
        } else if uses.is_empty() {
            uses.extend([Use::Deploy, Use::Rollback]);
        }
        // The start of an experiment deploys its variants.
        if uses.contains(&Use::Experiment) {
            uses.insert(Use::Deploy);
        }
        if self.verify {
            uses.insert(Use::Verify);
        }
        Wanted {
            uses,
            reads_only: self.read_only,
            per_cluster: self.per_cluster,
        }
    }
}

pub(super) async fn run(command: &IamPolicy, global: &Global) -> ExitCode {
    let reading = match load_all(&command.paths, global) {
        Ok(reading) => reading,
        Err(code) => return code,
    };
    let subjects = match subjects(&reading, global).await {
        Ok(subjects) => subjects,
        Err(code) => return code,
    };
    let wanted = command.wanted();
    let tests = reading.experiments.iter();
    let tests: Vec<Tested> = tests
        .map(|loaded| Tested::of(&loaded.manifest.experiment))
        .collect();
    if wanted.uses.contains(&Use::Experiment) && tests.is_empty() && !wanted.reads_only {
        output::complain(
            "note: no experiment is among these manifests, so the rules of all load balancers are \
             allowed; name it to allow its rule alone",
        );
    }
    match of_each_account(subjects, &tests, &wanted) {
        Ok(documents) => {
            tell_sizes(&documents);
            output::revealed(&one_or_list(documents))
        }
        Err(TooMany { policies }) => {
            let message = format!(
                "this takes {policies} policies or more of 6,144 characters, and a role takes 10"
            );
            let hint = if wanted.per_cluster {
                "name fewer manifests, for a role each"
            } else {
                "use --per-cluster, which allows clusters instead of services, or name fewer \
                 manifests, for a role each"
            };
            output::obstacle(&message, hint, global)
        }
    }
}

/// Reads the releases, those of experiments too, and asks whose account it is where none says it.
async fn subjects(reading: &LoadedManifests, global: &Global) -> Result<Vec<Subject>, ExitCode> {
    let of_tests = reading.experiments.iter().flat_map(|test| &test.releases);
    let releases: Vec<&Loaded> = reading.manifests.iter().chain(of_tests).collect();
    let wanted = releases.iter().map(|loaded| {
        let manifest = &loaded.manifest.release;
        let said = manifest.destination();
        let account = said.account.or_else(|| Subject::account_of_roles(manifest));
        Destination { account, ..said }
    });
    let wanted: Vec<Destination> = wanted.collect();
    let asking = if wanted.iter().all(|each| each.account.is_some()) {
        Asking::Nobody
    } else {
        Asking::Caller
    };
    let sessions = Sessions::deaf(&wanted, asking, global).await;
    let sessions = sessions.map_err(|error| output::cloud_error(&error, global))?;
    let mut found = Vec::new();
    for (at, loaded) in releases.iter().enumerate() {
        let denied = |error| output::cloud_error_of(&loaded.service(), error, global);
        let session = sessions.to(at).map_err(denied)?;
        let caller = || session.caller.as_ref().map_err(denied);
        let account = match &wanted[at].account {
            Some(account) => account.clone(),
            None => caller()?.account.as_str().to_owned(),
        };
        let region = session.cloud.region().to_owned();
        let manifest = &loaded.manifest;
        let values = manifest.unresolved().iter().map(|one| one.name.as_str());
        let known = if manifest.unresolved().iter().any(names_what_is_allowed) {
            let context = session.context();
            let filled = Box::pin(filled(&context, None, manifest)).await;
            filled.map_err(|error| output::not_planned(&loaded.service(), &error, global))?
        } else {
            Cow::Borrowed(manifest)
        };
        let release = resolve(&known.release, &region, &known.secrets);
        let subject = Subject::of(&known.release, &release, Home { account, region });
        found.push(subject.filled_by(values));
    }
    Ok(found)
}

/// Says whether a policy can't be written before the value of a parameter is known: not for one
/// that is the version of a model, a variable's value, a tag's, or the tag of an image.
fn names_what_is_allowed(unresolved: &Unresolved) -> bool {
    let says_nothing = ["runtime.env.", "tags.", "model.version"];
    let is_tag = || {
        let (text, range) = (unresolved.at.source().text(), unresolved.at.range());
        let before = text.get(..range.start).unwrap_or_default();
        unresolved.field == "image" && before.ends_with(':')
    };
    let says_nothing = says_nothing
        .into_iter()
        .any(|field| unresolved.field.starts_with(field));
    !says_nothing && !is_tag()
}

/// A role is of one account, and so are its policies.
fn of_each_account(
    subjects: Vec<Subject>,
    tests: &[Tested],
    wanted: &Wanted,
) -> Result<Vec<Value>, TooMany> {
    let mut by_account: BTreeMap<String, Vec<Subject>> = BTreeMap::new();
    for subject in subjects {
        let account = subject.home.account.clone();
        by_account.entry(account).or_default().push(subject);
    }
    let is_one = by_account.len() == 1;
    let mut documents = Vec::new();
    for (account, subjects) in by_account {
        let own = tests.iter().filter(|test| {
            let said = Destination::of_arn(test.rule.as_str()).account;
            is_one || said.as_ref() == Some(&account)
        });
        let own: Vec<Tested> = own.cloned().collect();
        documents.extend(policies(&subjects, &own, wanted)?);
    }
    Ok(documents)
}

fn tell_sizes(documents: &[Value]) {
    if documents.len() > 1 {
        let sizes = documents.iter().map(|document| {
            let length = document.to_string().chars().count();
            length.to_string()
        });
        let sizes: Vec<String> = sizes.collect();
        output::complain(&format!(
            "note: {} policies, of {} characters: a role needs all that are of its account",
            documents.len(),
            sizes.join(", ")
        ));
    }
}

/// Returns a single document as it is, and several as a list: JSON has one value.
fn one_or_list(mut documents: Vec<Value>) -> Value {
    match documents.pop() {
        Some(only) if documents.is_empty() => only,
        last => {
            documents.extend(last);
            Value::Array(documents)
        }
    }
}
