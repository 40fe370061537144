//! Where the time of each task went: moments in, spans out.

use std::collections::VecDeque;

use unjank_protocol::{Answer, JobId, KernelId, Reply, TaskId, Times, Verdict, WorkerId};

use crate::{Phase, Span};

/// What is known of the jobs and tasks under way. Moments are microseconds since the Unix epoch.
///
/// It holds one entry for each job that has not settled and one for each task on a worker, and the
/// spans of one turn. Lists do for that, and add less code than maps to pools that nobody watches.
#[derive(Debug, Default)]
pub(super) struct Timeline {
    /// Jobs in the order of their ids, and since when each waits for its next task to be sent.
    waiting: VecDeque<(JobId, u64)>,
    desks: Vec<Desk>,
    /// What is not drawn yet.
    spans: Vec<Span>,
}

/// What lies before one worker.
#[derive(Debug)]
struct Desk {
    worker: WorkerId,
    sent: VecDeque<Sent>,
    /// When the last task that it answered for ended.
    free: u64,
}

#[derive(Debug, Clone, Copy)]
struct Sent {
    task: TaskId,
    kernel: KernelId,
    at: u64,
}

impl Timeline {
    #[cold]
    pub(super) fn accepted(&mut self, job: JobId, now: u64) {
        self.waiting.push_back((job, now));
    }

    #[cold]
    pub(super) fn settled(&mut self, job: JobId) {
        if let Some(index) = self.find(job) {
            self.waiting.remove(index);
        }
    }

    #[cold]
    pub(super) fn sent(&mut self, worker: WorkerId, task: TaskId, kernel: KernelId, now: u64) {
        if let Some(start) = self.queue_again(task.job, now) {
            let (phase, end) = (Phase::Queued, now);
            self.spans.push(Span { phase, task, kernel, slot: None, start, end });
        }
        let sent = Sent { task, kernel, at: now };
        match self.desks.iter_mut().find(|desk| desk.worker == worker) {
            Some(desk) => desk.sent.push_back(sent),
            None => self.desks.push(Desk { worker, sent: [sent].into(), free: 0 }),
        }
    }

    /// Books a reply that the page takes at `now`.
    #[cold]
    pub(super) fn answered(&mut self, worker: WorkerId, reply: &Reply<'_>, now: u64) {
        let Some(index) = self.desks.iter().position(|desk| desk.worker == worker) else { return };
        let mut began = self.desks[index].place(reply, now);
        for Answer { id, verdict, times } in &reply.answers {
            let run = Run::new(began, *times, now);
            began = run.end;
            let Some(sent) = self.desks[index].take(*id) else { continue };
            match verdict {
                Verdict::Panicked { .. } | Verdict::Broken { .. } => self.lose(worker, sent, now),
                Verdict::Completed { .. }
                | Verdict::Failed { .. }
                | Verdict::BadParams { .. }
                | Verdict::Unreadable { .. } => self.draw(worker, sent, &run.phases(sent.at, now)),
            }
        }
        self.desks[index].free = began;
    }

    /// Books the end of a worker.
    #[cold]
    pub(super) fn lost(&mut self, worker: WorkerId, now: u64) {
        if let Some(index) = self.desks.iter().position(|desk| desk.worker == worker) {
            for sent in self.desks.swap_remove(index).sent {
                self.lose(worker, sent, now);
            }
        }
    }

    pub(super) fn take_spans(&mut self) -> Vec<Span> {
        std::mem::take(&mut self.spans)
    }

    /// A task is sent again, or its job settles.
    fn lose(&mut self, worker: WorkerId, sent: Sent, now: u64) {
        self.draw(worker, sent, &[(Phase::Lost, sent.at, now)]);
        self.queue_again(sent.task.job, now);
    }

    /// What took no time is not drawn, but for the run itself: every task has one, or was lost.
    fn draw(&mut self, worker: WorkerId, sent: Sent, phases: &[(Phase, u64, u64)]) {
        let Sent { task, kernel, .. } = sent;
        let slot = Some(worker.slot);
        for &(phase, start, end) in phases {
            if start < end || matches!(phase, Phase::Ran | Phase::Lost) {
                self.spans.push(Span { phase, task, kernel, slot, start, end });
            }
        }
    }

    /// From `now` on the job waits for its next task to be sent. Says since when it did.
    fn queue_again(&mut self, job: JobId, now: u64) -> Option<u64> {
        let index = self.find(job)?;
        let (_, since) = self.waiting.get_mut(index)?;
        Some(std::mem::replace(since, now))
    }

    fn find(&self, job: JobId) -> Option<usize> {
        self.waiting.binary_search_by_key(&job, |(job, _)| *job).ok()
    }
}

