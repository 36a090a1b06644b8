//! What the page of a data agreement says, in order.

use kernel::PersonId;

use super::{Filled, Seen};
use crate::{
    page::{Deed, Mark, Row, StateStrip},
    undertaking::{COUNTERSIGN_WITHIN, State},
};

impl Seen {
    pub(super) fn at(&self) -> String {
        format!("/contest/{}/undertaking/{}", self.contest, self.undertaking.campaign)
    }

    pub(super) fn state(&self) -> StateStrip {
        let state = self.undertaking.state_at(self.now);
        let promised = self.people.iter().filter(|(_, _, at)| at.is_some()).count();
        let mark = match state {
            State::InForce => vec![Mark::Countersigned],
            State::Suspended => vec![Mark::Held],
            _ => Vec::new(),
        };
        StateStrip {
            facts: vec![
                ("Data agreement".to_owned(), self.name.clone()),
                ("It is".to_owned(), state.words().to_owned()),
                (
                    "Its people".to_owned(),
                    format!("{promised} of {} have signed for themselves", self.people.len()),
                ),
            ],
            marks: mark,
            clock: None,
        }
    }

    pub(super) fn deeds(&self) -> Vec<Deed> {
        let at = self.at();
        let both = format!("{}/{}", self.undertaking.text_hash, self.contents_hash);
        let mut deeds: Vec<Deed> = Vec::new();
        let mut offer = |may: bool, path: String, name, words: &str, promise: Option<&str>, button: &str| {
            if may {
                deeds.push(Deed {
                    action: format!("{at}/{path}"),
                    name,
                    words: words.to_owned(),
                    promise: promise.map(str::to_owned),
                    button: button.to_owned(),
                    primary: deeds.is_empty(),
                });
            }
        };
        let hours = COUNTERSIGN_WITHIN / 3_600_000;
        let follows =
            format!("After both signatures the returning officer has {hours} hours to countersign.");
        let read = Some("I have read the text and the answers below, and the campaign will keep to them");
        offer(self.may.sign, format!("sign/{both}"), "sign", &follows, read, "Sign for the campaign");
        let own = Some("I have read the text below and will keep to it myself");
        let text = format!("acknowledge/{}", self.undertaking.text_hash);
        let alone = "Each person signs for themselves. Whoever has not sees nothing.";
        offer(self.may.acknowledge, text, "acknowledge", alone, own, "Sign for myself");
        let force = "The data agreement is in force from that moment.";
        let checked = Some("I have read the text and the answers below");
        offer(
            self.may.countersign,
            format!("countersign/{both}"),
            "countersign",
            force,
            checked,
            "Countersign",
        );
        let again = "The campaign has again what the data agreement gives it.";
        offer(self.may.lift, "lift".to_owned(), "lift", again, None, "Lift the suspension");
        let ends = "Somebody proposed it. The campaign's access ends at once.";
        offer(self.may.revoke, "revoke".to_owned(), "revoke", ends, None, "Revoke the data agreement");
        let nothing = "You see nothing from then on.";
        offer(
            self.may.withdraw,
            "withdraw".to_owned(),
            "withdraw",
            nothing,
            None,
            "Take my own promise back",
        );
        deeds
    }

    pub(super) fn signatures(&self) -> Vec<Row> {
        let row = |term: &str, by: Option<PersonId>| Row {
            term: term.to_owned(),
            value: if by.is_some() { "signed".to_owned() } else { "not yet".to_owned() },
            action: None,
        };
        let u = &self.undertaking;
        vec![
            row("Candidate", u.signed_by_candidate),
            row("Head of compliance", u.signed_by_head),
            row("For the organisation", u.countersigned_by),
        ]
    }

    pub(super) fn answers(&self) -> Vec<Row> {
        let Some(contents) = &self.undertaking.contents else { return Vec::new() };
        let row = |term: &str, value: String| Row { term: term.to_owned(), value, action: None };
        let role = |person: &PersonId| {
            let found = self.people.iter().find(|(_, p, _)| p == person);
            match found {
                Some((office, number, _)) => format!("{} (no. {number})", office.words()),
                None => format!("no. {person}, who left the campaign"),
            }
        };
        vec![
            row("Where copies are stored", contents.stored_where.clone()),
            row("On which devices", contents.devices.join("; ")),
            row("Who may hold a copy", contents.people.iter().map(role).collect::<Vec<_>>().join(", ")),
            row("Firms that work on it", contents.processors.join("; ")),
            row("All copies destroyed by", contents.destruction_date.clone()),
        ]
    }

    pub(super) fn filled(&self) -> Filled {
        let Some(contents) = &self.undertaking.contents else { return Filled::default() };
        let numbers: Vec<String> = contents.people.iter().map(PersonId::to_string).collect();
        Filled {
            stored_where: contents.stored_where.clone(),
            devices: contents.devices.join("\n"),
            people: numbers.join(" "),
            processors: contents.processors.join("\n"),
            destruction_date: contents.destruction_date.clone(),
        }
    }
}
