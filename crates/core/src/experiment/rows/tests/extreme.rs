//! Values at the ends of what numbers can be: an error with its line, or figures that hold together.

use mlship_stats::{Alpha, FixedHorizon, Inference, Sequence};

use super::*;

fn extreme() -> impl Strategy<Value = f64> {
    prop_oneof![
        Just(0.0),
        Just(1e15),
        Just(-1e15),
        Just(f64::MIN_POSITIVE),
        Just(5e-324),
        Just(1e308),
        Just(f64::MIN),
        any::<f64>().prop_filter("a number", |one| one.is_finite()),
        (-15.0..15.0_f64).prop_map(|power| 10.0_f64.powf(power)),
        -3.0..3.0_f64,
    ]
}

fn adjusted_plan() -> RowsPlan {
    let mut plan = plan();
    plan.metrics.remove(1);
    plan.metrics[0] = Some(metric("basket", MetricType::Mean));
    plan.metrics.remove(1);
    plan
}

fn check(count: &ClientCount, control: &ClientCount) -> Result<(), TestCaseError> {
    for rate in [control.rate(), count.rate()].into_iter().flatten() {
        prop_assert!(rate.is_finite(), "{rate}");
    }
    if let Some(narrowed) = count.narrowed(control) {
        prop_assert!(narrowed.is_finite() && narrowed <= 1.0, "{narrowed}");
    }
    let Some(arms) = count.against(control) else {
        return Ok(());
    };
    let alpha = Alpha::default();
    for inference in [
        Inference::FixedHorizon(FixedHorizon::new(alpha)),
        Inference::Sequential(Sequence::new(alpha, 1000)),
    ] {
        if let Some(found) = inference.difference(&arms) {
            let interval = found.interval;
            prop_assert!(
                found.value.is_finite() && (0.0..=1.0).contains(&found.p),
                "{found:?}"
            );
            prop_assert!(
                interval.lower.is_finite() && interval.upper.is_finite(),
                "{found:?}"
            );
            prop_assert!(interval.contains(found.value), "{found:?}");
        }
        if let Some(found) = inference.lift(&arms) {
            prop_assert!(found.value.is_finite(), "{found:?}");
            prop_assert!(found.interval.contains(found.value), "{found:?}");
        }
    }
    Ok(())
}

/// What the baskets of many alike come to, beside a client with a vast one that comes after so many
/// others, and later with the other variant.
fn beside(vast: Option<(usize, f64)>) -> (f64, f64, f64) {
    let mut rows: Vec<(String, &str, i64, String)> = (0..3000)
        .map(|client| {
            let variant = ["control", "challenger"][client % 2];
            let basket = 40 + (client * 7919) % 21;
            (
                format!("c{client}"),
                variant,
                1,
                format!("0,{basket}.37,1,1"),
            )
        })
        .collect();
    if let Some((after, basket)) = vast {
        let row = |variant| ("vast".to_owned(), variant, 1, format!("0,{basket},1,1"));
        rows.insert(after, row("control"));
        rows.push(row("challenger"));
    }
    let rows = rows.iter();
    let rows = rows.map(|(client, variant, hour, rest)| (&**client, *variant, *hour, &**rest));
    let rows: Vec<_> = rows.collect();
    let counts = read(&plan(), &file(HEADER, &rows)).unwrap();
    let arms = counts.metrics[2].as_ref().unwrap();
    assert_eq!(arms[0].clients() + arms[1].clients(), 3000);
    let arms = arms[1].against(&arms[0]).unwrap();
    let found = Inference::FixedHorizon(FixedHorizon::new(Alpha::default()));
    let found = found.difference(&arms).unwrap();
    (found.value, found.interval.lower, found.interval.upper)
}

