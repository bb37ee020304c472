//! Resolves a manifest's registry reference to the model version that is released, and checks the
//! gates.

use jiff::Timestamp;

use super::Context;
use super::parameters::filled;
use super::planning::PlanError;
use crate::cloud::Parameters;
use crate::plan::Observed;
use crate::registry::{
    Failed, Gate, Gates, RegisteredVersion, Registries, Registry, RegistryError, RegistryErrorKind,
    Serving, truncated,
};
use crate::release::Origin;
use crate::release::ids::Caller;
use crate::release::{LiveTaskDefinition, MODEL_REF, VERSION, as_tag};
use mlship_manifest::schema::{Delivery, Require};
use mlship_manifest::{Code, Reference};
use mlship_manifest::{Diagnostic, Manifest, is_s3};

/// Which gates are overridden, and why.
#[derive(Debug, Clone, Default)]
pub struct GateOverrides {
    /// Their names: of a metric or tag alone, or as a manifest has them.
    pub gates: Vec<String>,
    /// Why; kept with the release.
    pub reason: Option<String>,
}

impl GateOverrides {
    /// Refuses names of gates that no manifest has: a misspelt one would override nothing.
    #[must_use = "says what is wrong with them"]
    pub fn check<'a>(
        &self,
        manifests: impl IntoIterator<Item = &'a Manifest>,
    ) -> Result<(), String> {
        let known: Vec<Gate> = manifests
            .into_iter()
            .filter_map(|manifest| manifest.release.model.require.clone())
            .flat_map(|require| Gates::all(&require))
            .collect();
        for name in &self.gates {
            if !known.iter().any(|gate| is_named(gate, name)) {
                let known: Vec<_> = known.iter().map(ToString::to_string).collect();
                let others = match known.len() {
                    0 => "model.require asks for nothing".to_owned(),
                    _ => format!("there are {}", known.join(", ")),
                };
                return Err(format!("there is no gate {name} to override; {others}"));
            }
        }
        Ok(())
    }

    fn reason(&self, gate: &Gate) -> Option<&str> {
        let named = self.gates.iter().any(|name| is_named(gate, name));
        self.reason.as_deref().filter(|_| named)
    }
}

/// A metric or tag may be named alone.
fn is_named(gate: &Gate, name: &str) -> bool {
    let alone = match gate {
        Gate::Metric(metric) => Some(metric),
        Gate::Tag(tag) => Some(tag),
        Gate::Approved | Gate::Age => None,
    };
    gate.to_string() == name || alone.is_some_and(|alone| alone == name)
}

/// A manifest whose model is one certain version.
pub struct PinnedManifest {
    /// The manifest, with the version in it.
    pub manifest: Manifest,
    found: Option<ResolvedVersion>,
}

/// What a registry said.
struct ResolvedVersion {
    registry: Box<dyn Registry>,
    reference: String,
    version: RegisteredVersion,
}

/// Fills in the parameters of a manifest, and asks the registry which version its reference names
/// now.
pub async fn pin<C: Registries + Parameters>(
    context: &Context<'_, C>,
    caller: Option<&Caller>,
    manifest: &Manifest,
) -> Result<PinnedManifest, PlanError> {
    let mut manifest = filled(context, caller, manifest).await?.into_owned();
    let Some(Connected {
        registry,
        reference,
    }) = connected(context.cloud, &manifest).await?
    else {
        return Ok(PinnedManifest {
            manifest,
            found: None,
        });
    };
    let version = registry.find(&reference).await;
    let version = version.map_err(|error| registry_error_at(&manifest, error))?;
    let model = &mut manifest.release.model;
    model.version = Some(version.version.clone());
    if let Some(artifact) = &mut model.artifact
        && artifact.delivery == Some(Delivery::S3Init)
        && artifact.uri.is_none()
    {
        let uri = weights(&manifest.places, &version)?;
        if artifact.sha256.is_some() && uri.ends_with('/') {
            let message = format!("there is no SHA-256 of a directory, and {uri} is one");
            let problem = Diagnostic::error(Code::SHA256_OF_DIRECTORY, message);
            let place = manifest.places.span("model.artifact.sha256");
            return Err(PlanError::Refused(
                vec![problem.at(place).help("remove it")].into(),
            ));
        }
        artifact.uri = Some(uri);
    }
    Ok(PinnedManifest {
        manifest,
        found: Some(ResolvedVersion {
            registry,
            reference: reference.to_string(),
            version,
        }),
    })
}

