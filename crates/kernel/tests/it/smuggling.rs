//! Acts that try to have something opened under a line that does not name it.

use std::sync::{Arc, Mutex};

use kernel::{RequestId, world::House, *};

use crate::notes::*;

type Pocket = Arc<Mutex<Option<Sealed<NameCard>>>>;

/// Seals a card into a pocket that outlives the act, and then fails, so that its line is rolled back.
struct Pick(PersonId, Pocket, bool);

impl Act for Pick {
    const NAME: &'static str = "notes.read";
    type Out = ();
    fn perform(&self, desk: &mut Desk<'_>) -> Result<(), No> {
        let (permit, row) = find(desk, self.0)?;
        *self.1.lock().unwrap() = Some(desk.show::<NameCard>(&permit, row)?);
        match self.2 {
            true => Err(No::Invalid("told to fail".to_owned())),
            false => Ok(()),
        }
    }
}

/// Enters a cheap line about somebody, and answers with what is in the pocket.
struct Launder(PersonId, Pocket);

impl Act for Launder {
    const NAME: &'static str = "notes.read";
    type Out = Option<Sealed<NameCard>>;
    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let (permit, _) = find(desk, self.0)?;
        desk.enter(&permit, Draft::new(Verb::Queried).about(self.0))?;
        Ok(self.1.lock().unwrap().take())
    }
}

fn two() -> (House, PersonId, PersonId) {
    let house = house();
    let ann = house.floor().once(&Actor::system(), Enrol("Ann", "ann@example.org")).unwrap().value;
    let bob = house.floor().once(&Actor::system(), Enrol("Bob", "bob@example.org")).unwrap().value;
    house.floor().once(&Actor::system(), Give("red", true)).unwrap();
    (house, ann, bob)
}

#[test]
fn the_answer_of_an_act_that_was_rolled_back_stays_shut() {
    let (house, ann, bob) = two();
    let id = RequestId([9; 16]);
    for (about, again) in [(bob, house.floor().new_request()), (ann, house.floor().new_request()), (ann, id)]
    {
        let pocket = Pocket::default();
        // With the same request id, the line that is rolled back and the cheap one have the same id.
        let picked = house.floor().run(&Actor::system(), again, Pick(ann, pocket.clone(), true));
        assert!(picked.is_err() && pocket.lock().unwrap().is_some());
        let opened = house.floor().run(&Actor::system(), again, Launder(about, pocket)).map(|_| ());
        let no = opened.unwrap_err().to_string();
        assert!(no.contains("the receipt does not cover"), "{no}");
    }
    assert_eq!(house.floor().unwrapped(), 0);
}

#[test]
fn one_acts_receipt_does_not_open_anothers_answer() {
    let (house, ann, bob) = two();
    let pocket = Pocket::default();
    house.floor().once(&Actor::system(), Pick(ann, pocket.clone(), false)).unwrap();
    let opened = house.floor().once(&Actor::system(), Launder(bob, pocket)).map(|_| ());
    assert!(opened.unwrap_err().to_string().contains("the receipt does not cover"));
    assert_eq!(house.floor().unwrapped(), 0);
}

/// Has a line written about one person and puts another one's cells under it.
struct Swap(PersonId, PersonId);

impl Act for Swap {
    const NAME: &'static str = "notes.read";
    type Out = Sealed<NameCard>;
    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let (_, other) = find(desk, self.1)?;
        let (permit, _) = find(desk, self.0)?;
        desk.show::<NameCard>(&permit, SealedRow { person: self.0, ..other })
    }
}

#[test]
fn a_line_about_one_person_does_not_open_another_ones_cells() {
    let (house, ann, bob) = two();
    let opened = house.floor().once(&Actor::system(), Swap(ann, bob)).map(|_| ());
    assert!(opened.unwrap_err().to_string().contains("does not open"));
}
