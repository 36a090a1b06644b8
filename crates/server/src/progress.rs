//! How far a long piece of work has come: rate and time left.

use std::{
    io::{self, Read, Write},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};

use crate::stop::Stop;

/// A bar on the terminal; silent where there is none.
pub struct Progress(ProgressBar);

impl Progress {
    /// Counts things of a kind ("people") up to `total`.
    pub fn of(total: u64, things: &str) -> Result<Self, Stop> {
        let template =
            format!("{{bar:32}} {{human_pos}} of {{human_len}} {things}, {{per_sec}}, {{eta}} left");
        Self::new(total, &template)
    }

    /// Counts bytes up to `total`.
    pub fn bytes(total: u64) -> Result<Self, Stop> {
        Self::new(total, "{bar:32} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left")
    }

    /// Work whose end is not known.
    pub fn spin(what: &'static str) -> Self {
        let bar = ProgressBar::new_spinner().with_message(what);
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(bar)
    }

    fn new(total: u64, template: &str) -> Result<Self, Stop> {
        let style = ProgressStyle::with_template(template).map_err(|e| Stop::new(e.to_string()))?;
        Ok(Self(ProgressBar::new(total).with_style(style)))
    }

    /// So many more.
    pub fn add(&self, more: u64) {
        self.0.inc(more);
    }

    /// So many in all.
    pub fn at(&self, all: u64) {
        self.0.set_position(all);
    }

    /// Takes the bar away.
    pub fn done(self) {
        self.0.finish_and_clear();
    }
}

/// A writer that counts lines.
pub struct CountLines<'a, W>(pub W, pub &'a Progress);

impl<W: Write> Write for CountLines<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.0.write(bytes)?;
        self.1.add(bytes[..written].iter().filter(|b| **b == b'\n').count() as u64);
        Ok(written)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// A reader that counts bytes.
pub struct CountBytes<'a, R>(pub R, pub &'a Progress);

impl<R: Read> Read for CountBytes<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(into)?;
        self.1.add(read as u64);
        Ok(read)
    }
}
