use std::time::Duration;

use futures_util::future::join_all;
use proptest::prelude::*;
use tokio::time::Instant;

use super::*;
use crate::cloud::fake::AwsBucket;

const REGISTER: Rate = Rate {
    burst: 20.0,
    refill: 1.0,
};
const READ: Rate = Rate {
    burst: 50.0,
    refill: 20.0,
};

#[tokio::test(start_paused = true)]
async fn a_hundred_registers_take_what_the_rate_allows_and_no_longer() {
    let limiter = Limiter::new(REGISTER);
    let start = Instant::now();
    join_all((0..100).map(|_| limiter.permit())).await;
    let seconds = start.elapsed().as_secs_f64();
    assert!((80.0..82.0).contains(&seconds), "{seconds}");
}

#[tokio::test(start_paused = true)]
async fn who_came_first_is_served_first() {
    let limiter = Limiter::new(Rate {
        burst: 1.0,
        refill: 1.0,
    });
    let order = std::sync::Mutex::new(Vec::new());
    let each = (0..10).map(async |number| {
        limiter.permit().await;
        order.lock().unwrap().push(number);
    });
    join_all(each).await;
    assert_eq!(order.into_inner().unwrap(), (0..10).collect::<Vec<_>>());
}

/// How many of so many requests are refused, and how long they take, with a neighbour who takes a
/// part of the rate.
fn beside_a_neighbour(rate: Rate, requests: usize, neighbour: f64) -> (usize, f64) {
    let (mut ours, mut aws) = (Bucket::new(rate), AwsBucket::new(rate));
    let (mut now, mut refused, mut done, mut theirs) = (0.0_f64, 0, 0, 0.0_f64);
    while done < requests {
        while theirs < now {
            aws.takes(theirs);
            theirs += 1.0 / (neighbour * rate.refill);
        }
        match ours.take(Duration::from_secs_f64(now)) {
            Ok(()) if aws.takes(now) => done += 1,
            Ok(()) => {
                refused += 1;
                ours.refused(Duration::from_secs_f64(now));
            }
            Err(wait) => now += wait.as_secs_f64(),
        }
    }
    (refused, now)
}

#[test]
fn a_neighbour_who_takes_half_slows_us_to_the_other_half() {
    for (rate, requests) in [(REGISTER, 100), (READ, 1000)] {
        let (refused, seconds) = beside_a_neighbour(rate, requests, 0.5);
        let least =
            (f64::from(u32::try_from(requests).unwrap()) - rate.burst) / (rate.refill * 0.5);
        assert!(seconds < least * 1.4, "{seconds} of {least}");
        assert!(refused * 8 < requests, "{refused} of {requests} refused");
    }
}

proptest! {
    #[test]
    fn alone_nothing_is_refused_however_the_network_jitters(
        seed in any::<u64>(),
        requests in 1_usize..400,
    ) {
        let mut random = fastrand::Rng::with_seed(seed);
        for rate in [REGISTER, READ] {
            let (mut ours, mut aws) = (Bucket::new(rate), AwsBucket::new(rate));
            let mut now = 0.0;
            let mut arrivals = Vec::new();
            for _ in 0..requests {
                while let Err(wait) = ours.take(Duration::from_secs_f64(now)) {
                    now += wait.as_secs_f64();
                }
                // Up to 50 ms on the way: as much as what is held back makes up for.
                arrivals.push(now + 0.05 * random.f64());
            }
            arrivals.sort_by(f64::total_cmp);
            prop_assert!(arrivals.iter().all(|at| aws.takes(*at)));
        }
    }

    #[test]
    fn a_token_is_never_more_than_the_least_share_away(
        refusals in prop::collection::vec(0_u64..100, 0..50),
    ) {
        let mut bucket = Bucket::new(REGISTER);
        let mut now = Duration::ZERO;
        for seconds in refusals {
            now += Duration::from_secs(seconds);
            bucket.refused(now);
            if let Err(wait) = bucket.take(now) {
                prop_assert!(wait.as_secs_f64() <= 1.0 / LEAST_SHARE + 0.01);
            }
        }
    }
}

const LEAST_SHARE: f64 = 0.05;
