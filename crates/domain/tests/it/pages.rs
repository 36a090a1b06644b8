//! The pages of contests and data agreements over HTTP: what they say to whom, and that their forms do it.

use domain::contest::Stage;

use crate::{
    play::{LEADER, Play},
    site::{Answer, Site},
    world::Somebody,
};

fn contest() -> String {
    format!("/contest/{LEADER}")
}

fn agreement(campaign: &str) -> String {
    format!("/contest/{LEADER}/undertaking/{campaign}")
}

/// Where the form with this button goes.
fn action(page: &Answer, button: &str) -> String {
    let text = page.text();
    let form = text.split("<form ").find(|f| f.split("</form>").next().is_some_and(|f| f.contains(button)));
    let form = form.unwrap_or_else(|| panic!("no form with the button {button}"));
    form.split("action=\"").nth(1).and_then(|f| f.split('"').next()).unwrap().to_owned()
}

/// Presses the button on the page that this reader sees, and gives the page that they are led to.
fn press(site: &Site, path: &str, who: &Somebody, button: &str) -> Answer {
    let page = site.page(path, who);
    let sent = site.press(&page, &action(&page, button), who);
    assert_eq!(sent.status, 303, "{}", sent.text());
    site.page(sent.header("location").unwrap(), who)
}

#[test]
fn the_page_of_a_contest_says_what_is_missing_and_its_button_moves_it_on() {
    let mut play = Play::announced();
    let (ro, volunteer) = (play.ro.clone(), play.osgood.volunteer.clone());
    let site = Site::open(&mut play.world);
    assert_eq!(site.get(&contest(), None).header("location"), Some("/sign-in"));
    assert_eq!(site.page("/contest/nowhere", &ro).status, 404);

    let moved = press(&site, &contest(), &ro, "Enter the stage");
    assert!(moved.text().contains("The contest has entered its next stage."));
    let moved = press(&site, &contest(), &ro, "Enter the stage");
    let text = moved.text();
    assert!(text.contains("Still open: osgood, rahman."), "{text}");
    assert!(text.contains("at least 22 of 212 members of parliament"), "{text}");
    assert!(!text.contains("Enter the stage"), "nothing that would be refused is offered");

    let seen = site.page(&contest(), &volunteer).text();
    assert!(seen.contains("Nominations closed") && !seen.contains("Suspend the contest"));
    assert!(!seen.contains("@example.org"));
}

#[test]
fn the_frozen_register_is_shown_and_countersigned() {
    let mut play = Play::at(Stage::Qualified);
    let (scrutineer, root) = (play.scrutineer.clone(), play.root());
    let site = Site::open(&mut play.world);
    assert!(site.page(&contest(), &scrutineer).text().contains(&root));
    let signed = press(&site, &contest(), &scrutineer, "Countersign the frozen register");
    assert!(signed.text().contains("You countersigned the frozen register."));
}

#[test]
fn a_data_agreement_is_signed_countersigned_and_acknowledged_on_its_page() {
    let mut play = Play::announced();
    play.issue("First text");
    play.fill(&play.osgood);
    let (ro, team, rival) = (play.ro.clone(), play.osgood.clone(), play.rahman.head.clone());
    let site = Site::open(&mut play.world);
    let at = agreement("osgood");
    assert_eq!(site.page(&at, &rival).status, 404);
    press(&site, &at, &team.candidate, "Sign for the campaign");
    press(&site, &at, &team.head, "Sign for the campaign");
    let countersigned = press(&site, &at, &ro, "Countersign</button>").text();
    assert!(countersigned.contains("in force"), "{countersigned}");
    let promised = press(&site, &at, &team.volunteer, "Sign for myself").text();
    assert!(promised.contains("1 of 3 have signed for themselves"), "{promised}");
    assert!(!promised.contains("Suspend the data agreement") && !promised.contains("@example.org"));
    press(&site, &at, &team.volunteer, "Take my own promise back");
}

#[test]
fn whoever_signs_a_page_that_has_changed_since_is_told_so() {
    let mut play = Play::announced();
    play.issue("First text");
    play.fill(&play.osgood);
    let team = play.osgood.clone();
    let site = Site::open(&mut play.world);
    let before = site.page(&agreement("osgood"), &team.candidate);
    let mut other = team.fill();
    other.contents.devices.push("one desktop, not encrypted".to_owned());
    site.app.floor.once(&team.head.actor, other).unwrap();
    let sent = site.press(&before, &action(&before, "Sign for the campaign"), &team.candidate);
    assert_eq!(sent.status, 403);
    assert!(sent.text().contains("undertaking-10"), "{}", sent.text());
}
