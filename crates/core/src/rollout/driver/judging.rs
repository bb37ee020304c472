//! Judges each step of a deployment's traffic in the wait before the next, by what the load balancer
//! counted of both releases, and lets it go on, or has it taken back, or leaves it to somebody.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use super::Watch;
use crate::analysis::{Looks, Observed, judge};
use crate::apply::{Continued, continue_hook};
use crate::cloud::retry::WhileBusy;
use crate::cloud::{Answer, Cloud, CloudError, ErrorKind};
use crate::experiment::{MetricQueries, Window};
use crate::pause::elapsed;
use crate::progress::{Decision, Event, Observer, StepJudgement};
use crate::release::ids::{RuleArn, TargetGroupArn};
use crate::release::{HookAction, Point};
use crate::rollout::{DueJudgement, Machine, SeenTraffic};
use mlship_manifest::schema::Analysis;

/// `CloudWatch` has one more point a minute.
const READ_EVERY: Duration = Duration::from_mins(1);
const MINUTE: Duration = Duration::from_mins(1);
/// How often ECS is asked to take back what it has not taken back yet.
const INSIST_EVERY: Duration = Duration::from_secs(10);

/// How far the judgement of a step has come.
#[derive(Debug, Default)]
pub(super) struct Judging {
    at: Option<At>,
    /// The waits that were ended from here, and those that nobody here can end.
    settled: BTreeSet<String>,
    /// When ECS was asked last to take back what was judged worse, as long as that may help.
    asked_back: Option<Instant>,
}

/// The wait in which a step is judged.
#[derive(Debug)]
struct At {
    hook: String,
    /// Which look is next, counted from 1.
    look: u32,
    met: Instant,
    read: Option<Instant>,
    has_told_silence: bool,
}

impl At {
    fn new(hook: &str) -> Self {
        Self {
            hook: hook.to_owned(),
            look: 1,
            met: Instant::now(),
            read: None,
            has_told_silence: false,
        }
    }

    fn is_to_be_read(&self) -> bool {
        self.read.is_none_or(|read| elapsed(read) >= READ_EVERY)
    }

    /// Returns what it is at least, by ECS's clock, given since when it waits.
    fn now(&self, since: Timestamp) -> Timestamp {
        let passed = SignedDuration::try_from(elapsed(self.met)).unwrap_or_default();
        since.checked_add(passed).unwrap_or(since)
    }
}

/// A look that may be taken.
struct NextLook {
    number: u32,
    window: Window,
    /// Whether all of its points are there by ECS's clock.
    is_due: bool,
}

