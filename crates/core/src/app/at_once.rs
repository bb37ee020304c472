//! Asks about many services at the same time. How fast requests go out is not decided here.

use std::pin::Pin;

use futures_util::stream::{self, StreamExt};

use crate::cloud::Company;

/// How many services are looked at together: what is held of each takes memory.
const MOST: usize = 1_000;

/// Does things at the same time, and returns what comes of them in their own order.
pub async fn in_order<F: Future>(each: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    stream::iter(together(each)).buffered(MOST).collect().await
}

/// Returns things to do in each other's company, so that what they ask AWS goes together.
pub fn together<F: Future>(
    each: impl IntoIterator<Item = F>,
) -> impl Iterator<Item = Pin<Box<impl Future<Output = F::Output>>>> {
    let company = Company::default();
    each.into_iter().map(move |one| Box::pin(company.join(one)))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::{Instant, sleep};

    use super::*;
    use crate::cloud::company;

    #[tokio::test(start_paused = true)]
    async fn many_take_as_long_as_the_longest_and_come_in_their_own_order() {
        let start = Instant::now();
        let each = (0..100_u64).map(async |number| {
            sleep(Duration::from_secs(100 - number)).await;
            number
        });
        assert!(in_order(each).await.into_iter().eq(0..100));
        assert_eq!(start.elapsed(), Duration::from_secs(100));
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_asked_together_knows_of_the_others() {
        let each = (0..3).map(async |_| company());
        assert_eq!(in_order(each).await, [3, 2, 1]);
        assert_eq!(in_order([async { company() }]).await, [1]);
    }
}
