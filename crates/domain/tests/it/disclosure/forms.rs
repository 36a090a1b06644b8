//! The page of a release offers each form to whom the rules would allow it now, and to nobody else.

use domain::disclosure::APPROVE_WITHIN;

use super::suspension;
use crate::{
    play::LEADER,
    release::Story,
    site::Site,
    world::{Somebody, sign_in_at},
};

/// A story behind a door; the door goes first, for the floor may not outlive its folder.
struct Behind {
    site: Site,
    story: Story,
}

impl Behind {
    fn door(mut story: Story) -> Self {
        Self { site: Site::open(&mut story.play.world), story }
    }

    /// The page as somebody sees it who has just signed in.
    fn page(&self, who: &Somebody) -> String {
        let who = sign_in_at(&self.site.app.floor, who.person, &who.email);
        let answer = self.site.page(&format!("/contest/{LEADER}/release"), &who);
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.text()
    }
}

const APPROVE: &str = "Approve the terms";
const WITHDRAW: &str = "Withdraw the release";

#[test]
fn the_terms_are_put_to_whoever_may_approve_them_now() {
    let story = Story::qualified();
    story.open();
    story.play.does(&story.mo, story.approval()).unwrap();
    let behind = Behind::door(story);
    let play = &behind.story.play;
    assert!(behind.page(&play.deputy).contains(APPROVE));
    for who in [&play.scrutineer, &play.dpo, &behind.story.mo, &play.ro, &play.osgood.head] {
        assert!(!behind.page(who).contains(APPROVE), "{}", who.email);
    }
    let advice = behind.page(&play.dpo);
    assert!(advice.contains("effect-stop") && !advice.contains("effect-lift"), "no clock stands still");
    assert!(!behind.page(&play.ro).contains("Open a release"), "one release at a time");

    play.world.house.clock.forward(APPROVE_WITHIN);
    assert!(behind.page(&play.scrutineer).contains(APPROVE));
    assert!(!behind.page(&play.deputy).contains(APPROVE));
}

#[test]
fn what_was_offered_is_collected_signed_for_and_withdrawn_by_whoever_may() {
    let story = Story::offered();
    let (osgood, rahman) = (story.play.osgood.clone(), story.play.rahman.clone());
    story.play.does(&story.play.ro, suspension(&rahman)).unwrap();
    let behind = Behind::door(story);
    let play = &behind.story.play;
    assert!(behind.page(&play.ro).contains(WITHDRAW));
    let head = behind.page(&osgood.head);
    assert!(head.contains("Collect your copy") && !head.contains("Sign for your copy"));
    assert!(!behind.page(&rahman.head).contains("Collect your copy"), "their agreement is suspended");

    let link = head.split(&format!("/contest/{LEADER}/release/copy/")).nth(1).unwrap();
    let link = format!("/contest/{LEADER}/release/copy/{}", link.split('"').next().unwrap());
    let fresh = sign_in_at(&behind.site.app.floor, osgood.head.person, &osgood.head.email);
    assert_eq!(behind.site.page(&link, &fresh).status, 200);
    let head = behind.page(&osgood.head);
    assert!(head.contains("Sign for your copy") && head.contains("Certify that your copy is destroyed"));
    assert!(!head.contains("Certify for the campaign"), "their own certificates come first");
    assert!(!behind.page(&play.ro).contains(WITHDRAW), "some have it, others not");
    assert!(behind.page(&play.scrutineer).contains(WITHDRAW));
}
