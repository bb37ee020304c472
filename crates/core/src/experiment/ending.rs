//! How an experiment ended, as one tag of its rule: a rule takes 50, and an end that finds no room
//! for what it says would leave an experiment that can't be ended.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::record::second;
use crate::release::as_tag;

/// The tag. That of an earlier start on the rule says another start, and is not this one's.
pub(super) const END: &str = "mlship:experiment-end";
/// Who ended it: a name may be as long as a tag.
pub(super) const ENDED_BY: &str = "mlship:experiment-ended-by";

/// The tags in which an earlier mlship put the same down.
mod before {
    pub(super) const OUTCOME: &str = "mlship:experiment-outcome";
    pub(super) const WINNER: &str = "mlship:experiment-winner";
    pub(super) const ENDED: &str = "mlship:experiment-ended";
    pub(super) const COOKIES_END: &str = "mlship:experiment-cookies-end";
    pub(super) const CLEANED: &str = "mlship:experiment-cleaned";
    pub(super) const RECORDED: &str = "mlship:experiment-recorded";
}

/// What the next start on a rule does away with.
pub(super) const OF_THE_END: [&str; 8] = [
    END,
    ENDED_BY,
    before::OUTCOME,
    before::WINNER,
    before::ENDED,
    before::COOKIES_END,
    before::CLEANED,
    before::RECORDED,
];

/// Where there is nothing to say: no name has it.
const NOTHING: &str = ".";

/// How an experiment ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// The verdict of the last readout, by its word in documents; `unknown` where there was none.
    pub outcome: String,
    /// The variant that has all the traffic.
    pub winner: String,
    /// When the traffic began to be moved.
    pub at: Timestamp,
    /// Who ended it.
    pub by: String,
    /// When the last client leaves the losers.
    pub cookies_end: Timestamp,
    /// When the losers were scaled down, if they were.
    pub cleaned: Option<Timestamp>,
}

/// How much of an experiment that ended is in its ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    /// All that there is to know.
    Whole,
    /// What is known without the manifest, or without its numbers.
    Partly,
}

impl Recorded {
    const ALL: [Self; 2] = [Self::Whole, Self::Partly];

    /// Returns the word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Partly => "partly",
        }
    }

    fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }
}

/// Returns the tags that say how the experiment of a start ended, and how much of it is recorded.
pub(super) fn tags(
    end: &End,
    recorded: Option<Recorded>,
    started: Option<Timestamp>,
) -> BTreeMap<String, String> {
    let seconds = |time: Option<Timestamp>| {
        time.map_or_else(
            || NOTHING.to_owned(),
            |time| second(time).as_second().to_string(),
        )
    };
    let text = [
        word(&end.outcome),
        word(&end.winner),
        seconds(Some(end.at)),
        seconds(Some(end.cookies_end)),
        seconds(end.cleaned),
        recorded.map_or(NOTHING, Recorded::word).to_owned(),
        seconds(started),
    ]
    .join(" ");
    let by = (!end.by.is_empty()).then(|| (ENDED_BY.to_owned(), as_tag(&end.by)));
    let end = (END.to_owned(), as_tag(&text));
    [Some(end), by].into_iter().flatten().collect()
}

/// A word stays one.
fn word(text: &str) -> String {
    if text.is_empty() {
        NOTHING.to_owned()
    } else {
        text.replace(' ', "_")
    }
}

/// Reads how the experiment of a start ended, and how much of it is recorded.
pub(super) fn read(
    tags: &BTreeMap<String, String>,
    started: Option<Timestamp>,
) -> Option<(End, Option<Recorded>)> {
    let by = tags.get(ENDED_BY).cloned().unwrap_or_default();
    let own = tags.get(END).and_then(|text| parse(text, by.clone()));
    match own {
        Some((end, recorded, of)) if of == started.map(second) => Some((end, recorded)),
        Some(_) | None => of_earlier(tags, started, by),
    }
}

fn parse(text: &str, by: String) -> Option<(End, Option<Recorded>, Option<Timestamp>)> {
    let mut words = text.split(' ');
    let mut word = || {
        let word = words.next()?;
        Some(Some(word).filter(|word| *word != NOTHING))
    };
    let time = |word: Option<&str>| match word {
        Some(word) => Timestamp::from_second(word.parse().ok()?).ok().map(Some),
        None => Some(None),
    };
    let outcome = word()?.unwrap_or_default().to_owned();
    let winner = word()?.unwrap_or_default().to_owned();
    let at = time(word()?)??;
    let cookies_end = time(word()?)??;
    let cleaned = time(word()?)?;
    let recorded = word()?.and_then(Recorded::read);
    let started = time(word()?)?;
    let end = End {
        outcome,
        winner,
        at,
        by,
        cookies_end,
        cleaned,
    };
    Some((end, recorded, started))
}

