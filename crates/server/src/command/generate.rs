//! `evenhand generate`

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::PathBuf,
};

use clap::Args;

use crate::{
    progress::{CountLines, Progress},
    stop::Stop,
};

/// Write a fictional register, to try the real scale.
#[derive(Args)]
pub struct Generate {
    /// How many people
    #[arg(long, value_name = "N", default_value_t = 5_000)]
    people: u64,
    /// The same seed makes the same people
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// The file to write: our own 30 columns, as CSV
    file: PathBuf,
}

impl Generate {
    pub fn run(self) -> Result<(), Stop> {
        let at = |e: &std::io::Error| Stop::file(&self.file, e);
        let file = File::create(&self.file).map_err(|e| at(&e))?;
        let progress = Progress::of(self.people + 1, "lines")?;
        let mut out = BufWriter::with_capacity(1 << 20, CountLines(file, &progress));
        domain::register::generate::generate(self.people, self.seed, &mut out).map_err(|e| at(&e))?;
        out.flush().map_err(|e| at(&e))?;
        drop(out);
        progress.done();
        println!("{} made-up people in {}.", self.people, self.file.display());
        Ok(())
    }
}
