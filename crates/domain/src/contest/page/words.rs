//! What the page of a contest says, in order.

use jiff::Timestamp;

use super::{Frozen, Row, Seen, Standing, moment};
use crate::{
    contest::{CandidateStatus, Nominator, Stage},
    page::{Cell, Chart, Check, Clock, Count, Deed, Mark, Parity, ParityRow, Series, StateStrip},
};

impl Seen {
    pub(super) fn state(&self, clock: &Clock) -> StateStrip {
        let next = self.next.as_ref().and_then(|(to, _)| Some((*to, self.contest.hour(*to)?)));
        let countdown = next.and_then(|(to, hour)| {
            Timestamp::from_millisecond(hour).ok().map(|hour| clock.countdown(to.words(), hour))
        });
        let mut marks = Vec::new();
        if self.stage.stage == Stage::Suspended {
            marks.push(Mark::Held);
        }
        StateStrip {
            facts: vec![
                ("Contest".to_owned(), self.contest.name.clone()),
                ("Stage".to_owned(), self.stage.stage.words().to_owned()),
            ],
            marks,
            clock: countdown,
        }
    }

    pub(super) fn stages(&self, clock: &Clock) -> Vec<Row> {
        let here = self.stage.resumes.unwrap_or(self.stage.stage);
        let row = |stage: Stage| Row {
            name: stage.words(),
            standing: match stage.cmp(&here) {
                std::cmp::Ordering::Less => "past",
                std::cmp::Ordering::Equal => "now",
                std::cmp::Ordering::Greater => "to-come",
            },
            at: match stage <= here {
                true => self.entered.get(&stage).and_then(|at| moment(clock, *at)),
                false => self.contest.hour(stage).and_then(|at| moment(clock, at)),
            },
            words: stage.meaning(),
            checks: self.checks(stage),
        };
        Stage::ALL.into_iter().filter(|s| *s != Stage::Suspended).map(row).collect()
    }

    /// What must hold before the next stage; nothing for the others.
    pub(super) fn checks(&self, stage: Stage) -> Vec<Check> {
        let conditions =
            self.next.iter().filter(|(to, _)| *to == stage).flat_map(|(_, conditions)| conditions);
        conditions
            .filter(|c| c.name != "next")
            .map(|c| Check { met: c.met, words: c.words.clone() })
            .collect()
    }

    pub(super) fn deeds(&self) -> Vec<Deed> {
        let id = &self.contest.id;
        let mut deeds = Vec::new();
        let mut offer = |may: bool, action: String, name, words: &str, button: String| {
            if may {
                let (words, primary) = (words.to_owned(), deeds.is_empty());
                deeds.push(Deed { action, name, words, promise: None, button, primary });
            }
        };
        if let Some((to, _)) = &self.next {
            let (stage, words) = (to.name(), to.words());
            let enter = format!("Enter the stage \u{201c}{words}\u{201d}");
            offer(self.may.advance, format!("/contest/{id}/advance/{stage}"), "advance", to.meaning(), enter);
            let both =
                "Two people do this together. You propose it; somebody else enters it within seven days.";
            let proposal = format!("Propose the stage \u{201c}{words}\u{201d}");
            let propose = self.may.propose && !self.may.advance;
            offer(propose, format!("/contest/{id}/propose/{stage}"), "propose", both, proposal);
        }
        let settle =
            "Takes in everybody on the register who may vote, and publishes how many, and a fingerprint.";
        offer(
            self.may.freeze,
            format!("/contest/{id}/freeze"),
            "freeze",
            settle,
            "Freeze the register".to_owned(),
        );
        if let Some(freeze) = &self.freeze {
            let words =
                format!("You sign for {} electors and the fingerprint below.", Count(freeze.electors));
            let action = format!("/contest/{id}/countersign/{}", freeze.root);
            let button = "Countersign the frozen register".to_owned();
            offer(self.may.countersign, action, "countersign", &words, button);
        }
        let ends = "The contest stands again where it stood, and access is what it was.";
        offer(
            self.may.resume,
            format!("/contest/{id}/resume"),
            "resume",
            ends,
            "Resume the contest".to_owned(),
        );
        deeds
    }

    pub(super) fn parity(&self) -> Parity {
        let row = |label: &str, cell: &dyn Fn(&Standing) -> Cell| ParityRow {
            label: label.to_owned(),
            together: false,
            cells: self.candidates.iter().map(cell).collect(),
        };
        let mut rows = vec![
            row("Standing", &|s| match s.candidate.status {
                CandidateStatus::Qualified => Cell::Marked(Mark::Met, "on the ballot paper".to_owned()),
                CandidateStatus::Nominated => Cell::Marked(Mark::Met, "nominated".to_owned()),
                CandidateStatus::Aspiring => Cell::Words("registered".to_owned()),
                CandidateStatus::Eliminated => {
                    Cell::Marked(Mark::Unmet, "did not pass a threshold".to_owned())
                }
            }),
            row("Campaign", &|s| Cell::Words(s.candidate.campaign.clone())),
            row("People of the campaign", &|s| Cell::Words(Count(s.people as u64).to_string())),
        ];
        for nominator in Nominator::ALL {
            let received =
                |s: &Standing| s.nominations.as_ref().and_then(|n| n.received.get(&nominator).copied());
            if self.candidates.iter().any(|s| received(s).is_some()) {
                let label = format!("Nominated by: {}", nominator.words());
                rows.push(row(&label, &|s| match received(s) {
                    Some(n) => Cell::Words(Count(n).to_string()),
                    None => Cell::NotYet,
                }));
            }
        }
        rows.push(row("Count", &|s| match s.nominations.as_ref().map(|n| n.settles) {
            Some(Some(_)) => Cell::Marked(Mark::Met, "final".to_owned()),
            Some(None) => Cell::Words("open".to_owned()),
            None => Cell::NotYet,
        }));
        Parity {
            caption: "In the order of the ballot paper; by name until it is drawn".to_owned(),
            columns: self.candidates.iter().map(|s| s.candidate.name.clone()).collect(),
            rows,
        }
    }

    pub(super) fn frozen(&self, clock: &Clock) -> Option<Frozen> {
        let freeze = self.freeze.as_ref()?;
        let called = |class: &String| {
            let rule = self.contest.classes.iter().find(|c| c.class == *class);
            rule.map_or_else(|| class.clone(), |c| c.called.clone())
        };
        let labels =
            freeze.counts.iter().map(|c| c.classes.iter().map(called).collect::<Vec<_>>().join(" and "));
        let values = freeze.counts.iter().map(|c| c.electors).collect();
        Some(Frozen {
            at: moment(clock, freeze.at)?,
            total: Count(freeze.electors),
            classes: Chart {
                title: "Who may vote".to_owned(),
                along: "Type of voter".to_owned(),
                labels: labels.collect(),
                series: vec![Series { name: "People".to_owned(), values }],
            },
            fingerprint: freeze.root.clone(),
            countersigned: freeze.countersigned_by.is_some(),
        })
    }
}
