//! The end of a process at one of its writes: nothing that comes after it is done.

use std::cell::Cell;
use std::future::pending;

use tokio::sync::Notify;

/// Ends a process at one of its writes.
#[derive(Default)]
pub struct Kill {
    at: Cell<Option<(usize, Moment)>>,
    writes: Cell<usize>,
    told: Notify,
}

/// When in a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// It is not sent any more.
    Before,
    /// It took effect, and its answer is heard by nobody.
    After,
}

impl Kill {
    /// Ends whoever makes the write of a number, from 0, counted from now on.
    pub fn at(&self, write: usize, moment: Moment) {
        self.writes.set(0);
        self.at.set(Some((write, moment)));
    }

    /// Ends nobody any more.
    pub fn nobody(&self) {
        self.at.set(None);
    }

    /// Resolves once somebody was ended.
    pub async fn happens(&self) {
        self.told.notified().await;
    }

    /// Makes a write.
    pub(super) async fn around<T>(&self, write: impl AsyncFnOnce() -> T) -> T {
        let number = self.writes.replace(self.writes.get() + 1);
        self.end_at(number, Moment::Before).await;
        let done = write().await;
        self.end_at(number, Moment::After).await;
        done
    }

    async fn end_at(&self, number: usize, moment: Moment) {
        if self.at.get() == Some((number, moment)) {
            self.told.notify_one();
            pending::<()>().await;
        }
    }
}
