//! What somebody asked for that is not there.

/// What was asked for and is not there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Mistake {
    /// No task's id begins so.
    #[error("no task {wanted}: neither running nor among those that ECS remembers")]
    Task {
        /// The beginning that was asked for.
        wanted: String,
        /// Where what it logged still is, if it ever ran.
        older: Option<String>,
    },
    /// No task definition names such a container.
    #[error("no container {wanted}; there are: {}", known.join(", "))]
    Container {
        /// The one asked for.
        wanted: String,
        /// Those that there are.
        known: Vec<String>,
    },
}

impl Mistake {
    /// Returns the next step, where the message doesn't name what there is.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Task { older, .. } => {
                let here = "leave --task out for all that run; --failed shows those that died, \
                            with their ids";
                let older = older.iter().map(String::as_str);
                Some(
                    [here]
                        .into_iter()
                        .chain(older)
                        .collect::<Vec<_>>()
                        .join("; "),
                )
            }
            Self::Container { .. } => None,
        }
    }
}
