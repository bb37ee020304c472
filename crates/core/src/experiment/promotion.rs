//! The winner of an experiment on its way to the control's service, as a tag of the rule: who is
//! interrupted meanwhile, or comes later, goes on by it.

use jiff::Timestamp;

use super::record::second;
use crate::progress::ExitCode;

/// A winner whose release is to be the control's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promotion {
    /// The variant that won.
    pub winner: String,
    /// When it began: since then the variants are not what was compared.
    pub since: Timestamp,
    /// How far it is.
    pub state: PromotionState,
    /// The variants whose revision was known when it began, each with its `family:revision`. Clocks
    /// can't tell that later: ECS's may differ from that of who promotes by more than a deploy takes.
    pub ran: Vec<(String, String)>,
}

/// As long as a tag may be.
const LONGEST: usize = 256;

/// How far a promotion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromotionState {
    /// The control's service gets the winner's release; the traffic is shared as before.
    Deploying,
    /// That release did not succeed there; the traffic is shared as before.
    Failed(ExitCode),
    /// The control's service has the release, and gets all the traffic.
    Deployed,
    /// The experiment was stopped while the control's service was getting the release: what became
    /// of that, the service's own history tells.
    Stopped,
}

const DEPLOYING: &str = "deploying";
const FAILED: &str = "failed";
const DEPLOYED: &str = "deployed";
const STOPPED: &str = "stopped";

impl Promotion {
    /// Returns the text of a tag.
    pub(super) fn text(&self) -> String {
        let (winner, since) = (&self.winner, second(self.since).as_second());
        let state = match self.state {
            PromotionState::Deploying => DEPLOYING.to_owned(),
            PromotionState::Failed(code) => format!("{FAILED} {}", code.number()),
            PromotionState::Deployed => DEPLOYED.to_owned(),
            PromotionState::Stopped => STOPPED.to_owned(),
        };
        let mut text = format!("{winner} {since} {state}");
        for (variant, revision) in &self.ran {
            let word = format!(" {variant}={revision}");
            if text.len() + word.len() <= LONGEST {
                text.push_str(&word);
            }
        }
        text
    }

    /// Returns the `family:revision` that a variant ran when it began, where that was put down.
    #[must_use]
    pub fn ran(&self, variant: &str) -> Option<&str> {
        let mut ran = self.ran.iter();
        let (_, revision) = ran.find(|(name, _)| name == variant)?;
        Some(revision)
    }

    /// Reads the text of a tag.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut parts = text.split(' ');
        let winner = parts.next().filter(|winner| !winner.is_empty())?.to_owned();
        let since = Timestamp::from_second(parts.next()?.parse().ok()?).ok()?;
        let state = match parts.next()? {
            DEPLOYING => PromotionState::Deploying,
            DEPLOYED => PromotionState::Deployed,
            STOPPED => PromotionState::Stopped,
            FAILED => {
                let number: u8 = parts.next()?.parse().ok()?;
                let code = ExitCode::ALL
                    .into_iter()
                    .find(|code| code.number() == number);
                PromotionState::Failed(code?)
            }
            _ => return None,
        };
        let ran = parts.filter_map(|word| word.split_once('='));
        let ran = ran.map(|(variant, revision)| (variant.to_owned(), revision.to_owned()));
        Some(Self {
            winner,
            since,
            state,
            ran: ran.collect(),
        })
    }

    /// Returns the word for how far it is.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self.state {
            PromotionState::Deploying => DEPLOYING,
            PromotionState::Failed(_) => FAILED,
            PromotionState::Deployed => DEPLOYED,
            PromotionState::Stopped => STOPPED,
        }
    }

    /// Returns how far it is once the experiment ends, or ended: nobody goes on with one that was
    /// under way.
    pub(super) fn at_the_end(self) -> Self {
        let state = match self.state {
            PromotionState::Deploying => PromotionState::Stopped,
            PromotionState::Deployed | PromotionState::Failed(_) | PromotionState::Stopped => {
                self.state
            }
        };
        Self { state, ..self }
    }

    /// Says whether the control's service has the winner's release.
    #[must_use]
    pub fn is_deployed(&self) -> bool {
        match self.state {
            PromotionState::Deployed => true,
            PromotionState::Deploying | PromotionState::Failed(_) | PromotionState::Stopped => {
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::release::as_tag;

    #[test]
    fn a_promotion_is_read_again() {
        let states = ExitCode::ALL.into_iter().map(PromotionState::Failed);
        let states = states.chain([PromotionState::Deploying, PromotionState::Deployed]);
        let states = states.chain([PromotionState::Stopped]);
        for state in states {
            let promotion = Promotion {
                winner: "challenger_2-b".to_owned(),
                since: Timestamp::from_second(1_790_000_000).unwrap(),
                state,
                ran: vec![
                    ("control".to_owned(), "ml-control:12".to_owned()),
                    ("challenger_2-b".to_owned(), "ml-b:3".to_owned()),
                ],
            };
            let text = as_tag(&promotion.text());
            assert_eq!(Promotion::read(&text), Some(promotion), "{text}");
        }
    }

    #[test]
    fn what_finds_no_room_is_left_out() {
        let promotion = Promotion {
            winner: "b".to_owned(),
            since: Timestamp::from_second(1_790_000_000).unwrap(),
            state: PromotionState::Deployed,
            ran: vec![
                ("a".to_owned(), format!("{}:1", "f".repeat(250))),
                ("b".to_owned(), "f:2".to_owned()),
            ],
        };
        let read = Promotion::read(&as_tag(&promotion.text())).unwrap();
        assert_eq!((read.ran("a"), read.ran("b")), (None, Some("f:2")));
    }

    #[test]
    fn what_is_none_is_not_made_up() {
        for text in [
            "",
            "b",
            "b 1",
            " 1 deploying",
            "b x deploying",
            "b 1 failed",
            "b 1 failed 7",
            "b 1 perhaps",
        ] {
            assert_eq!(Promotion::read(text), None, "{text}");
        }
    }
}