impl Desk {
    /// When the first task of a reply began. The two clocks may differ a little, and are coarse; but
    /// a worker does one thing after the other, nothing before it was sent, and all of it before the
    /// page hears of it. So a reply that seems to be elsewhere is moved, as a whole.
    fn place(&self, reply: &Reply<'_>, now: u64) -> u64 {
        let first = reply.answers.iter().find_map(|answer| self.find(answer.id));
        let sent = first.map_or(0, |index| self.sent[index].at);
        let lengths = reply.answers.iter().map(|answer| answer.times.total());
        let latest = now.saturating_sub(lengths.sum());
        reply.began.min(latest).max(sent).max(self.free).min(now)
    }

    fn take(&mut self, task: TaskId) -> Option<Sent> {
        self.sent.remove(self.find(task)?)
    }

    /// Tasks are answered in the order in which they were sent: it is among the first.
    fn find(&self, task: TaskId) -> Option<usize> {
        self.sent.iter().position(|sent| sent.task == task)
    }
}

/// One task in the hands of its worker: four moments, in order.
#[derive(Debug, Clone, Copy)]
struct Run {
    began: u64,
    copied_in: u64,
    computed: u64,
    end: u64,
}

impl Run {
    fn new(began: u64, times: Times, now: u64) -> Self {
        let after = |moment: u64, part: u32| (moment + u64::from(part)).min(now);
        let copied_in = after(began, times.copy_in);
        let computed = after(copied_in, times.compute);
        Self { began, copied_in, computed, end: after(computed, times.copy_out) }
    }

    /// What the task went through since it was sent.
    fn phases(self, sent: u64, now: u64) -> [(Phase, u64, u64); 6] {
        let Self { began, copied_in, computed, end } = self;
        [
            (Phase::Posted, sent, began),
            (Phase::Ran, began, end),
            (Phase::CopiedIn, began, copied_in),
            (Phase::Computed, copied_in, computed),
            (Phase::CopiedOut, computed, end),
            (Phase::Returned, end, now),
        ]
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::{collection::vec, prelude::*};
    use unjank_protocol::{Bytes, Onward};

    use super::*;

    const WORKER: WorkerId = WorkerId { slot: 3, generation: 1 };
    const KERNEL: KernelId = KernelId(0);

    fn task(index: u32) -> TaskId {
        TaskId { job: JobId::FIRST, index }
    }

    fn answer(index: u32, times: Times) -> Answer<'static> {
        let verdict = Verdict::Completed { output: Bytes::Inline(b""), others: vec![] };
        Answer { id: task(index), verdict, times }
    }

