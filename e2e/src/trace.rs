//! The tasks of a page's main thread, and what pages draw on tracks, from the browser's own trace.
//!
//! The events are those of the Trace Event Format: complete ones (`X`) with a start, a wall
//! duration and, where the thread's clock was read, the processor time they took.

use std::{collections::BTreeMap, fmt};

use serde::Deserialize;
use serde_json::Value;

/// What has to be recorded for [`Trace::tasks`].
pub const CATEGORIES: [&str; 4] =
    ["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline", "blink.user_timing"];

/// Milliseconds of a processor that no task of a page's main thread may take while much arrives at once:
/// about a frame at 60 Hz.
pub const FRAME_MS: f64 = 16.0;

/// Milliseconds of a processor that no task of a page's main thread may take while workers compute: half a
/// frame, which leaves the other half to the page's own work.
pub const CALM_MS: f64 = 8.0;

/// Milliseconds between two frames, at 60 Hz, from which on one between them was dropped.
const DROPPED_MS: f64 = 25.0;

/// Where a frame's part on the main thread begins.
const FRAME: &str = "FireAnimationFrame";

/// How often a run is tried: a garbage collection may fall into any task.
const TRIES: usize = 12;

/// Of several runs, each of which gives what its busiest task took, the least: the first below `bar` ends
/// the search.
pub fn calmest(bar: f64, mut run: impl FnMut() -> f64) -> f64 {
    let mut calmest = f64::MAX;
    for _ in 0..TRIES {
        calmest = calmest.min(run());
        if calmest < bar {
            break;
        }
    }
    calmest
}

/// The longest of some tasks by the clock, in milliseconds; 0 if there is none. With as many workers as
/// cores it tells of the machine too: a task may stand still while other threads run.
#[must_use]
pub fn longest_ms(tasks: &[Task]) -> f64 {
    tasks.iter().map(|task| task.wall_ms).fold(0.0, f64::max)
}

/// The most that one of some tasks took of a processor, in milliseconds; 0 if there is none.
#[must_use]
pub fn busiest_ms(tasks: &[Task]) -> f64 {
    tasks.iter().map(Task::busy_ms).fold(0.0, f64::max)
}

/// One turn of a thread's event loop, under its names in these categories.
const TASKS: [&str; 2] = ["ThreadControllerImpl::RunTask", "RunTask"];

/// Causes given for each task.
const CAUSES: usize = 4;

/// One event.
#[derive(Debug, Clone, Deserialize)]
pub struct TraceEvent {
    name: String,
    #[serde(rename = "ph")]
    phase: String,
    #[serde(rename = "pid")]
    process: i64,
    #[serde(rename = "tid")]
    thread: i64,
    /// Microseconds.
    #[serde(rename = "ts", default)]
    start: f64,
    /// Microseconds.
    #[serde(rename = "dur", default)]
    duration: f64,
    /// Microseconds on a processor.
    #[serde(rename = "tdur")]
    processor: Option<f64>,
    /// What tells the two events of one entry from others.
    #[serde(default, alias = "id2")]
    id: Value,
    #[serde(default)]
    args: Value,
}

impl TraceEvent {
    /// The events of a `Tracing.dataCollected`; what has another shape has no place here.
    pub(crate) fn all_of(mut params: Value) -> impl Iterator<Item = Self> {
        let events: Vec<Value> =
            params["value"].as_array_mut().map(std::mem::take).unwrap_or_default();
        events.into_iter().filter_map(|event| serde_json::from_value(event).ok())
    }

    fn end(&self) -> f64 {
        self.start + self.duration
    }

    /// How much of its time it was on a processor: all of it, where that isn't known.
    fn busy_share(&self) -> f64 {
        let share = self.processor.map(|busy| busy / self.duration);
        share.filter(|share| share.is_finite()).unwrap_or(1.0).min(1.0)
    }

    /// What it did, beyond its name.
    fn detail(&self) -> String {
        let data = &self.args["data"];
        let details =
            [&data["functionName"], &data["type"], &self.args["src_func"], &self.args["src_file"]];
        let details = details.into_iter().filter_map(Value::as_str).filter(|text| !text.is_empty());
        let details: Vec<&str> = details.collect();
        if details.is_empty() {
            self.name.clone()
        } else {
            format!("{} ({})", self.name, details.join(", "))
        }
    }
}

