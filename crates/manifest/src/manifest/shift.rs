//! How a deployment moves production traffic: its steps, and how long it may take.

use super::schema::{Hook, Pause, Rollout, Stage, Strategy};

/// The whole traffic, in tenths of a percent.
const ALL: u32 = 1000;

/// What ECS takes where nothing is written.
const CANARY: (f64, u32) = (5.0, 10);
const LINEAR: (f64, u32) = (10.0, 6);
const TIMEOUT: u32 = 1440;

/// The steps by which a deployment moves production traffic, of the strategies that do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift {
    /// What each step moves, in tenths of a percent, but for the last, which moves what is left.
    share: u32,
    /// Minutes after each step but the last.
    step_bake: u32,
    /// Minutes after all traffic has moved.
    bake: u32,
    steps: u32,
}

impl Shift {
    /// Returns the steps of a rollout, or `None` where tasks are replaced one by one.
    #[must_use]
    pub fn of(rollout: &Rollout) -> Option<Self> {
        let (share, step_bake) = match rollout.strategy? {
            Strategy::Rolling => return None,
            Strategy::Canary => rollout.canary(),
            Strategy::Linear => rollout.linear(),
            Strategy::BlueGreen => (100.0, 0),
        };
        let share = tenths(share).clamp(1, ALL);
        let steps = match rollout.strategy? {
            // Of one that moves all at once, ECS's words leave open whether another step follows:
            // see `may_end_sooner`.
            Strategy::Canary => 2,
            Strategy::Rolling | Strategy::BlueGreen => 1,
            // ECS's own words leave open whether what remains is a step of its own: the longer
            // reading is the safe one.
            Strategy::Linear => ALL.div_ceil(share),
        };
        Some(Self {
            share,
            step_bake,
            bake: rollout.bake_minutes.unwrap_or(0),
            steps,
        })
    }

    /// Returns how many steps there are.
    #[must_use]
    pub fn steps(&self) -> u32 {
        self.steps
    }

    /// Says whether the first step moves everything, so that there may be no further one, and no
    /// bake between them: ECS's words leave that open.
    #[must_use]
    pub fn may_end_sooner(&self) -> bool {
        self.steps > 1 && self.share == ALL
    }

    /// Returns the percentage of production traffic that the new release has after a step, counted
    /// from 1.
    #[must_use]
    pub fn percent_after(&self, step: u32) -> f64 {
        let moved = if step >= self.steps {
            ALL
        } else {
            (self.share * step).min(ALL)
        };
        f64::from(moved) / 10.0
    }

    /// Returns how many minutes pass for baking alone.
    #[must_use]
    pub fn baking_minutes(&self) -> u32 {
        (self.steps - 1) * self.step_bake + self.bake
    }

    /// Returns the step that moves traffic on from a percentage, counted from 1: the last one where
    /// nothing is left to move.
    #[must_use]
    pub fn step_from(&self, percent: f64) -> u32 {
        let mut steps = 1..self.steps;
        let next = steps.find(|step| tenths(self.percent_after(*step)) > tenths(percent));
        next.unwrap_or(self.steps)
    }

    /// Returns the step that moves traffic to a percentage, counted from 1.
    #[must_use]
    pub fn step_to(&self, percent: f64) -> u32 {
        let mut steps = 1..self.steps;
        let reached = steps.find(|step| tenths(self.percent_after(*step)) >= tenths(percent));
        reached.unwrap_or(self.steps)
    }

    /// Returns the minutes after all traffic has moved.
    #[must_use]
    pub fn bake_minutes(&self) -> u32 {
        self.bake
    }

    /// Returns the minutes after each step but the last.
    #[must_use]
    pub fn step_bake_minutes(&self) -> u32 {
        self.step_bake
    }

    /// Returns how many minutes all of it may take: baking, and every wait to its timeout. Waits
    /// of one stage run at the same time.
    #[must_use]
    pub fn longest_minutes(&self, rollout: &Rollout) -> u64 {
        let waits: u64 = Stage::ALL
            .into_iter()
            .map(|stage| {
                let times = if stage.is_of_each_step() {
                    self.steps
                } else {
                    1
                };
                u64::from(times) * u64::from(longest_wait(rollout, stage))
            })
            .sum();
        waits + u64::from(self.baking_minutes())
    }
}

/// Returns the longest wait at a stage, in minutes.
fn longest_wait(rollout: &Rollout, stage: Stage) -> u32 {
    let pauses = rollout.pauses().filter(|pause| pause.stage == stage);
    let pauses = pauses.map(|pause| pause.minutes());
    let hooks = rollout
        .hooks
        .iter()
        .filter(|hook| hook.stages.contains(&stage));
    let hooks = hooks.map(Hook::minutes);
    pauses.chain(hooks).max().unwrap_or(0)
}

impl Rollout {
    /// Returns what a canary moves first, in percent, and how many minutes it bakes.
    #[must_use]
    pub fn canary(&self) -> (f64, u32) {
        (
            self.canary_percent.unwrap_or(CANARY.0),
            self.canary_bake_minutes.unwrap_or(CANARY.1),
        )
    }

