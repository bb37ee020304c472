//! The values of one row.

use csv::ByteRecord;
use jiff::Timestamp;

use super::columns::{Columns, NumberColumn};
use super::error::{Fault, quote};

/// Reads the time of a row.
pub(super) fn first_seen(text: &[u8]) -> Result<Timestamp, Fault> {
    let text = text.trim_ascii();
    if let Some(time) = plain_time(text) {
        return Ok(time);
    }
    let time = std::str::from_utf8(text)
        .ok()
        .and_then(|text| text.parse().ok());
    time.ok_or_else(|| {
        if is_beyond_time(text) {
            return Fault::new(
                format!(
                    "first_seen {} is beyond the times that can be told",
                    quote(text)
                ),
                "in databases such a time stands for none: leave its rows out in the query",
            );
        }
        Fault::new(
            format!("first_seen {} is no moment with its zone", quote(text)),
            "write RFC 3339, such as `2026-05-01T14:00:00Z`; in DuckDB \
             `strftime(first_seen, '%Y-%m-%dT%H:%M:%SZ')` of a time in UTC",
        )
    })
}

/// Says whether a text is a moment with its zone, of which no clock tells.
fn is_beyond_time(text: &[u8]) -> bool {
    let Some((moment, zone)) = text.split_at_checked(19) else {
        return false;
    };
    let moment = std::str::from_utf8(moment).ok();
    let moment = moment.and_then(|text| text.parse::<jiff::civil::DateTime>().ok());
    moment.is_some() && matches!(zone.first(), Some(b'Z' | b'+' | b'-' | b'.'))
}

/// Reads the form in which most files have all their times, `2026-05-01T14:00:00Z`, in a tenth of
/// the time; none where it is another, or no time.
fn plain_time(text: &[u8]) -> Option<Timestamp> {
    let [
        y0,
        y1,
        y2,
        y3,
        b'-',
        o0,
        o1,
        b'-',
        d0,
        d1,
        b'T' | b' ',
        h0,
        h1,
        b':',
        m0,
        m1,
        b':',
        s0,
        s1,
        b'Z',
    ] = *text
    else {
        return None;
    };
    let digit = |byte: u8| byte.is_ascii_digit().then(|| i64::from(byte - b'0'));
    let two = |first: u8, other: u8| Some(digit(first)? * 10 + digit(other)?);
    let year = two(y0, y1)? * 100 + two(y2, y3)?;
    let (month, day) = (two(o0, o1)?, two(d0, d1)?);
    let (hour, minute, second) = (two(h0, h1)?, two(m0, m1)?, two(s0, s1)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if day < 1 || day > longest || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    // Howard Hinnant's days from civil, with years that begin in March.
    let year = year - i64::from(month <= 2);
    let (era, month) = (year.div_euclid(400), (month + 9) % 12);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * month + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    Timestamp::from_second(days * 86_400 + hour * 3600 + minute * 60 + second).ok()
}

/// Beyond it a whole number is no longer exact, and squares soon have no room.
const LARGEST: f64 = 1e15;

/// Reads the numbers of a row, in the order of their columns.
pub(super) fn numbers(
    record: &ByteRecord,
    columns: &Columns,
    numbers: &mut Vec<f64>,
) -> Result<(), Fault> {
    numbers.clear();
    for column in &columns.numbers {
        numbers.push(number(record.get(column.at).unwrap_or_default(), column)?);
    }
    Ok(())
}

fn number(text: &[u8], column: &NumberColumn) -> Result<f64, Fault> {
    let value = match text.trim_ascii() {
        // Whose outcome did not come has none, and a covariate of whom nothing is known is 0, too.
        b"" | b"0" | b"false" => 0.0,
        b"1" | b"true" => 1.0,
        other => {
            let value = std::str::from_utf8(other)
                .ok()
                .and_then(|text| text.parse().ok());
            let value = value.filter(|value: &f64| value.is_finite());
            value.ok_or_else(|| {
                Fault::new(
                    format!("{} {} is no number", column.name, quote(other)),
                    "write numbers such as `12.5`, and nothing for none",
                )
            })?
        }
    };
    if value.abs() > LARGEST {
        return Err(Fault::new(
            format!(
                "{} {} is too large to be added up",
                column.name,
                quote(text)
            ),
            "values beyond 1e15 are mistakes, or stand for none: leave such rows out in the query, or \
             count in a larger unit",
        ));
    }
    // By their bits: nothing between them is meant.
    let is_binary = value == 0.0 || value.to_bits() == 1.0_f64.to_bits();
    if column.is_binary && !is_binary {
        return Err(Fault::new(
            format!("{} {} is neither 0 nor 1", column.name, quote(text)),
            "a proportion counts clients that did or did not; write `type: mean` in the manifest for \
             other values",
        ));
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn column(is_binary: bool) -> NumberColumn {
        NumberColumn {
            name: "spent".to_owned(),
            at: 0,
            is_binary,
        }
    }

    #[test]
    fn numbers_are_what_exports_write() {
        for (text, value) in [
            ("", 0.0),
            (" 12.5 ", 12.5),
            ("-3e2", -300.0),
            ("true", 1.0),
            ("false", 0.0),
            ("1.0", 1.0),
        ] {
            let found = number(text.as_bytes(), &column(false)).unwrap();
            assert!((found - value).abs() < 1e-12, "{text}");
        }
        for text in ["NaN", "inf", "12,5", "x", "1 000", "\u{fffd}"] {
            assert!(number(text.as_bytes(), &column(false)).is_err(), "{text}");
        }
        assert!(number(b"1.0", &column(true)).is_ok());
        for text in ["2", "0.5", "-1"] {
            assert!(number(text.as_bytes(), &column(true)).is_err(), "{text}");
        }
    }

    #[test]
    fn a_time_without_its_zone_is_none() {
        for text in [
            "2026-05-01",
            "2026-05-01T14:00:00",
            "2026-05-01 14:00:00",
            "yesterday",
            "",
            "2026-02-29T00:00:00Z",
            "1777641600",
        ] {
            assert!(first_seen(text.as_bytes()).is_err(), "{text}");
        }
        let noon = first_seen(b"2026-05-01T12:00:00Z").unwrap();
        for text in [
            "2026-05-01T14:00:00+02:00",
            "2026-05-01 12:00:00Z",
            "2026-05-01 12:00:00+00",
            "2026-05-01T12:00:00.000Z",
        ] {
            assert_eq!(first_seen(text.as_bytes()).unwrap(), noon, "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_short_way_reads_what_the_long_way_does(second in -62_135_596_800_i64..253_402_207_200) {
            let text = Timestamp::from_second(second).unwrap().to_string();
            let read: Timestamp = text.parse().unwrap();
            prop_assert_eq!(plain_time(text.as_bytes()), Some(read));
        }

        #[test]
        fn the_short_way_reads_no_more_than_the_long_way(
            text in "[0-9]{4}-[0-3][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-6][0-9]:[0-5][0-9]Z",
        ) {
            prop_assert_eq!(plain_time(text.as_bytes()), text.parse().ok());
        }
    }
}
