//! Says why a release was not begun.

use crate::fleet::NotBegun;
use crate::progress::Conclusion;
use crate::release::ids::ServiceId;

/// Why a release was not begun within its run's time.
pub(in crate::app) const TIME_IS_UP: &str = "the run's time is up";

/// Returns why, given whom it depends on and how that ended.
pub(super) fn words(why: NotBegun, dependency: Option<(&ServiceId, Conclusion)>) -> String {
    match why {
        NotBegun::Dependency(_) => match dependency {
            Some((service, ended)) => format!("it depends on {service}, which {}", became(ended)),
            None => "it depends on what was not begun".to_owned(),
        },
        NotBegun::BudgetUsedUp(0) => "a release failed".to_owned(),
        NotBegun::BudgetUsedUp(borne) => format!("the failure budget of {borne} is used up"),
        NotBegun::Interrupted(_) => "interrupted".to_owned(),
        NotBegun::TimeIsUp => TIME_IS_UP.to_owned(),
    }
}

/// Returns why one was not taken back, given who depends on it.
pub(super) fn words_of_return(
    why: NotBegun,
    dependent: Option<(&ServiceId, Conclusion)>,
) -> String {
    match (why, dependent) {
        (NotBegun::Dependency(_), Some((service, _))) => {
            format!("{service} depends on it, and is not back")
        }
        (NotBegun::Dependency(_), None) => "what depends on it is not back".to_owned(),
        (NotBegun::BudgetUsedUp(_) | NotBegun::Interrupted(_) | NotBegun::TimeIsUp, _) => {
            words(why, None)
        }
    }
}

/// Returns what became of one that others depend on.
fn became(ended: Conclusion) -> &'static str {
    match ended {
        Conclusion::Succeeded => "succeeded",
        Conclusion::Unchanged => "is unchanged",
        Conclusion::Started => "was only started",
        Conclusion::RolledBack | Conclusion::Returned => "rolled back",
        Conclusion::Failed | Conclusion::Misrouted => "failed",
        Conclusion::Superseded => "was superseded",
        Conclusion::TimedOut => "timed out",
        Conclusion::Paused => "is paused",
        Conclusion::Interrupted(_) => "was interrupted",
        Conclusion::NotBegun => "was not begun",
        Conclusion::Refused(_) => "was refused",
        Conclusion::Error(_) => "ended in an error",
    }
}
