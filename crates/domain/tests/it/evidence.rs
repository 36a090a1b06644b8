//! Reading the record book: one's own slice and no other, proofs, evidence files, and the log for anybody's program.

mod files;
mod log;
mod pages;
mod slices;
mod walk;

use std::collections::BTreeSet;

use domain::evidence::{
    RecordBook, Whose,
    bundle::{self, Made, Order},
};
use kernel::{Floor, No};
use ledger::VerifierKey;

use crate::world::Somebody;

const LOG: &str = "contest-leader-2020";

fn order(whose: Whose, campaign: Option<&str>) -> Order {
    Order { log: LOG.to_owned(), whose, campaign: campaign.map(str::to_owned), first: None, last: None }
}

fn make(floor: &Floor, who: &Somebody, order: Order) -> Result<Made, No> {
    bundle::make(floor, &who.actor, floor.new_request(), order)
}

fn read(floor: &Floor, who: &Somebody, whose: Whose, campaign: Option<&str>) -> Result<BTreeSet<u64>, No> {
    let book = RecordBook {
        log: Some(LOG.to_owned()),
        whose: Some(whose),
        campaign: campaign.map(str::to_owned),
        below: None,
    };
    let reading = floor.look(&who.actor, &book)?;
    Ok(reading.lines.iter().map(|l| l.index).collect())
}

fn key(floor: &Floor, log: &str) -> VerifierKey {
    floor.log_key(log).unwrap().1.parse().unwrap()
}

/// Every line of a log, as the verb and the act that it names.
fn all_lines(floor: &Floor, log: &str) -> Vec<(String, String)> {
    floor.beat(true).unwrap();
    let leaves = (0..).map_while(|i| floor.leaves(log, i, i + 1).ok());
    let entries = leaves.map(|mut l| ledger::Entry::decode(&l.remove(0)).unwrap());
    entries.map(|e| (e.t.as_str().to_owned(), e.basis.act)).collect()
}