#[test]
fn of_a_client_with_two_variants_nothing_is_left_however_vast_its_values_are() {
    let (value, lower, upper) = beside(None);
    for after in [0, 1, 50, 101, 500, 3000] {
        for basket in [1e5, 1e8, 1e12, -1e15] {
            let found = beside(Some((after, basket)));
            let said = format!("{basket} after {after}: {found:?}");
            assert!((found.0 - value).abs() < 1e-6, "{said}");
            assert!((found.1 - lower).abs() < 1e-6, "{said}");
            assert!((found.2 - upper).abs() < 1e-6, "{said}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rows_with_extreme_values_come_to_an_error_with_its_line_or_to_figures_that_hold_together(
        rows in proptest::collection::vec((0_u8..40, any::<bool>(), extreme(), extreme(), extreme()), 0..40),
        is_adjusted in any::<bool>(),
    ) {
        let before = if is_adjusted { ",before_basket" } else { ",visits_before" };
        let mut text = format!("client,variant,first_seen,basket,spent,visits{before}\n");
        let mut first_wrong = None;
        for (line, (client, is_control, one, two, three)) in (2_u64..).zip(&rows) {
            let variant = if *is_control { "control" } else { "challenger" };
            let _ = writeln!(text, "{client},{variant},{},{one:e},{two:e},{three:e},{two:e}", at(1));
            let is_wrong = [one, two, three].iter().any(|value| value.abs() > 1e15);
            first_wrong = first_wrong.or(is_wrong.then_some(line));
        }
        let plan = RowsPlan {
            metrics: vec![
                Some(metric("basket", MetricType::Mean)),
                Some(RowMetric {
                    outcome: "spent".to_owned(),
                    denominator: Some("visits".to_owned()),
                    ..metric("per_visit", MetricType::Ratio)
                }),
            ],
            ..adjusted_plan()
        };
        let counts = match read(&plan, &text) {
            Ok(counts) => counts,
            Err(error) => {
                prop_assert_eq!(error.line, first_wrong, "{}", error);
                prop_assert!(error.message.contains("too large to be added up"));
                return Ok(());
            }
        };
        prop_assert_eq!(first_wrong, None);
        let course = counts.course.iter().map(|(_, arms)| arms);
        for arms in counts.metrics.iter().flatten().chain(course) {
            check(&arms[1], &arms[0])?;
        }
    }
}

#[test]
fn a_slope_of_one_large_value_adjusts_nothing() {
    let mut text = String::from("client,variant,first_seen,basket,spent,visits,before_basket\n");
    for client in 0..4000_u32 {
        let variant = if client % 2 == 0 {
            "control"
        } else {
            "challenger"
        };
        let (basket, before) = if client == 3999 {
            (1e12, 1e12)
        } else {
            (f64::from(client % 7), f64::from(client % 5))
        };
        let _ = writeln!(text, "{client},{variant},{},{basket},1,1,{before}", at(1));
    }
    let plan = RowsPlan {
        metrics: vec![Some(metric("basket", MetricType::Mean))],
        ..plan()
    };
    let counts = read(&plan, &text).unwrap();
    let arms = counts.metrics[0].as_ref().unwrap();
    let narrowed = arms[1].narrowed(&arms[0]).unwrap();
    assert!(narrowed.abs() < 1e-9, "{narrowed}");
}

#[test]
fn a_file_of_another_kind_is_named_as_what_it_is() {
    let wide: Vec<u8> = "\u{feff}client,variant\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let bare: Vec<u8> = "client,variant\n"
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect();
    for file in [wide, bare] {
        let error = super::super::read(&plan(), &file[..], &AtomicBool::new(false)).unwrap_err();
        assert_eq!(error.message, "is text in UTF-16");
    }
    let text = format!("{HEADER}\na,control,9999-12-31T00:00:00Z,1,1,1,1\n");
    let error = read(&plan(), &text).unwrap_err();
    assert_eq!(
        error.to_string(),
        "clients.csv:2: first_seen `9999-12-31T00:00:00Z` is beyond the times that can be told"
    );
}