    /// Returns what each step of a linear one moves, in percent, and how many minutes it bakes.
    #[must_use]
    pub fn linear(&self) -> (f64, u32) {
        (
            self.step_percent.unwrap_or(LINEAR.0),
            self.step_bake_minutes.unwrap_or(LINEAR.1),
        )
    }
}

impl Hook {
    /// Returns how many minutes its answer is waited for at most.
    #[must_use]
    pub fn minutes(&self) -> u32 {
        self.timeout_minutes.unwrap_or(TIMEOUT)
    }
}

impl Pause {
    /// Returns how many minutes it waits at most.
    #[must_use]
    pub fn minutes(&self) -> u32 {
        self.timeout_minutes.unwrap_or(TIMEOUT)
    }
}

/// Returns a percentage as the whole number of tenths that is nearest.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "bounded just before"
)]
fn tenths(percent: f64) -> u32 {
    (percent * 10.0).round().clamp(0.0, f64::from(ALL)) as u32
}

/// Says whether a percentage is one of ECS's, which are in steps of a tenth.
#[must_use]
pub(super) fn is_in_tenths(percent: f64) -> bool {
    (percent * 10.0 - f64::from(tenths(percent))).abs() < 1e-9
}

#[cfg(test)]
mod tests {
    use proptest::{prop_assert, prop_assert_eq, proptest};

    use super::*;

    fn rollout(strategy: Strategy) -> Rollout {
        Rollout {
            strategy: Some(strategy),
            ..Rollout::default()
        }
    }

    fn shares(rollout: &Rollout) -> Vec<f64> {
        let shift = Shift::of(rollout).unwrap();
        (1..=shift.steps())
            .map(|step| shift.percent_after(step))
            .collect()
    }

    #[test]
    fn each_strategy_moves_all_traffic_in_its_own_steps() {
        assert_eq!(shares(&rollout(Strategy::BlueGreen)), [100.0]);
        assert_eq!(shares(&rollout(Strategy::Canary)), [5.0, 100.0]);
        let linear = Rollout {
            step_percent: Some(30.0),
            ..rollout(Strategy::Linear)
        };
        assert_eq!(shares(&linear), [30.0, 60.0, 90.0, 100.0]);
        let whole = Rollout {
            canary_percent: Some(100.0),
            ..rollout(Strategy::Canary)
        };
        assert_eq!(shares(&whole), [100.0, 100.0]);
        assert_eq!(Shift::of(&rollout(Strategy::Rolling)), None);
    }

    #[test]
    fn a_canary_of_all_may_take_the_longer_of_two_readings() {
        let whole = Rollout {
            canary_percent: Some(100.0),
            canary_bake_minutes: Some(60),
            bake_minutes: Some(2),
            ..rollout(Strategy::Canary)
        };
        let shift = Shift::of(&whole).unwrap();
        assert!(shift.may_end_sooner());
        assert_eq!(shift.longest_minutes(&whole), 62);
        for strategy in [Strategy::Canary, Strategy::Linear, Strategy::BlueGreen] {
            assert!(!Shift::of(&rollout(strategy)).unwrap().may_end_sooner());
        }
    }

    #[test]
    fn a_wait_before_each_step_counts_once_a_step_and_waits_of_one_stage_once() {
        let pause = |stage, minutes| Pause {
            stage,
            timeout_minutes: Some(minutes),
            on_timeout: None,
        };
        let linear = Rollout {
            step_percent: Some(25.0),
            step_bake_minutes: Some(10),
            bake_minutes: Some(5),
            pause: vec![
                pause(Stage::PreProductionTrafficShift, 60),
                pause(Stage::PostScaleUp, 30),
                pause(Stage::PostScaleUp, 20),
            ],
            ..rollout(Strategy::Linear)
        };
        let shift = Shift::of(&linear).unwrap();
        assert_eq!(shift.baking_minutes(), 35);
        assert_eq!(shift.longest_minutes(&linear), 35 + 4 * 60 + 30);
    }

    proptest! {
        #[test]
        fn shares_rise_from_step_to_step_and_end_at_all(share in 30_u32..=1000) {
            let linear = Rollout {
                step_percent: Some(f64::from(share) / 10.0),
                ..rollout(Strategy::Linear)
            };
            prop_assert!(is_in_tenths(f64::from(share) / 10.0));
            let shares = shares(&linear);
            prop_assert!(shares.is_sorted_by(|one, next| one < next), "{shares:?}");
            prop_assert_eq!(shares.last(), Some(&100.0));
            prop_assert!(shares.len() <= 34);
        }

        #[test]
        fn a_step_is_found_by_the_share_before_it_and_by_the_share_after_it(
            share in 30_u32..=1000,
            step in 1_u32..=34,
        ) {
            let linear = Rollout {
                step_percent: Some(f64::from(share) / 10.0),
                ..rollout(Strategy::Linear)
            };
            let shift = Shift::of(&linear).unwrap();
            let step = step.min(shift.steps());
            let before = if step == 1 { 0.0 } else { shift.percent_after(step - 1) };
            prop_assert_eq!(shift.step_from(before), step);
            prop_assert_eq!(shift.step_to(shift.percent_after(step)), step);
            prop_assert_eq!(shift.step_to(0.0), 1);
            prop_assert_eq!(shift.step_from(100.0), shift.steps());
        }
    }
}
