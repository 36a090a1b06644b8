//! The import that runs in this process, or ran last: how far it is, and what it came to.

use std::sync::{
    Arc, Mutex, OnceLock, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use kernel::{Millis, No, PersonId, RequestId};

use super::super::report::ImportReport;

/// One import at a time. What it came to is kept until the next one begins, or the process ends.
#[derive(Default)]
pub(super) struct Jobs(Mutex<Option<Arc<Job>>>);

/// An import by a form.
pub(super) struct Job {
    /// Whose: the report is for nobody else.
    pub(super) officer: PersonId,
    pub(super) request: RequestId,
    pub(super) dry_run: bool,
    pub(super) begun: Millis,
    /// Length of the upload, for the progress.
    pub(super) total: u64,
    bytes: AtomicU64,
    records: AtomicU64,
    outcome: OnceLock<Result<ImportReport, String>>,
}

impl Job {
    pub(super) fn new(
        officer: PersonId,
        request: RequestId,
        dry_run: bool,
        begun: Millis,
        total: u64,
    ) -> Self {
        let (bytes, records) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { officer, request, dry_run, begun, total, bytes, records, outcome: OnceLock::new() }
    }

    pub(super) fn at(&self, bytes: u64, records: u64) {
        self.bytes.store(bytes, Ordering::Relaxed);
        self.records.store(records, Ordering::Relaxed);
    }

    /// Bytes read and records met so far.
    pub(super) fn so_far(&self) -> (u64, u64) {
        (self.bytes.load(Ordering::Relaxed), self.records.load(Ordering::Relaxed))
    }

    /// The report, or why there is none; nothing while it runs.
    pub(super) fn outcome(&self) -> Option<&Result<ImportReport, String>> {
        self.outcome.get()
    }

    pub(super) fn end(&self, outcome: Result<ImportReport, String>) {
        // An import ends once; what it came to first stands.
        let _ended = self.outcome.set(outcome);
    }
}

/// Ends a job whatever happens to the thread that carries it out.
pub(super) struct Ends<'j>(pub(super) &'j Job);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.end(Err("It failed on our side; the next start puts everything in order.".to_owned()));
    }
}

impl Jobs {
    /// The job that runs, or ran last.
    pub(super) fn last(&self) -> Option<Arc<Job>> {
        self.lock().clone()
    }

    /// Begins a job; none if this very form began the last one.
    pub(super) fn begin(&self, job: Job) -> Result<Option<Arc<Job>>, No> {
        let mut last = self.lock();
        match &*last {
            Some(before) if before.request == job.request => return Ok(None),
            Some(before) if before.outcome().is_none() => {
                return Err(No::NotNow(
                    "An import is under way. Wait until it has closed, and try again.".to_owned(),
                ));
            }
            _ => {}
        }
        let job = Arc::new(job);
        *last = Some(job.clone());
        Ok(Some(job))
    }

    /// Forgets a job that the rules refused.
    pub(super) fn forget(&self, job: &Arc<Job>) {
        self.lock().take_if(|last| Arc::ptr_eq(last, job));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Arc<Job>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
