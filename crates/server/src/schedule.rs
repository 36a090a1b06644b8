//! What happens by itself: stages at their hour, releases at their time, the record book's beat, the keys' epochs.

use std::{
    sync::mpsc::{RecvTimeoutError, Sender, channel},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use domain::{contest, disclosure, door::App, undertaking};
use kernel::No;

const TICK: Duration = Duration::from_secs(1);
const BEAT: Duration = Duration::from_secs(5);

/// The thread that ticks; dropping it stops it after the tick that runs.
pub struct Schedule {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Schedule {
    /// Starts ticking.
    pub fn start(app: App) -> std::io::Result<Self> {
        let (stop, stopped) = channel();
        let run = move || {
            let mut beaten = Instant::now();
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(TICK) {
                report("what contests have due", told(contest::schedule::tick(&app.floor)));
                report("what data agreements have due", told(undertaking::expire::tick(&app.floor)));
                report(
                    "what releases have due",
                    disclosure::clockwork::keep_time(&app.floor, &app.settings.spool),
                );
                if beaten.elapsed() >= BEAT {
                    beaten = Instant::now();
                    report("the record book's beat", app.floor.beat(false));
                    report("the keys' epoch", app.floor.rotate_when_due());
                }
            }
            report("the record book's last beat", app.floor.beat(false));
        };
        let thread = std::thread::Builder::new().name("schedule".to_owned()).spawn(run)?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

fn told(done: Result<Vec<String>, No>) -> Result<(), No> {
    for done in done? {
        tracing::info!("{done}");
    }
    Ok(())
}

fn report(name: &str, outcome: Result<(), No>) {
    if let Err(why) = outcome {
        tracing::error!(%why, "{name} failed; it is tried again");
    }
}

impl Drop for Schedule {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so already.
            let _said = thread.join();
        }
    }
}