/// A registry, and what a manifest asks it for.
pub struct Connected {
    /// The registry.
    pub registry: Box<dyn Registry>,
    /// What it is asked for.
    pub reference: Reference,
}

/// Prepares the registry of a manifest that has a reference into one.
pub async fn connected<C: Registries>(
    registries: &C,
    manifest: &Manifest,
) -> Result<Option<Connected>, PlanError> {
    let model = &manifest.release.model;
    let Some(written) = &model.reference else {
        return Ok(None);
    };
    let reference = Reference::parse(written).map_err(|mistake| {
        let message = format!("{written} {}", mistake.message);
        let problem = manifest.problem("model.ref", Code::BAD_REF, message);
        PlanError::Refused(vec![problem.help(mistake.help)].into())
    })?;
    Ok(Some(Connected {
        registry: registries.connect(model.registry.as_ref()).await?,
        reference,
    }))
}

/// What the registry has none of is a mistake in the manifest, at its place.
fn registry_error_at(manifest: &Manifest, error: RegistryError) -> PlanError {
    if error.kind != RegistryErrorKind::Missing {
        return PlanError::Registry(error);
    }
    let problem = manifest.problem("model.ref", Code::NO_SUCH_VERSION, error.message);
    PlanError::Refused(vec![problem.help(error.hint.unwrap_or_default())].into())
}

/// Returns where a task downloads the weights of a version from.
fn weights(
    places: &mlship_manifest::Places,
    version: &RegisteredVersion,
) -> Result<String, PlanError> {
    let refuse = |message: String, help: &str| {
        let problem = Diagnostic::error(Code::WEIGHTS_OUT_OF_REACH, message);
        let problem = problem.at(places.span("model.artifact.delivery"));
        Err(PlanError::Refused(vec![problem.help(help)].into()))
    };
    let RegisteredVersion {
        name,
        version: number,
        artifact_uri,
        ..
    } = version;
    let Some(uri) = artifact_uri else {
        return refuse(
            format!("the registry does not say where the files of {name} {number} are"),
            "write `model.artifact.uri`",
        );
    };
    if uri.starts_with("mlflow-artifacts:") {
        return refuse(
            format!(
                "the files of {name} {number} are behind the MLflow server ({}), where a task \
                 cannot download them with its role",
                truncated(uri)
            ),
            "have the server hand out S3 addresses (`mlflow server --no-serve-artifacts` with an \
             artifact root in S3), bake the weights into the image, or write `model.artifact.uri`",
        );
    }
    if !is_s3(uri) {
        return refuse(
            format!(
                "the files of {name} {number} are not in S3 but at {}",
                truncated(uri)
            ),
            "write `model.artifact.uri`, or bake the weights into the image",
        );
    }
    Ok(uri.clone())
}

impl PinnedManifest {
    /// Returns where the model comes from, whatever serves.
    #[must_use]
    pub fn origin_unchecked(&self) -> Option<Origin> {
        let found = self.found.as_ref()?;
        Some(self.origin_of(found, None))
    }

    fn origin_of(&self, found: &ResolvedVersion, before: Option<&RegisteredVersion>) -> Origin {
        let require = self.manifest.release.model.require.as_ref();
        let metrics = require.map(|require| require.metrics.keys().cloned().collect());
        Origin {
            required: metrics.unwrap_or_default(),
            ..Origin::new(&found.reference, &found.version, before)
        }
    }

