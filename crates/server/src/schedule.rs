//! What happens by itself: the record book's beat, and what the subjects have due.

use std::{
    sync::mpsc::{RecvTimeoutError, Sender, channel},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use domain::door::App;
use kernel::{Floor, Millis, No};

/// Something of a subject that falls due: what it is called in the log, and what does whatever is due at an instant.
type Due = (&'static str, fn(&Floor, Millis) -> Result<(), No>);

/// What falls due, in the order of the subjects.
const DUE: &[Due] = &[];
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
                for (name, due) in DUE {
                    report(name, due(&app.floor, app.floor.now()));
                }
                if beaten.elapsed() >= BEAT {
                    beaten = Instant::now();
                    report("the record book's beat", app.floor.beat(false));
                }
            }
            report("the record book's last beat", app.floor.beat(false));
        };
        let thread = std::thread::Builder::new().name("schedule".to_owned()).spawn(run)?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
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
