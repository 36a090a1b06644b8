//! Single records revealed (session, roles, policy, entry, durable commit, opening, receipt), against a plain loop of
//! 4 KiB append + fdatasync.

use std::{
    fs::File,
    io::{BufRead, BufReader, Write},
    path::Path,
    time::{Duration, Instant},
};

use domain::register::find::Find;
use kernel::{Actor, Floor};
use serde_json::json;

use crate::{Run, house, import, register};

/// Measures `reveal_1`, `reveal_16` and `reveal_64`.
pub fn bench(run: &Run) {
    let folder = tempfile::tempdir().unwrap();
    let file = register::file(run, folder.path());
    let (floor, officer) = house::open(folder.path());
    run.say("importing the register …");
    import::take(&floor, &officer, &file);
    let numbers = numbers(&file);
    let span = Duration::from_secs(if run.quick { 1 } else { 8 });
    for clients in [1, 16, 64] {
        run.say(&format!("{clients} clients …"));
        let fsyncs = append_and_sync(folder.path());
        let (rate, mut waits) = reveal(&floor, &officer, &numbers, clients, span);
        waits.sort_unstable();
        let at = |share: usize| waits.get(waits.len() * share / 100).map_or(0.0, |d| d.as_secs_f64() * 1e3);
        let more = json!({
            "p50_ms": (at(50) * 100.0).round() / 100.0, "p99_ms": (at(99) * 100.0).round() / 100.0,
        });
        run.compared(&format!("reveal_{clients}"), "per second", rate, fsyncs, more);
    }
}

/// Reveals at random for `span`; the rate, and how long each took.
fn reveal(
    floor: &Floor,
    officer: &Actor,
    numbers: &[String],
    clients: usize,
    span: Duration,
) -> (f64, Vec<Duration>) {
    let start = Instant::now();
    let waits: Vec<Duration> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..clients)
            .map(|client| {
                scope.spawn(move || {
                    let mut waits = Vec::new();
                    let mut at = client.wrapping_mul(0x9e37_79b9);
                    while start.elapsed() < span {
                        at = at
                            .wrapping_mul(6_364_136_223_846_793_005)
                            .wrapping_add(1_442_695_040_888_963_407);
                        let number = numbers.get((at >> 33) % numbers.len()).cloned().unwrap_or_default();
                        let began = Instant::now();
                        if floor.once(officer, Find { number }).is_ok() {
                            waits.push(began.elapsed());
                        }
                    }
                    waits
                })
            })
            .collect();
        threads.into_iter().flat_map(|t| t.join().unwrap()).collect()
    });
    (waits.len() as f64 / start.elapsed().as_secs_f64(), waits)
}

fn numbers(file: &Path) -> Vec<String> {
    let lines = BufReader::new(File::open(file).unwrap()).lines().skip(1);
    lines.filter_map(|l| Some(l.ok()?.split(',').next()?.to_owned())).filter(|n| !n.is_empty()).collect()
}

/// How often a second 4 KiB can be appended and made durable.
fn append_and_sync(folder: &Path) -> f64 {
    let mut file = File::create(folder.join("append")).unwrap();
    let (start, mut count) = (Instant::now(), 0);
    while start.elapsed() < Duration::from_secs(2) {
        file.write_all(&[7; 4096]).unwrap();
        file.sync_data().unwrap();
        count += 1;
    }
    f64::from(count) / start.elapsed().as_secs_f64()
}