    /// Returns where the model comes from, held against what serves.
    pub async fn check_gates(
        &self,
        observed: &Observed,
        overrides: &GateOverrides,
        now: Timestamp,
    ) -> Result<Option<Origin>, PlanError> {
        let Some(found) = &self.found else {
            return Ok(None);
        };
        if let Some(why) = &found.version.unusable {
            let what = format!("{} {}", found.version.name, found.version.version);
            let message = format!("{what} can't be used: {why}");
            let problem = self
                .manifest
                .problem("model.ref", Code::VERSION_NOT_READY, message);
            return Err(PlanError::Refused(
                vec![problem.help("wait until the registry has it, or name another version")]
                    .into(),
            ));
        }
        let live = observed
            .service
            .as_ref()
            .filter(|service| service.is_active());
        let task_definition = live.and(observed.task_definition.as_ref());
        let deployed = found.deployed_version(task_definition);
        let before = found.before(deployed).await?;
        let mut origin = self.origin_of(found, before.as_ref());
        let Some(require) = &self.manifest.release.model.require else {
            return Ok(Some(origin));
        };
        let serving = match (&before, deployed, live) {
            (Some(before), _, _) => Serving::Version(before),
            (None, Some(number), _) => Serving::Gone(number),
            (None, None, None) => Serving::Nothing,
            (None, None, Some(live)) => Serving::Unknown(live.task_definition.short()),
        };
        origin.overridden = self.overridden(require, found, serving, overrides, now)?;
        Ok(Some(origin))
    }

    /// Returns the overridden gates; any other that does not hold refuses.
    fn overridden(
        &self,
        require: &Require,
        found: &ResolvedVersion,
        serving: Serving<'_>,
        overrides: &GateOverrides,
        now: Timestamp,
    ) -> Result<std::collections::BTreeMap<String, String>, PlanError> {
        let gates = Gates {
            require,
            version: &found.version,
            serving,
            now,
        };
        let mut refused = Vec::new();
        let mut overridden = std::collections::BTreeMap::new();
        for failed in gates.failed() {
            match overrides.reason(&failed.gate) {
                Some(reason) => {
                    overridden.insert(failed.gate.to_string(), reason.to_owned());
                }
                None => refused.push(self.refusal(&failed, found.version.page.as_deref())),
            }
        }
        if refused.is_empty() {
            Ok(overridden)
        } else {
            Err(PlanError::Refused(refused.into()))
        }
    }

    fn refusal(&self, failed: &Failed, page: Option<&str>) -> Diagnostic {
        let page = page.map_or_else(String::new, |page| format!("; see {page}"));
        let message = format!("{}{page}", failed.message);
        let problem = self
            .manifest
            .problem(&failed.path, Code::GATE_FAILED, message);
        problem.help(format!(
            "release another version, or all the same with --override-gate {} --reason TEXT",
            failed.gate
        ))
    }
}

impl ResolvedVersion {
    /// Returns which version of the model serves, where the tags of a revision say so.
    fn deployed_version<'a>(&self, serving: Option<&'a LiveTaskDefinition>) -> Option<&'a str> {
        let tags = &serving?.tags;
        let (reference, number) = (tags.get(MODEL_REF)?, tags.get(VERSION)?);
        let name = Reference::parse(reference).ok()?.name;
        (name == as_tag(&self.version.name)).then_some(&**number)
    }

    /// Asks about the version that serves.
    async fn before(&self, deployed: Option<&str>) -> Result<Option<RegisteredVersion>, PlanError> {
        let Some(number) = deployed else {
            return Ok(None);
        };
        if number == self.version.version {
            return Ok(Some(self.version.clone()));
        }
        let reference = Reference::to_version(&self.version.name, number);
        match self.registry.find(&reference).await {
            Ok(version) => Ok(Some(version)),
            // Old versions may be deleted.
            Err(error) if error.kind == RegistryErrorKind::Missing => Ok(None),
            Err(error) => Err(PlanError::Registry(error)),
        }
    }
}