/// A recording.
#[derive(Debug)]
pub struct Trace {
    events: Vec<TraceEvent>,
}

/// An entry that a page made for a track of the performance panel.
#[derive(Debug, Clone)]
pub struct TrackEntry {
    /// What it is called.
    pub name: String,
    /// The heading of its track.
    pub group: String,
    /// Its track.
    pub track: String,
    /// What else is known of it.
    pub properties: BTreeMap<String, String>,
    /// When it began, in microseconds on the trace's clock.
    pub start: f64,
    /// When it ended.
    pub end: f64,
}

/// What an entry's `detail` says to the performance panel.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Devtools {
    data_type: String,
    track_group: String,
    track: String,
    properties: Vec<(String, String)>,
}

impl TrackEntry {
    fn of(begin: &TraceEvent, end: f64) -> Option<Self> {
        let mut detail: Value = serde_json::from_str(begin.args["detail"].as_str()?).ok()?;
        let devtools: Devtools = serde_json::from_value(detail["devtools"].take()).ok()?;
        let Devtools { data_type, track_group: group, track, properties } = devtools;
        let (name, properties) = (begin.name.clone(), properties.into_iter().collect());
        let entry = Self { name, group, track, properties, start: begin.start, end };
        (data_type == "track-entry").then_some(entry)
    }
}

/// A thread of some process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Thread(i64, i64);

/// One task of a thread.
#[derive(Debug, Clone)]
pub struct Task {
    /// Milliseconds from its start to its end.
    pub wall_ms: f64,
    /// Milliseconds of it on a processor; what is missing of `wall_ms` was given to others. None
    /// when the trace does not say.
    pub processor_ms: Option<f64>,
    /// Milliseconds from the first mark to its start.
    pub at_ms: f64,
    /// What took longest in it, in words.
    pub causes: Vec<String>,
}

/// A time between two frames in which another had room.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gap {
    /// Milliseconds between the frames.
    pub ms: f64,
    /// Milliseconds of a processor that the thread's tasks took of them, those of the first frame among
    /// them.
    pub busy_ms: f64,
}

impl Gap {
    /// Whether the thread's tasks left no time for a frame: had they been short, there was one.
    #[must_use]
    pub fn is_by_tasks(&self) -> bool {
        self.busy_ms > FRAME_MS
    }
}

impl Task {
    /// Milliseconds in which it did something: on a processor where that is known, else by the
    /// clock.
    #[must_use]
    pub fn busy_ms(&self) -> f64 {
        self.processor_ms.unwrap_or(self.wall_ms)
    }
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let processor = self.processor_ms.map(|ms| format!(", {ms:.2} ms on a processor"));
        let (wall, at) = (self.wall_ms, self.at_ms);
        write!(f, "{wall:.2} ms{}, at {at:.0} ms", processor.unwrap_or_default())?;
        self.causes.iter().try_for_each(|cause| write!(f, "; {cause}"))
    }
}

impl Trace {
    pub(crate) fn new(events: Vec<TraceEvent>) -> Self {
        Self { events }
    }

    /// The tasks of the thread that made both performance marks, from the one that made the first
    /// to the one that made the second, longest first.
    ///
    /// # Panics
    /// When a mark or all tasks are missing.
    #[must_use]
    #[track_caller]
    pub fn tasks(&self, from: &str, to: &str) -> Vec<Task> {
        let (events, name) = self.of_thread(from, to);
        let origin = self.mark(from).start;
        let tasks = events.iter().filter(|event| event.name == name);
        let mut tasks: Vec<Task> = tasks.map(|task| describe(task, &events, origin)).collect();
        tasks.sort_by(|a, b| b.wall_ms.total_cmp(&a.wall_ms));
        tasks
    }

