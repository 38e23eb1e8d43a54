//! The filter behind `evpack redact`: the same rules and known values as for a packet, over streams of any size.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::collect::{self, Host, inputs};
use crate::error::Error;
use crate::model::RedactionReport;
use crate::plan::filter::{FilterPlan, Sink};
use crate::redact::{Clean, Explanation, Redactor, RedactorBuilder, StreamError, Summary};
use crate::{voice, write};

/// What is told of replacements as they are made.
pub type Explain = dyn Fn(&[Explanation]) + Sync;

/// What is told of bytes as they are read.
pub type Count = dyn Fn(u64) + Sync;

/// Who is told of the work while it goes on.
#[derive(Clone, Copy, Default)]
pub struct Listeners<'a> {
    /// Told of each replacement, in its clean context.
    pub explain: Option<&'a Explain>,
    /// Told how many bytes were read since it was last told.
    pub read: Option<&'a Count>,
}

/// An input whose bytes are counted.
struct Counted<'a, R> {
    input: R,
    count: Option<&'a Count>,
}

impl<R: io::Read> io::Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.input.read(buffer)?;
        if let Some(count) = self.count {
            count(length as u64);
        }
        Ok(length)
    }
}

/// What came of a filter.
#[derive(Debug, Default)]
pub struct Filtered {
    /// What was removed from all inputs together.
    pub summary: Summary,
    /// Number of inputs.
    pub inputs: usize,
    /// Configured credential files that could not be read, so that their values were removed by form only.
    pub unread: Vec<Clean>,
    /// Inputs that failed, although others did not: an error message each.
    pub failed: Vec<Clean>,
}

/// Redacts the inputs of the plan, and tells the listeners of it.
///
/// # Errors
/// The rules or known values cannot be made ready, or no input could be redacted.
pub fn filter(plan: &FilterPlan, host: &dyn Host, listeners: Listeners<'_>) -> Result<Filtered, Error> {
    let known = collect::known_values(host, &plan.credential_files, &plan.from_env, &plan.secret_files)?;
    let policy = crate::policy(&plan.rules)?;
    let builder = Redactor::builder().audience(policy.audience).rules(policy.rules);
    let builder = policy.personal.into_iter().fold(builder, |builder, (kind, from)| builder.personal(kind, from));
    let redactor = policy
        .allow
        .iter()
        .fold(builder, RedactorBuilder::allow)
        .sensitive(known.sensitive.clone())
        .build()
        .map_err(|error| voice::redaction_failed(&error))?;
    if let Sink::Folder(folder) = &plan.sink {
        write::stream::folder(folder)?;
    }
    let job = Job { plan, redactor: &redactor, listeners };
    let results = job.all();
    let mut filtered = Filtered { inputs: results.len(), ..Filtered::default() };
    filtered.unread = known.unread.iter().map(|path| voice::words(path, &known.sensitive)).collect();
    let mut last = None;
    for result in results {
        match result {
            Ok(summary) => filtered.summary.add(summary),
            Err(error) => {
                filtered.failed.push(voice::words(&error.message(), &known.sensitive));
                last = Some(error);
            }
        }
    }
    if let Some(error) = last.filter(|_| filtered.failed.len() == filtered.inputs) {
        return Err(error);
    }
    if let Some(path) = &plan.report {
        report(path, plan.force, filtered.summary.report())?;
    }
    Ok(filtered)
}

/// Where the result of one input goes.
type Slot = Mutex<Option<Result<Summary, Error>>>;

/// Everything that the work on one input needs.
struct Job<'a> {
    plan: &'a FilterPlan,
    redactor: &'a Redactor,
    listeners: Listeners<'a>,
}