/// Reads the tags of an earlier mlship.
fn of_earlier(
    tags: &BTreeMap<String, String>,
    started: Option<Timestamp>,
    by: String,
) -> Option<(End, Option<Recorded>)> {
    let text = |name: &str| tags.get(name).cloned().unwrap_or_default();
    let time = |name: &str| tags.get(name)?.parse().ok();
    let at = time(before::ENDED)?;
    let end = End {
        outcome: text(before::OUTCOME),
        winner: text(before::WINNER),
        at,
        by,
        cookies_end: time(before::COOKIES_END).unwrap_or(at),
        cleaned: time(before::CLEANED),
    };
    let recorded = text(before::RECORDED);
    let recorded = recorded.split_once(' ').and_then(|(word, of)| {
        let of: Timestamp = of.parse().ok()?;
        Recorded::read(word).filter(|_| Some(of) == started.map(second))
    });
    Some((end, recorded))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn end() -> End {
        End {
            outcome: "challenger_better".to_owned(),
            winner: "challenger".to_owned(),
            at: at(1_790_000_100),
            by: "arn:aws:iam::111122223333:user/ana".to_owned(),
            cookies_end: at(1_790_000_200),
            cleaned: None,
        }
    }

    #[test]
    fn an_end_is_one_tag_beside_who_did_it() {
        let tags = tags(&end(), Some(Recorded::Partly), Some(at(1_790_000_000)));
        assert_eq!(
            tags[END],
            "challenger_better challenger 1790000100 1790000200 . partly 1790000000"
        );
        assert_eq!(tags.keys().collect::<Vec<_>>(), [END, ENDED_BY]);
    }

    #[test]
    fn the_end_of_an_earlier_start_is_not_of_this_one() {
        let tags = tags(&end(), None, Some(at(1_790_000_000)));
        assert_eq!(read(&tags, Some(at(1_790_000_001))), None);
        assert_eq!(read(&tags, Some(at(1_790_000_000))), Some((end(), None)));
    }

    #[test]
    fn what_an_earlier_mlship_put_down_is_read_until_there_is_another() {
        let started = Some(at(1_790_000_000));
        let old = [
            (before::OUTCOME, "no_difference"),
            (before::WINNER, "control"),
            (before::ENDED, "2026-09-21T14:15:00Z"),
            (ENDED_BY, "bo"),
            (before::COOKIES_END, "2026-09-21T14:16:40Z"),
            (before::RECORDED, "whole 2026-09-21T14:13:20Z"),
        ];
        let mut all: BTreeMap<String, String> = old
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
        let (ended, recorded) = read(&all, started).unwrap();
        assert_eq!((&*ended.winner, &*ended.by), ("control", "bo"));
        assert_eq!(ended.cookies_end, at(1_790_000_200));
        assert_eq!(recorded, Some(Recorded::Whole));
        all.extend(tags(&end(), None, started));
        assert_eq!(read(&all, started), Some((end(), None)));
        // One that can't be read hides nothing.
        all.insert(END.to_owned(), "challenger_better".to_owned());
        assert_eq!(read(&all, started).unwrap().0.winner, "control");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn whatever_ended_is_read_again_from_tags_that_elb_takes(
            outcome in "[a-z_]{1,20}", winner in "[a-zA-Z0-9_-]{1,64}",
            times in proptest::array::uniform3(0_i64..253_402_207_200),
            cleaned in proptest::option::of(0_i64..253_402_207_200),
            recorded in proptest::option::of(proptest::sample::select(&Recorded::ALL[..])),
        ) {
            let end = End {
                outcome,
                winner,
                at: at(times[0]),
                by: "ana".to_owned(),
                cookies_end: at(times[1]),
                cleaned: cleaned.map(at),
            };
            let started = Some(at(times[2]));
            let tags = tags(&end, recorded, started);
            prop_assert!(tags.values().all(|value| value.len() <= 256 && as_tag(value) == *value));
            prop_assert_eq!(read(&tags, started), Some((end, recorded)));
        }
    }
}
