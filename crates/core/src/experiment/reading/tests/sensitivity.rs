//! Tests of which differences samples show.

use super::*;

#[test]
fn a_sample_shows_less_the_larger_it_is() {
    let few = Day {
        clients: 2_000.0,
        converted: 100.0,
        ..DAY
    };
    let [few, many] = [few, DAY].map(|day| read(&experiment(), &[day, day]).sensitivity.unwrap());
    assert!((few.power - 0.8).abs() < 1e-12);
    assert!(few.seen > many.seen, "{few:?} {many:?}");
    assert_eq!(few.planned, many.planned);
    // Of 40,000 trials, all that were planned.
    let apart = many.seen.unwrap() - many.planned.unwrap();
    assert!(apart.abs() < 1e-9, "{many:?}");
    assert!((0.008..0.01).contains(&many.planned.unwrap()), "{many:?}");
}

#[test]
fn nothing_is_said_where_no_number_holds() {
    let fewer = Day {
        clients: 7_000.0,
        ..DAY
    };
    let broken = read(&experiment(), &[DAY, fewer]);
    assert_eq!(
        (word(broken.readout.verdict), broken.sensitivity),
        ("broken_split", None)
    );
    let nobody = Day {
        clients: 0.0,
        converted: 0.0,
        ..DAY
    };
    assert_eq!(read(&experiment(), &[nobody, nobody]).sensitivity, None);
}