impl Job<'_> {
    /// All inputs: side by side where each has an output of its own, else one after the other.
    fn all(&self) -> Vec<Result<Summary, Error>> {
        let inputs = &self.plan.inputs;
        let workers = std::thread::available_parallelism().map_or(1, usize::from).min(inputs.len());
        if workers < 2 || matches!(self.plan.sink, Sink::Stdout | Sink::File(_)) {
            return inputs.iter().map(|input| self.one(input)).collect();
        }
        let next = AtomicUsize::new(0);
        let results: Vec<Slot> = inputs.iter().map(|_| Mutex::new(None)).collect();
        std::thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(|| {
                    while let Some((input, result)) = at(inputs, &results, next.fetch_add(1, Ordering::Relaxed)) {
                        let done = self.one(input);
                        if let Ok(mut slot) = result.lock() {
                            *slot = Some(done);
                        }
                    }
                });
            }
        });
        let lost = || Err(Error::failed("the work on an input was lost", "report this as a bug"));
        results.into_iter().map(|slot| slot.into_inner().ok().flatten().unwrap_or_else(lost)).collect()
    }

    fn one(&self, input: &Path) -> Result<Summary, Error> {
        let stream = inputs::stream::open(input).map_err(|error| unreadable(input, &error))?;
        match self.plan.output_of(input) {
            None => self.copy(input, stream, io::stdout().lock()),
            Some(path) => {
                let in_place = matches!(self.plan.sink, Sink::InPlace);
                let path = if in_place { write::stream::resolved(&path)? } else { path };
                let backup = if in_place { Some(write::stream::backup(&path)?) } else { None };
                let mut file = write::stream::CleanFile::begin(&path, in_place || self.plan.force)?;
                let summary = self.copy(input, stream, &mut file)?;
                file.finish(backup.as_deref())?;
                Ok(summary)
            }
        }
    }

    fn copy(&self, input: &Path, stream: impl io::Read, output: impl Write) -> Result<Summary, Error> {
        let place = if input.as_os_str() == "-" { "stdin".to_owned() } else { input.display().to_string() };
        let place = self.redactor.redact_str(&place);
        let mut progress = |explained: &[Explanation]| {
            if let Some(explain) = self.listeners.explain {
                explain(explained);
            }
        };
        let stream = Counted { input: stream, count: self.listeners.read };
        self.redactor.redact_named(stream, output, &place, self.listeners.explain.is_some(), &mut progress).or_else(
            |error| {
                match error {
                    // A reader that has gone away is no error.
                    StreamError::Write(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Summary::default()),
                    StreamError::Write(error) => {
                        Err(Error::failed("the output cannot be written", "check the disk, or choose another with -o")
                            .detail(error.to_string()))
                    }
                    StreamError::Read(error) => Err(unreadable(input, &error)),
                    StreamError::Fault => Err(Error::failed(
                        "the input cannot be redacted with certainty, so no more of it was written",
                        "report this as a bug",
                    )),
                }
            },
        )
    }
}

fn at<'a, T>(inputs: &'a [PathBuf], results: &'a [T], index: usize) -> Option<(&'a Path, &'a T)> {
    Some((inputs.get(index)?.as_path(), results.get(index)?))
}

fn unreadable(input: &Path, error: &io::Error) -> Error {
    let hint = match error.kind() {
        io::ErrorKind::NotFound => "check the path",
        io::ErrorKind::PermissionDenied => "check its permissions",
        io::ErrorKind::IsADirectory => "give files, not folders",
        _ => "check that the file is whole",
    };
    Error::failed("cannot read the input", hint).on(input.display().to_string()).detail(error.to_string())
}

/// Writes the redaction report. It holds nothing but rules, kinds, places and counts; places are redacted paths.
fn report(path: &Path, force: bool, report: &RedactionReport) -> Result<(), Error> {
    let json = serde_json::to_string_pretty(report)
        .map_err(|_| Error::failed("the report cannot be made", "report this as a bug"))?;
    let mut file = write::stream::CleanFile::begin(path, force)?;
    file.write_all(json.as_bytes()).and_then(|()| file.write_all(b"\n")).map_err(|error| {
        Error::failed("the report cannot be written", "check the path given to --report").detail(error.to_string())
    })?;
    file.finish(None)
}

/// Words of the summary, for a person.
#[must_use]
pub fn words(filtered: &Filtered) -> String {
    let total = filtered.summary.total();
    let mut text = match total {
        0 => "nothing to redact".to_owned(),
        1 => "redacted 1 place".to_owned(),
        _ => format!("redacted {total} places"),
    };
    if total > 0 {
        let kinds: Vec<String> =
            filtered.summary.counts().iter().map(|(kind, count)| format!("{kind} {count}")).collect();
        text = format!("{text}: {}", kinds.join(", "));
    }
    text.push('\n');
    let short = &filtered.summary.report().not_removed_blindly;
    if !short.is_empty() {
        text.push_str("too short or too common to remove wherever they stand, so removed only beside their name: ");
        text.push_str(&short.join(", "));
        text.push('\n');
    }
    for path in &filtered.unread {
        text.push_str("warning: the credential file `");
        text.push_str(path.as_str());
        text.push_str("` was not read, so its values are removed by form only\n");
    }
    text
}
