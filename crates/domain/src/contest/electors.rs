//! The frozen register of electors, and which counts of it may be published.

use std::collections::BTreeMap;

use kernel::{Millis, PersonId, Warrant};
use serde::{Deserialize, Serialize};

/// The register of electors as it was frozen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freeze {
    /// Of which contest.
    pub contest: String,
    /// When the last elector was taken in.
    pub at: Millis,
    /// How many electors.
    pub electors: u64,
    /// Counts by class as published: classes under ten are merged.
    pub counts: Vec<ClassCount>,
    /// Exact counts by class, never published.
    pub by_class: BTreeMap<String, u64>,
    /// RFC 6962 root over the electors' sorted labels in the contest's log, in hex.
    pub root: String,
    /// The scrutineer who countersigned it.
    pub countersigned_by: Option<PersonId>,
}

impl Warrant for Freeze {
    const KIND: &'static str = "freeze";
    fn key(&self) -> String {
        self.contest.clone()
    }
}

/// A published count: of one class, or of several that were merged because one was small.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassCount {
    /// The classes counted together.
    pub classes: Vec<String>,
    /// How many electors; at least ten unless there are fewer in all.
    pub electors: u64,
}

/// Counts as they may be published: classes with fewer than ten electors are merged, so that nobody is singled out.
/// If the merged classes still come to fewer than ten, the smallest other class joins them.
pub fn publishable(by_class: &BTreeMap<String, u64>) -> Vec<ClassCount> {
    const SMALL: u64 = 10;
    let one = |(class, n): (&String, &u64)| ClassCount { classes: vec![class.clone()], electors: *n };
    let (small, mut large): (Vec<_>, Vec<_>) = by_class.iter().map(one).partition(|c| c.electors < SMALL);
    large.sort_by(|a, b| b.electors.cmp(&a.electors).then_with(|| a.classes.cmp(&b.classes)));
    if small.is_empty() {
        return large;
    }
    let mut merged = ClassCount { classes: Vec::new(), electors: 0 };
    for count in small {
        merged.classes.extend(count.classes);
        merged.electors += count.electors;
    }
    while merged.electors < SMALL
        && let Some(next) = large.pop()
    {
        merged.classes.extend(next.classes);
        merged.electors += next.electors;
    }
    merged.classes.sort();
    large.push(merged);
    large
}

#[cfg(test)]
mod tests {
    use super::*;

    fn published(counts: &[(&str, u64)]) -> Vec<(String, u64)> {
        let by_class = counts.iter().map(|(c, n)| ((*c).to_owned(), *n)).collect();
        publishable(&by_class).into_iter().map(|c| (c.classes.join("+"), c.electors)).collect()
    }

    #[test]
    fn small_classes_are_merged_and_cannot_be_worked_out_from_the_total() {
        let of = |c: &str, n| (c.to_owned(), n);
        assert_eq!(published(&[("a", 100), ("b", 50)]), [of("a", 100), of("b", 50)]);
        assert_eq!(published(&[("a", 100), ("b", 9), ("c", 4)]), [of("a", 100), of("b+c", 13)]);
        assert_eq!(published(&[("a", 100), ("b", 20), ("c", 4)]), [of("a", 100), of("b+c", 24)]);
        assert_eq!(published(&[("a", 3)]), [of("a", 3)]);
    }
}