    fn reply(began: u64, answers: Vec<Answer<'static>>) -> Reply<'static> {
        Reply { memory: 0, began, onward: Onward::Goes, answers }
    }

    fn drawn(timeline: &mut Timeline) -> Vec<(Phase, u32, u64, u64)> {
        let spans = timeline.take_spans().into_iter();
        spans.map(|span| (span.phase, span.task.index, span.start, span.end)).collect()
    }

    #[test]
    fn a_task_is_followed_from_the_queue_to_the_page() {
        let mut timeline = Timeline::default();
        timeline.accepted(JobId::FIRST, 100);
        timeline.sent(WORKER, task(0), KERNEL, 150);
        let times = Times { copy_in: 10, compute: 500, copy_out: 20 };
        timeline.answered(WORKER, &reply(170, vec![answer(0, times)]), 800);
        assert_eq!(
            drawn(&mut timeline),
            [
                (Phase::Queued, 0, 100, 150),
                (Phase::Posted, 0, 150, 170),
                (Phase::Ran, 0, 170, 700),
                (Phase::CopiedIn, 0, 170, 180),
                (Phase::Computed, 0, 180, 680),
                (Phase::CopiedOut, 0, 680, 700),
                (Phase::Returned, 0, 700, 800),
            ]
        );
        assert!(drawn(&mut timeline).is_empty(), "once");
    }

    #[test]
    fn the_next_of_a_job_is_queued_since_the_one_before_it_left() {
        let mut timeline = Timeline::default();
        timeline.accepted(JobId::FIRST, 0);
        timeline.sent(WORKER, task(0), KERNEL, 5);
        timeline.sent(WORKER, task(1), KERNEL, 9);
        assert_eq!(drawn(&mut timeline), [(Phase::Queued, 0, 0, 5), (Phase::Queued, 1, 5, 9)]);
    }

    #[test]
    fn what_goes_with_its_worker_or_instance_is_lost_and_queued_anew() {
        let mut timeline = Timeline::default();
        timeline.accepted(JobId::FIRST, 0);
        (0..3).for_each(|index| timeline.sent(WORKER, task(index), KERNEL, 10));
        timeline.take_spans();
        let verdict = Verdict::Panicked { message: "boom", location: None };
        let panicked = Answer { verdict, ..answer(0, Times::default()) };
        timeline.answered(WORKER, &reply(0, vec![panicked]), 30);
        timeline.lost(WORKER, 40);
        timeline.sent(WORKER, task(2), KERNEL, 45);
        assert_eq!(
            drawn(&mut timeline),
            [
                (Phase::Lost, 0, 10, 30),
                (Phase::Lost, 1, 10, 40),
                (Phase::Lost, 2, 10, 40),
                (Phase::Queued, 2, 40, 45),
            ]
        );
    }

    #[test]
    fn nothing_is_kept_of_what_has_ended() {
        let mut timeline = Timeline::default();
        timeline.accepted(JobId::FIRST, 0);
        timeline.sent(WORKER, task(0), KERNEL, 1);
        timeline.sent(WORKER, task(1), KERNEL, 1);
        timeline.answered(WORKER, &reply(1, vec![answer(0, Times::default())]), 2);
        timeline.settled(JobId::FIRST);
        timeline.lost(WORKER, 3);
        timeline.take_spans();
        let Timeline { waiting, desks, spans } = timeline;
        assert!(waiting.is_empty() && desks.is_empty() && spans.is_empty());
    }

    #[test]
    fn an_answer_to_nothing_draws_nothing() {
        let mut timeline = Timeline::default();
        timeline.answered(WORKER, &reply(5, vec![answer(0, Times::default())]), 9);
        timeline.sent(WORKER, task(0), KERNEL, 10);
        timeline.answered(WORKER, &reply(11, vec![answer(7, Times::default())]), 12);
        assert!(drawn(&mut timeline).is_empty());
    }

    /// A message's life as the page saw it, and what the worker claimed.
    #[derive(Debug, Clone)]
    struct Message {
        /// Microseconds from when the page took the answer before.
        wait: u64,
        /// Microseconds from when it was sent.
        took: u64,
        /// What the worker's clock said, less what the page's said when it was sent.
        skew: i64,
        times: Vec<[u32; 3]>,
    }

    fn messages() -> impl Strategy<Value = Vec<Message>> {
        let skews = prop_oneof![-200_i64..2000, any::<i64>()];
        let parts = prop_oneof![0_u32..300, any::<u32>()];
        let times = vec([parts.clone(), parts.clone(), parts], 1..4);
        let message = (0_u64..100, 0_u64..3000, skews, times);
        vec(message.prop_map(|(wait, took, skew, times)| Message { wait, took, skew, times }), 1..6)
    }

    proptest! {
        /// Whatever clocks say: a task's phases follow each other from the moment it was sent to the
        /// moment its answer was taken, and a worker does one thing at a time.
        #[test]
        fn phases_stand_in_order_whatever_the_clocks_say(messages in messages()) {
            let (mut timeline, mut now, mut free) = (Timeline::default(), 1 << 50, 0);
            for Message { wait, took, skew, times } in messages {
                let sent = now + wait;
                now = sent + took;
                let times = times.into_iter();
                let times: Vec<Times> = times
                    .map(|[copy_in, compute, copy_out]| Times { copy_in, compute, copy_out })
                    .collect();
                let answers = (0..).zip(&times).map(|(index, times)| answer(index, *times));
                let answers: Vec<_> = answers.collect();
                (0..).zip(&times).for_each(|(index, _)| timeline.sent(WORKER, task(index), KERNEL, sent));
                let began = sent.saturating_add_signed(skew);
                timeline.answered(WORKER, &reply(began, answers), now);
                let total: u64 = times.iter().map(|times| times.total()).sum();
                let spans = drawn(&mut timeline);
                let honest = began >= sent.max(free) && began.saturating_add(total) <= now;
                for (index, times) in (0..).zip(times) {
                    let own: Vec<_> = spans.iter().filter(|span| span.1 == index).collect();
                    let run = own.iter().filter(|span| span.0 == Phase::Ran).collect::<Vec<_>>();
                    let [(_, _, start, end)] = run[..] else { panic!("one run: {own:?}") };
                    prop_assert!(*start >= free, "it began before the one before it ended");
                    prop_assert!(!honest || end - start == times.total(), "{own:?}");
                    prop_assert!(!honest || index > 0 || *start == began, "{own:?}");
                    free = *end;
                    let mut moment = sent;
                    for (_, _, start, end) in own.iter().filter(|span| span.0 != Phase::Ran) {
                        prop_assert!(*start == moment && start < end, "{own:?}");
                        moment = *end;
                    }
                    prop_assert_eq!(moment, now.max(sent));
                }
            }
        }
    }
}
