//! Simulated tests of a few looks: as seldom wrong as alpha says, and stronger than a sequence.

use super::{ALPHA, Batch, LOOKS, NO_TRIALS, NO_UNITS, Pool, RUNS, alpha, ever, part, real};
use crate::effect::Effect;
use crate::{Arms, Design, GroupSequential, Looks, Method, Sequence, next_look, sample_an_arm};
use fastrand::Rng;

/// Looks that are due when an experiment is looked at after some of its batches.
struct Course {
    /// After how many batches a look was taken, and the boundary of it.
    taken: Vec<(u64, f64)>,
    planned: u64,
}

impl Course {
    /// Takes the trials of a batch in all arms, and after which batches somebody looks.
    fn new(per_batch: u64, batches: u64, looks: u32, is_looked_at: impl Fn(u64) -> bool) -> Self {
        let planned = per_batch * batches;
        let (mut information, mut taken, mut seen) = (Vec::new(), Vec::new(), None);
        for batch in 1..=batches {
            let trials = per_batch * batch;
            let is_due = next_look(planned, looks, seen).is_some_and(|due| trials >= due);
            if is_due && (is_looked_at(batch) || batch == batches) {
                seen = Some(trials);
                information.push(real(trials) / real(planned));
                let so_far = Looks::new(&information, batch == batches).unwrap();
                taken.push((batch, GroupSequential::new(alpha(), so_far).boundary()));
            }
        }
        Self { taken, planned }
    }

    /// Returns whether a look ended a test, given what a batch adds.
    fn ends(&self, mut arms: Arms, rng: &mut Rng, add: impl Fn(&mut Arms, &mut Rng)) -> bool {
        let mut batches = 0;
        self.taken.iter().any(|(at, boundary)| {
            (batches..*at).for_each(|_| add(&mut arms, rng));
            batches = *at;
            let effect = Effect::absolute(&arms);
            effect.is_some_and(|effect| effect.value.abs() >= boundary * effect.variance.sqrt())
        })
    }

    fn of_proportions(&self, batches: [&Batch; 2], rng: &mut Rng) -> bool {
        let none = Arms::Proportions {
            control: NO_TRIALS,
            challenger: NO_TRIALS,
        };
        self.ends(none, rng, |arms, rng| {
            if let Arms::Proportions {
                control,
                challenger,
            } = arms
            {
                batches[0].add_to(control, rng);
                batches[1].add_to(challenger, rng);
            }
        })
    }
}

/// Two Monte Carlo errors of a part of the runs.
fn uncertainty(part: f64) -> f64 {
    2.0 * (part * (1.0 - part) / f64::from(RUNS)).sqrt()
}

#[test]
fn without_an_effect_it_is_wrong_no_more_often_than_alpha_says() {
    for (seed, control, challenger, rate, looks, every) in [
        (901, 500, 500, 0.05, 5, 1),
        (902, 900, 100, 0.08, 5, 1),
        // Looked at now and then: some looks are late, some are missed.
        (903, 400, 400, 0.2, 5, 11),
        (904, 500, 500, 0.05, 10, 3),
        (905, 500, 500, 0.03, 20, 1),
    ] {
        let course = Course::new(control + challenger, LOOKS, looks, |day| day % every == 0);
        let batches = [&Batch::new(control, rate), &Batch::new(challenger, rate)];
        let wrong = part(seed, |rng| course.of_proportions(batches, rng));
        assert!(wrong <= ALPHA + uncertainty(ALPHA), "{seed}: {wrong}");
        assert!(wrong >= ALPHA - 2.0 * uncertainty(ALPHA), "{seed}: {wrong}");
    }
}

#[test]
fn without_an_effect_means_with_heavy_tails_are_no_exception() {
    let pool = Pool::new(400, 500, &mut Rng::with_seed(906));
    let course = Course::new(1_000, LOOKS, 5, |_| true);
    let none = Arms::Means {
        control: NO_UNITS,
        challenger: NO_UNITS,
    };
    let wrong = part(907, |rng| {
        course.ends(none, rng, |arms, rng| {
            if let Arms::Means {
                control,
                challenger,
            } = arms
            {
                pool.add_to(control, rng);
                pool.add_to(challenger, rng);
            }
        })
    });
    assert!(wrong <= ALPHA + uncertainty(ALPHA), "{wrong}");
}

#[test]
fn an_end_that_time_sets_is_no_exception() {
    // What is planned would take twice as long.
    let batch = Batch::new(500, 0.05);
    let batches = [&batch; 2];
    let mut course = Course::new(2_000, LOOKS / 2, 5, |day| day % 3 == 0);
    let information = [0.15, 0.3, 0.45, 0.5];
    course.taken = (1..=information.len())
        .map(|taken| {
            let looks = Looks::new(&information[..taken], taken == information.len()).unwrap();
            let day = [6, 12, 18, 20][taken - 1];
            (day, GroupSequential::new(alpha(), looks).boundary())
        })
        .collect();
    assert_eq!(course.planned, 40_000);
    let wrong = part(908, |rng| course.of_proportions(batches, rng));
    assert!((wrong - ALPHA).abs() <= 1.5 * uncertainty(ALPHA), "{wrong}");
}

#[test]
fn where_a_sequence_finds_half_five_looks_find_nearly_what_one_would() {
    let (base, effect) = (0.05, 0.005);
    // The sample of one look with a power of 0.8, in thirty batches.
    let an_arm = sample_an_arm([base, base + effect], 0.8, alpha()).unwrap();
    assert!((an_arm / 30.0 - 1_040.0).abs() < 4.0, "{an_arm}");
    let (control, challenger) = (Batch::new(520, base), Batch::new(520, base + effect));
    let course = Course::new(1_040, 60, 5, |day| day % 2 == 0);
    let found = part(909, |rng| {
        course.of_proportions([&control, &challenger], rng)
    });
    let design = Design::new(base, effect, 0.5).unwrap();
    let expected = design.power(
        course.planned,
        alpha(),
        Method::GroupSequential { looks: 5 },
    );
    assert!((expected - 0.785).abs() < 0.01, "{expected}");
    assert!((found - expected).abs() < uncertainty(expected), "{found}");
    let sequence = Sequence::new(alpha(), course.planned);
    let by_sequence = part(910, |rng| {
        let day = [&Batch::new(780, base), &Batch::new(780, base + effect)];
        ever(day[0], day[1], rng, |arms| {
            sequence.difference(arms).unwrap().p <= ALPHA
        })
    });
    assert!((0.46..0.54).contains(&by_sequence), "{by_sequence}");
}