    /// Where the same thread skipped frames between the same marks.
    ///
    /// # Panics
    /// As [`Trace::tasks`], and when there is no frame at all.
    #[must_use]
    #[track_caller]
    pub fn dropped_frames(&self, from: &str, to: &str) -> Vec<Gap> {
        let (events, name) = self.of_thread(from, to);
        let frames = events.iter().filter(|event| event.name == FRAME);
        let mut starts: Vec<f64> = frames.map(|frame| frame.start).collect();
        assert!(!starts.is_empty(), "the trace has no frames of the page's thread");
        starts.sort_by(f64::total_cmp);
        let gaps = starts.windows(2).map(|pair| (pair[0], pair[1]));
        let dropped = gaps.filter(|(start, end)| (end - start) / 1000.0 >= DROPPED_MS);
        let busy = |(start, end): (f64, f64)| {
            let tasks = events.iter().filter(|event| event.name == name);
            let within = tasks.map(|task| {
                (task.end().min(end) - task.start.max(start)).max(0.0) * task.busy_share()
            });
            Gap { ms: (end - start) / 1000.0, busy_ms: within.sum::<f64>() / 1000.0 }
        };
        dropped.map(busy).collect()
    }

    /// The events between two marks of the thread that made them, and what its tasks are called.
    #[track_caller]
    fn of_thread(&self, from: &str, to: &str) -> (Vec<&TraceEvent>, &'static str) {
        let (from, to) = (self.mark(from), self.mark(to));
        let here = |event: &&TraceEvent| {
            event.phase == "X"
                && (event.process, event.thread) == (from.process, from.thread)
                && event.end() >= from.start
                && event.start <= to.start
        };
        let events: Vec<&TraceEvent> = self.events.iter().filter(here).collect();
        let name = TASKS.into_iter().find(|name| events.iter().any(|event| event.name == *name));
        let name = name.unwrap_or_else(|| panic!("the trace has no tasks of the page's thread"));
        (events, name)
    }

    /// What pages drew on tracks, in the order of its beginning; of what begins together the longest
    /// first.
    ///
    /// # Panics
    /// When an entry ends that did not begin.
    #[must_use]
    #[track_caller]
    pub fn track_entries(&self) -> Vec<TrackEntry> {
        let (mut open, mut entries) = (BTreeMap::<_, Vec<_>>::new(), Vec::new());
        // The browser gives an id to several entries, if they follow or enclose each other.
        for event in &self.events {
            let begun = open.entry((event.process, event.id.to_string())).or_default();
            match &*event.phase {
                "b" => begun.push(event),
                "e" => match begun.pop() {
                    Some(begin) if begin.name == event.name => {
                        entries.extend(TrackEntry::of(begin, event.start));
                    }
                    other => panic!("{} ends where {other:?} began", event.name),
                },
                _ => {}
            }
        }
        entries.sort_by(|a, b| a.start.total_cmp(&b.start).then(b.end.total_cmp(&a.end)));
        entries
    }

    /// The worker threads that were in a task at this time: microseconds on the trace's clock.
    #[must_use]
    pub fn workers_at(&self, moment: f64) -> Vec<Thread> {
        let named = |event: &&TraceEvent| {
            event.name == "thread_name" && event.args["name"] == "DedicatedWorker thread"
        };
        let workers = self.events.iter().filter(named);
        let busy = |&Thread(process, thread): &Thread| {
            self.events.iter().any(|event| {
                (event.process, event.thread) == (process, thread)
                    && event.phase == "X"
                    && TASKS.contains(&&*event.name)
                    && (event.start..event.end()).contains(&moment)
            })
        };
        workers.map(|event| Thread(event.process, event.thread)).filter(busy).collect()
    }

    #[track_caller]
    fn mark(&self, name: &str) -> &TraceEvent {
        let found = self.events.iter().find(|event| event.name == name);
        found.unwrap_or_else(|| panic!("the trace lacks the mark {name:?}"))
    }
}

fn describe(task: &TraceEvent, events: &[&TraceEvent], origin: f64) -> Task {
    let within = |event: &&&TraceEvent| {
        event.start >= task.start && event.end() <= task.end() && !TASKS.contains(&&*event.name)
    };
    let mut causes: Vec<&&TraceEvent> = events.iter().filter(within).collect();
    causes.sort_by(|a, b| b.duration.total_cmp(&a.duration));
    let causes = causes.into_iter().take(CAUSES);
    Task {
        wall_ms: task.duration / 1000.0,
        processor_ms: task.processor.map(|micros| micros / 1000.0),
        at_ms: (task.start - origin) / 1000.0,
        causes: causes
            .map(|cause| format!("{} {:.2} ms", cause.detail(), cause.duration / 1000.0))
            .collect(),
    }
}
