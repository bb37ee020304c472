//! Systems Manager's `GetParameters` for manifests: plain values, ten in a request, each once a run.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_ssm::operation::get_parameters::GetParametersOutput;
use aws_sdk_ssm::types::{Parameter, ParameterType};
use tokio::sync::OnceCell;

use super::AwsCloud;
use super::api::ParametersApi;
use super::lacks::Lacks;
use super::operation::Operation;
use mlship_core::cloud::{Answer, Answers, Batch, Parameters, StoredParameter};

/// The most names that one request takes.
const AT_ONCE: usize = 10;

type Told = Option<StoredParameter>;

/// What is known of parameters, and how more of them is asked for.
#[derive(Debug)]
pub(super) struct Store {
    batch: Batch<(), String, Told>,
    known: Mutex<BTreeMap<String, Arc<OnceCell<Told>>>>,
}

impl Store {
    pub(super) fn new() -> Self {
        Self {
            batch: Batch::of_at_most(AT_ONCE),
            known: Mutex::default(),
        }
    }

    fn cell(&self, name: &str) -> Arc<OnceCell<Told>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(known.entry(name.to_owned()).or_default())
    }
}

impl Parameters for AwsCloud {
    async fn parameter(&self, name: &str) -> Answer<Option<StoredParameter>> {
        let cell = self.store.cell(name);
        let told = cell.get_or_try_init(async || {
            let client = self.parameters.clone();
            let send = move |(), names| stored(client.clone(), names);
            self.store.batch.ask((), name.to_owned(), send).await
        });
        told.await.cloned()
    }
}

impl AwsCloud {
    /// Returns the plain parameters that were asked for so far.
    #[must_use]
    pub fn told_parameters(&self) -> Vec<(String, StoredParameter)> {
        let known = &self.store.known;
        let known = known.lock().unwrap_or_else(PoisonError::into_inner);
        let told = known.iter().filter_map(|(name, cell)| {
            let told = cell.get()?.clone()?;
            Some((name.clone(), told))
        });
        told.collect()
    }

    /// Takes a parameter as it is said here, and asks nobody for it.
    pub fn pin_parameter(&self, name: &str, parameter: StoredParameter) {
        let cell = Arc::new(OnceCell::new_with(Some(Some(parameter))));
        let known = &self.store.known;
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(name.to_owned(), cell);
    }
}

async fn stored(client: ParametersApi, names: Vec<String>) -> Answer<Answers<String, Told>> {
    let request = || {
        client
            .get_parameters()
            .set_names(Some(names.clone()))
            .with_decryption(false)
            .send()
    };
    client
        .ask(Operation::GetParameters, request, |answer| {
            let of_each = names.iter().map(|name| {
                let told = told_of(&answer, name, &names)?;
                Ok((name.clone(), Ok(told)))
            });
            of_each.collect()
        })
        .await
}

/// Finds what an answer tells of one parameter: one that is not there is named among the invalid.
fn told_of(answer: &GetParametersOutput, name: &str, asked: &[String]) -> Result<Told, Lacks> {
    let is_it = |gone: &String| unrooted(gone) == unrooted(name);
    if answer.invalid_parameters().iter().any(is_it) {
        return Ok(None);
    }
    let path = base(name);
    let is_same_path =
        |parameter: &&Parameter| parameter.name().map(unrooted) == Some(unrooted(path));
    let mut of_path = answer.parameters().iter().filter(is_same_path);
    // Of a parameter that was asked for in several versions, each is told by its selector.
    let is_one = asked.iter().filter(|other| base(other) == path).count() == 1;
    let selector = name.strip_prefix(path).filter(|rest| !rest.is_empty());
    let found = of_path.find(|parameter| is_one || parameter.selector() == selector);
    let parameter = found.ok_or_else(|| Lacks::new("it does not tell of the parameter"))?;
    Ok(Some(match parameter.r#type() {
        Some(ParameterType::String) => StoredParameter::Text {
            value: text(parameter)?,
            version: parameter.version(),
        },
        Some(ParameterType::StringList) => StoredParameter::List,
        Some(ParameterType::SecureString) => StoredParameter::Secure,
        _ => return Err(Lacks::new("it does not tell of what type the parameter is")),
    }))
}