impl<C: Cloud> Watch<'_, C> {
    /// Judges a step, where the deployment waits for that and there is something to judge it by.
    ///
    /// # Errors
    /// When the caller's credentials ran out.
    pub(super) async fn judge_step(
        &mut self,
        machine: &mut Machine,
        report: &mut dyn Observer,
    ) -> Answer<()> {
        let Some(analysis) = self.locate.follow.waits.analysis() else {
            return Ok(());
        };
        let Some(due) = machine.due_judgement() else {
            return Ok(());
        };
        let hook = due.pause.hook.as_str();
        if self.judging.settled.contains(hook) {
            return self.insist(&due, machine, report).await;
        }
        if self.judging.at.as_ref().is_none_or(|at| at.hook != hook) {
            self.judging.at = Some(At::new(hook));
        }
        // Before the first step nothing was compared yet.
        if due.is_first || due.pause.step == Some(1) {
            return self.let_go_on(&due, machine, report).await;
        }
        let looks = due.pause.since;
        let looks = looks.and_then(|since| Some((since, Looks::new(analysis, due.bake, since)?)));
        let Some((since, looks)) = looks else {
            let why = "when its step began, or for how long it baked, leaves nothing to judge";
            self.leave(&due, why, machine, report);
            return Ok(());
        };
        match self
            .look_at(analysis, &due, looks, since, machine, report)
            .await
        {
            Ok(()) => Ok(()),
            Err(error) if error.kind == ErrorKind::Credentials => Err(error),
            Err(error) => {
                self.unread(&error, &due, machine, report);
                Ok(())
            }
        }
    }

    /// Takes every look that there are points for.
    async fn look_at(
        &mut self,
        analysis: &Analysis,
        due: &DueJudgement,
        looks: Looks,
        since: Timestamp,
        machine: &mut Machine,
        report: &mut dyn Observer,
    ) -> Answer<()> {
        while let Some((look, ready)) = self.next_look(looks, since) {
            let seen = self.see_weights().await?;
            let Some((rule, groups)) = seen.as_ref().and_then(rule_and_groups) else {
                let why = "ECS names no two groups that both releases are in";
                self.leave(due, why, machine, report);
                return Ok(());
            };
            let queries = MetricQueries::of_groups(rule, groups, &analysis.metrics);
            let cloud = self.locate.cloud;
            let asked = cloud.points(&queries.queries, look.window.from, ready, MINUTE);
            let points = asked.await?;
            // What came after the window shows that all of the window has come.
            let is_later = |point: &Point| point.start >= look.window.to;
            if !look.is_due && !points.iter().flatten().any(is_later) {
                return Ok(());
            }
            let judged = due.step().and_then(|step| {
                judge(&Observed {
                    analysis,
                    step,
                    looks,
                    look: look.number,
                    queries: &queries,
                    points: &points,
                })
            });
            let Some(judgement) = judged else {
                return Ok(());
            };
            let decision = judgement.decision;
            self.act(judgement, due, machine, report).await?;
            if decision != Decision::Undecided {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Returns the next look with when all of its points are there, if it is time to read them.
    fn next_look(&mut self, looks: Looks, since: Timestamp) -> Option<(NextLook, Timestamp)> {
        let at = self.judging.at.as_mut()?;
        let (window, ready) = (looks.window(at.look)?, looks.ready(at.look)?);
        let is_due = at.now(since) >= ready;
        if !is_due && !at.is_to_be_read() {
            return None;
        }
        at.read = Some(Instant::now());
        let number = at.look;
        let look = NextLook {
            number,
            window,
            is_due,
        };
        Some((look, ready))
    }

    /// Tells a judgement, and does what it came to.
    async fn act(
        &mut self,
        judgement: StepJudgement,
        due: &DueJudgement,
        machine: &mut Machine,
        report: &mut dyn Observer,
    ) -> Answer<()> {
        let (decision, words) = (judgement.decision, judgement.words());
        let (hook, deployment) = (&due.pause.hook, &due.pause.deployment);
        let judged = Event::Judged {
            judgement: Box::new(judgement),
            deployment: deployment.clone(),
        };
        report.event(self.locate.service, &judged);
        match decision {
            Decision::GoesOn => return self.let_go_on(due, machine, report).await,
            Decision::GoesBack => {
                self.judging.settled.insert(hook.clone());
                machine.blame(words);
                return self.send_back(due, machine, report).await;
            }
            Decision::Undecided => {
                machine.leave_to_somebody(hook);
                if let Some(at) = self.judging.at.as_mut() {
                    at.look += 1;
                }
            }
        }
        Ok(())
    }

    /// Asks once more for what is still waiting though it was judged worse: a lost answer, or an AWS
    /// that was out of order, must not leave requests with it.
    async fn insist(
        &mut self,
        due: &DueJudgement,
        machine: &mut Machine,
        report: &mut dyn Observer,
    ) -> Answer<()> {
        let asked = self.judging.asked_back;
        if asked.is_some_and(|asked| elapsed(asked) >= INSIST_EVERY) {
            return self.send_back(due, machine, report).await;
        }
        Ok(())
    }

    /// Has a deployment taken back: by a stop, and where that is denied by the answer to its own
    /// wait.
    async fn send_back(
        &mut self,
        due: &DueJudgement,
        machine: &mut Machine,
        report: &mut dyn Observer,
    ) -> Answer<()> {
        let (hook, deployment) = (&due.pause.hook, &due.pause.deployment);
        self.judging.asked_back = Some(Instant::now());
        if self.take_back(deployment, report).await {
            return Ok(());
        }
        let cloud = self.locate.cloud;
        let answer = cloud.continue_service_deployment(deployment, hook, HookAction::Rollback);
        match answer.await {
            Ok(()) => {}
            Err(error) if error.kind == ErrorKind::Credentials => return Err(error),
            Err(error) => {
                self.judging.asked_back = None;
                machine.leave_to_somebody(hook);
                let next = error.hint.as_deref().unwrap_or_default();
                let message = format!(
                    "it was judged worse, and can't be taken back from here: {error}; {next}"
                );
                report.event(self.locate.service, &Event::Note { message });
            }
        }
        Ok(())
    }

    /// Lets the deployment take its next step.
    async fn let_go_on(
        &mut self,
        due: &DueJudgement,
        machine: &mut Machine,
        report: &mut dyn Observer,
    ) -> Answer<()> {
        let hook = &due.pause.hook;
        // Once, whatever the answer: what still waits then is somebody's to end.
        self.judging.settled.insert(hook.clone());
        let cloud = self.locate.cloud;
        let busy = WhileBusy::no_longer();
        let sent = continue_hook(cloud, &due.pause.deployment, hook, busy);
        match Box::pin(sent).await {
            // How it goes on, or why not, its own record tells.
            Ok(Continued::Now | Continued::Already | Continued::NoLonger(_)) => Ok(()),
            Err(error) if error.kind == ErrorKind::Credentials => Err(error),
            Err(error) => {
                let next = error.hint.as_deref().unwrap_or_default();
                let why = format!("it can't be let go on from here: {error}; {next}");
                self.leave(due, &why, machine, report);
                Ok(())
            }
        }
    }

    /// `CloudWatch` or the rule can't be read: what is denied stays so, the rest is asked for again.
    fn unread(
        &mut self,
        error: &CloudError,
        due: &DueJudgement,
        machine: &mut Machine,
        report: &mut dyn Observer,
    ) {
        if error.kind == ErrorKind::Denied {
            let next = error.hint.as_deref().unwrap_or_default();
            let why = format!("its metrics can't be read: {error}; {next}");
            self.leave(due, &why, machine, report);
            return;
        }
        let Some(at) = self.judging.at.as_mut() else {
            return;
        };
        if !std::mem::replace(&mut at.has_told_silence, true) {
            let message = format!("the step can't be judged yet: {error}; looking again");
            report.event(self.locate.service, &Event::Note { message });
        }
    }

    fn leave(
        &mut self,
        due: &DueJudgement,
        why: &str,
        machine: &mut Machine,
        report: &mut dyn Observer,
    ) {
        let hook = &due.pause.hook;
        self.judging.settled.insert(hook.clone());
        machine.leave_to_somebody(hook);
        let message = format!("the step is not judged, and waits for somebody: {why}");
        report.event(self.locate.service, &Event::Note { message });
    }
}

/// Returns the rule, and the groups of the live release and of the new one; nothing where both are
/// in one, which would be compared with itself.
fn rule_and_groups(seen: &SeenTraffic) -> Option<(&RuleArn, [&TargetGroupArn; 2])> {
    let wiring = &seen.wiring;
    let new = seen.new.as_ref()?;
    let live = seen.live.as_ref().unwrap_or_else(|| wiring.other(new));
    (live != new).then_some((&wiring.production, [live, new]))
}