fn text(parameter: &Parameter) -> Result<String, Lacks> {
    let value = parameter.value().map(str::to_owned);
    value.ok_or_else(|| Lacks::new("it does not tell the parameter's value"))
}

/// A parameter in no folder is told with or without the slash that it was asked for with.
fn unrooted(name: &str) -> &str {
    match name.strip_prefix('/') {
        Some(rest) if !rest.contains('/') => rest,
        Some(_) | None => name,
    }
}

fn base(name: &str) -> &str {
    name.split(':').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameter(name: &str, selector: Option<&str>, kind: ParameterType) -> Parameter {
        Parameter::builder()
            .name(name)
            .set_selector(selector.map(str::to_owned))
            .r#type(kind)
            .value(format!("{name}{}", selector.unwrap_or_default()))
            .version(3)
            .build()
    }

    fn answer(parameters: Vec<Parameter>, gone: &[&str]) -> GetParametersOutput {
        GetParametersOutput::builder()
            .set_parameters(Some(parameters))
            .set_invalid_parameters(Some(gone.iter().map(ToString::to_string).collect()))
            .build()
    }

    fn text(value: &str) -> StoredParameter {
        StoredParameter::Text {
            value: value.to_owned(),
            version: 3,
        }
    }

    #[test]
    fn each_parameter_is_told_by_its_name_and_what_was_asked_of_it() {
        let asked = ["/a", "/b:3", "/c", "/c:1", "/gone", "/s", "/l"].map(str::to_owned);
        let told = answer(
            vec![
                parameter("/c", Some(":1"), ParameterType::String),
                parameter("/a", None, ParameterType::String),
                parameter("/b", Some(":3"), ParameterType::String),
                parameter("/c", None, ParameterType::String),
                parameter("/s", None, ParameterType::SecureString),
                parameter("/l", None, ParameterType::StringList),
            ],
            &["/gone"],
        );
        let of = |name: &str| told_of(&told, name, &asked).ok().flatten();
        assert_eq!(of("/a"), Some(text("/a")));
        assert_eq!(of("/b:3"), Some(text("/b:3")));
        assert_eq!(of("/c"), Some(text("/c")));
        assert_eq!(of("/c:1"), Some(text("/c:1")));
        assert_eq!(of("/gone"), None);
        assert_eq!(of("/s"), Some(StoredParameter::Secure));
        assert_eq!(of("/l"), Some(StoredParameter::List));
    }

    #[test]
    fn a_parameter_in_no_folder_is_told_with_its_slash_or_without() {
        let asked = ["/tag".to_owned(), "/gone".to_owned(), "/a/b".to_owned()];
        let kind = ParameterType::String;
        let told = answer(vec![parameter("tag", None, kind.clone())], &["gone"]);
        assert_eq!(told_of(&told, "/tag", &asked).unwrap(), Some(text("tag")));
        assert_eq!(told_of(&told, "/gone", &asked).unwrap(), None);
        let told = answer(vec![parameter("a/b", None, kind)], &[]);
        assert!(told_of(&told, "/a/b", &asked).is_err());
    }

    #[test]
    fn an_answer_that_does_not_tell_says_nothing_of_the_parameter() {
        let asked = ["/a".to_owned(), "/a:1".to_owned()];
        let only = |selector| answer(vec![parameter("/a", selector, ParameterType::String)], &[]);
        assert!(told_of(&answer(Vec::new(), &[]), "/a", &asked).is_err());
        assert!(told_of(&only(None), "/a:1", &asked).is_err());
        assert!(told_of(&only(Some(":1")), "/a", &asked).is_err());
        // Alone it is told apart by its name.
        assert!(told_of(&only(None), "/a:1", &asked[1..]).is_ok());
        let unknown = ParameterType::from("Other");
        let unknown = answer(vec![parameter("/a", None, unknown)], &[]);
        assert!(told_of(&unknown, "/a", &asked[..1]).is_err());
    }
}
