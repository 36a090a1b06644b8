//! Signing in, and what a session is worth.

use domain::access::{
    CODE_LIFE, CODE_TRIES, FRESH_LIFE, Office, Role, SESSION_LIFE, TRIES_A_NETWORK, TRIES_AN_ACCOUNT,
    appoint::Appoint,
    ask_code::{AskCode, Asked},
    ask_fresh::AskFresh,
    confirm::Confirm,
    dismiss::Dismiss,
    end_sessions::EndSessions,
    enrol::Enrol,
    print_link::PrintLink,
    redeem::{Redeem, Redeemed},
    sign_out::SignOut,
};
use kernel::{Actor, No};

use crate::{
    site::{Answer, Site},
    world::{Somebody, World, no},
};

fn ask(world: &World, email: &str, from: &str) -> Asked {
    let ask = AskCode { email: email.to_owned(), from: from.to_owned() };
    world.floor().once(&Actor::visitor(), ask).unwrap().value
}

fn redeem(world: &World, ticket: &str, code: &str) -> Redeemed {
    let redeem = Redeem { ticket: ticket.to_owned(), code: code.to_owned(), from: "elsewhere".to_owned() };
    world.floor().once(&Actor::visitor(), redeem).unwrap().value
}

#[test]
fn a_code_opens_one_session_once() {
    let (world, _ro) = World::new();
    let asked = ask(&world, "RO@example.org ", "here");
    let code = asked.mail.unwrap().1;
    assert!(matches!(redeem(&world, &asked.ticket, &code.to_uppercase()), Redeemed::Open(_)));
    assert_eq!(redeem(&world, &asked.ticket, &code), Redeemed::Wrong);
}

#[test]
fn an_unknown_address_gets_a_ticket_and_no_mail() {
    let (world, _ro) = World::new();
    let asked = ask(&world, "stranger@example.org", "here");
    assert_eq!(asked.ticket.len(), ask(&world, "ro@example.org", "here").ticket.len());
    assert!(asked.mail.is_none());
    assert_eq!(redeem(&world, &asked.ticket, "000000"), Redeemed::Wrong);
}

#[test]
fn a_code_dies_of_age_and_of_guesses() {
    let (world, _ro) = World::new();
    let old = ask(&world, "ro@example.org", "here");
    world.house.clock.forward(CODE_LIFE);
    assert_eq!(redeem(&world, &old.ticket, &old.mail.unwrap().1), Redeemed::Wrong);
    let guessed = ask(&world, "ro@example.org", "here");
    for _ in 0..CODE_TRIES {
        assert_eq!(redeem(&world, &guessed.ticket, "zzzzzz"), Redeemed::Wrong);
    }
    assert_eq!(redeem(&world, &guessed.ticket, &guessed.mail.unwrap().1), Redeemed::Wrong);
}

#[test]
fn a_flood_of_requests_sends_no_more_mail_for_a_while() {
    let (world, _ro) = World::new();
    let sent = (0..30).filter(|_| ask(&world, "ro@example.org", "flood").mail.is_some()).count();
    assert!(sent < 12, "{sent}");
    world.house.clock.forward(16 * 60_000);
    assert!(ask(&world, "ro@example.org", "flood").mail.is_some());
}

#[test]
fn a_stranger_who_asks_for_somebodys_codes_does_not_stop_them() {
    let (world, _ro) = World::new();
    for n in 0..3 {
        (0..30).for_each(|_| drop(ask(&world, "ro@example.org", &format!("stranger {n}"))));
    }
    assert!(ask(&world, "ro@example.org", "stranger 0").mail.is_none());
    assert!(ask(&world, "ro@example.org", "the office").mail.is_some());
}

#[test]
fn a_network_asks_for_few_accounts_an_account_is_asked_for_often_and_both_have_an_end() {
    let (world, _ro) = World::new();
    let network = TRIES_A_NETWORK as usize;
    (0..network).for_each(|n| drop(ask(&world, &format!("nobody{n}@example.org"), "crowd")));
    assert!(ask(&world, "ro@example.org", "crowd").mail.is_none());
    let asked = (0..2 * TRIES_AN_ACCOUNT).filter(|n| {
        let from = format!("network {}", n / 5);
        ask(&world, "ro@example.org", &from).mail.is_some()
    });
    assert_eq!(asked.count() as i64, TRIES_AN_ACCOUNT - 1, "they signed in once before");
}

#[test]
fn a_crowd_of_invented_addresses_leaves_few_rows_and_old_rows_go() {
    let (world, _ro) = World::new();
    let buckets = || world.floor().look(&Actor::system(), &Buckets).unwrap();
    (0..300).for_each(|n| drop(ask(&world, &format!("nobody{n}@example.org"), "crowd")));
    let most = 2 * TRIES_A_NETWORK + 10;
    assert!(buckets() < most, "{}", buckets());
    world.house.clock.forward(16 * 60_000);
    (0..TRIES_A_NETWORK).for_each(|n| drop(ask(&world, "ro@example.org", &format!("later {n}"))));
    assert!(buckets() < most, "{}", buckets());
}

struct Buckets;
impl kernel::View for Buckets {
    const NAME: &'static str = "test.buckets";
    type Out = i64;
    fn look(&self, look: &mut kernel::Look<'_>) -> Result<i64, No> {
        const ALL: &str = "SELECT COUNT(*) AS n FROM attempt -- scan: a test counts all";
        Ok(look.row(ALL, &[])?.ok_or(No::Absent)?.int("n")?)
    }
}

#[test]
fn mistakes_from_one_address_are_limited_and_right_codes_are_not() {
    let (world, ro) = World::new();
    let right = |n: u32| {
        let asked = ask(&world, &ro.email, &format!("somewhere {n}"));
        redeem(&world, &asked.ticket, &asked.mail.unwrap().1)
    };
    let mistake = || assert_eq!(redeem(&world, "nothing", "zzzzzz"), Redeemed::Wrong);
    (0..7).for_each(|n| assert!(matches!(right(n), Redeemed::Open(_)), "{n}"));
    (0..9).for_each(|_| mistake());
    assert!(matches!(right(7), Redeemed::Open(_)));
    mistake();
    assert_eq!(right(8), Redeemed::Wrong);
}

#[test]
fn a_session_ends_by_age_by_its_person_and_by_an_officer() {
    let (world, ro) = World::new();
    let officer = world.officer(&ro, "mo@example.org", Office::MembershipOfficer);
    world.floor().once(&ro.actor, EndSessions { person: officer.person }).unwrap();
    assert!(matches!(world.floor().once(&officer.actor, AskFresh {}), Err(No::SignedOut)));
    assert_eq!(world.floor().actor(&officer.token), Actor::visitor());

    let again = world.sign_in(officer.person, &officer.email);
    world.floor().once(&again.actor, SignOut {}).unwrap();
    assert!(matches!(world.floor().once(&again.actor, SignOut {}), Err(No::SignedOut)));

    world.house.clock.forward(SESSION_LIFE);
    assert_eq!(world.floor().actor(&ro.token), Actor::visitor());
}

#[test]
fn an_ended_session_cannot_be_put_back_in_the_database() {
    let (mut world, ro) = World::new();
    let before = ro.token.clone();
    world.floor().once(&ro.actor, SignOut {}).unwrap();
    world.house.shut();
    world.house.meddle(
        "DELETE FROM warrant WHERE kind = 'session' AND version = 2; UPDATE warrant SET latest = 1 WHERE kind = 'session'",
    );
    world.house.open().unwrap();
    assert_eq!(world.floor().actor(&before), Actor::visitor());
}

#[test]
fn an_address_given_to_somebody_else_in_the_database_signs_nobody_in() {
    let (mut world, ro) = World::new();
    let member = world.enrol(&ro, "member@example.org");
    world.house.shut();
    let (mine, theirs) = (format!("\"person\":{member}"), format!("\"person\":{}", ro.person));
    world.house.meddle(&format!(
        "UPDATE warrant SET body = replace(body, '{mine}', '{theirs}') WHERE kind = 'address' AND holder = '{member}'"
    ));
    world.house.open().unwrap();
    let theirs = AskCode { email: "member@example.org".to_owned(), from: "here".to_owned() };
    assert!(matches!(world.floor().once(&Actor::visitor(), theirs), Err(No::Fault(_))));
    assert!(ask(&world, "ro@example.org", "here").mail.is_some());
}

#[test]
fn roles_are_given_with_a_fresh_code_by_the_returning_officer_and_never_to_oneself() {
    let (world, ro) = World::new();
    let officer = world.officer(&ro, "mo@example.org", Office::MembershipOfficer);
    let give = |person| Appoint { person, office: Office::Scrutineer, until: None };
    assert!(no(world.floor().once(&ro.actor, give(ro.person))).contains("access-6"));
    assert!(no(world.floor().once(&officer.actor, give(ro.person))).contains("No rule permits"));
    assert!(no(world.floor().once(&Actor::system(), give(officer.person))).contains("No rule permits"));
    assert!(no(world.floor().once(&ro.actor, give(officer.person))).contains("membership officer"));
    world.house.clock.forward(FRESH_LIFE);
    assert!(no(world.floor().once(&ro.actor, give(officer.person))).contains("fresh code"));
}

#[test]
fn a_fresh_code_counts_for_its_own_session_only() {
    let (world, ro) = World::new();
    let other = world.sign_in(ro.person, &ro.email);
    world.house.clock.forward(FRESH_LIFE);
    let (asked, to) = world.floor().once(&ro.actor, AskFresh {}).unwrap().value;
    assert_eq!(to.0, "ro@example.org");
    let confirm = |code: &str| Confirm { ticket: asked.ticket.clone(), code: code.to_owned() };
    assert!(!world.floor().once(&other.actor, confirm(&asked.code)).unwrap().value);
    assert_eq!(redeem(&world, &asked.ticket, &asked.code), Redeemed::Wrong);
    assert!(world.floor().once(&ro.actor, confirm(&asked.code)).unwrap().value);
}

#[test]
fn a_dismissed_officer_is_none_from_that_instant() {
    let (world, ro) = World::new();
    let deputy = world.officer(&ro, "deputy@example.org", Office::DeputyReturningOfficer);
    world
        .floor()
        .once(&ro.actor, Dismiss { person: deputy.person, office: Office::DeputyReturningOfficer })
        .unwrap();
    let standing = world.floor().look(&deputy.actor, &Offices).unwrap();
    assert!(standing.is_empty());
}

#[test]
fn enrolling_needs_a_fresh_code() {
    let (world, ro) = World::new();
    world.house.clock.forward(FRESH_LIFE);
    let enrol = Enrol { name: "A Friend".to_owned(), email: "friend@example.org".to_owned() };
    assert!(no(world.floor().once(&ro.actor, enrol)).contains("access-5"));
}

#[test]
fn a_role_says_who_gave_it() {
    let (world, ro) = World::new();
    let deputy = world.officer(&ro, "deputy@example.org", Office::DeputyReturningOfficer);
    let given_by = |who: &Somebody| {
        let roles = world.floor().look(&who.actor, &Roles).unwrap();
        roles.into_iter().map(|role| role.by).collect::<Vec<_>>()
    };
    assert_eq!(given_by(&ro), [None], "whoever installed the house");
    assert_eq!(given_by(&deputy), [Some(ro.person)]);
}

#[test]
fn a_house_that_is_no_demo_prints_no_sign_in_links() {
    let (world, ro) = World::new();
    let link = || PrintLink { email: ro.email.clone() };
    assert!(no(world.floor().once(&Actor::system(), link()).map(drop)).contains("No rule permits"));
    assert!(no(world.floor().once(&ro.actor, link()).map(drop)).contains("No rule permits"));
}

/// The roles of whoever looks.
struct Roles;
impl kernel::View for Roles {
    const NAME: &'static str = "test.roles";
    type Out = Vec<Role>;
    fn look(&self, look: &mut kernel::Look<'_>) -> Result<Self::Out, No> {
        let person = look.actor().person().ok_or(No::SignedOut)?;
        Ok(look.held::<Role>(&person.to_string())?.into_iter().map(|role| role.fact).collect())
    }
}

struct Offices;
impl kernel::View for Offices {
    const NAME: &'static str = "test.offices";
    type Out = Vec<&'static str>;
    fn look(&self, look: &mut kernel::Look<'_>) -> Result<Self::Out, No> {
        Ok(domain::access::standing(look, None)?.offices.into_iter().collect())
    }
}

/// A browser without a session, with these other cookies.
fn browser(cookies: &str) -> Somebody {
    Somebody { person: 0, email: String::new(), actor: Actor::visitor(), token: format!("; {cookies}") }
}

/// The cookie that tells a new browser from others.
fn visitor(page: &Answer) -> String {
    let cookie = page.header("set-cookie").expect("a new browser gets a cookie");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    cookie.split(';').next().unwrap().to_owned()
}

#[test]
fn a_form_of_one_visitor_is_no_form_of_another() {
    let (mut world, _ro) = World::new();
    let site = Site::open(&mut world);
    let page = site.get("/sign-in", None);
    let mine = browser(&visitor(&page));
    let theirs = browser(&visitor(&site.get("/sign-in", None)));
    let asks = [("email", "ro@example.org")];
    for other in [theirs, browser(""), browser("visitor=")] {
        assert_eq!(site.fill(&page.text(), "/sign-in", &other, &asks).status, 403);
    }
    assert_eq!(site.fill(&page.text(), "/sign-in", &mine, &asks).status, 303);
    assert_eq!(site.page("/sign-in", &mine).header("set-cookie"), None, "it is known already");
}

#[test]
fn a_form_from_another_origin_is_refused_where_the_browser_says_no_more() {
    let (mut world, ro) = World::new();
    let site = Site::open(&mut world);
    let send = |headers: &[(&str, &str)]| site.ask("POST /sign-out", &ro, headers).status;
    for elsewhere in ["https://evil.example.org", "http://localhost:81", "null"] {
        assert_eq!(send(&[("origin", elsewhere)]), 403, "{elsewhere}");
    }
    assert_eq!(send(&[("sec-fetch-site", "cross-site"), ("origin", "http://localhost")]), 403);
    assert_eq!(send(&[("origin", "http://localhost")]), 422, "it came through, and the form is empty");
    assert_eq!(send(&[]), 422);
}

#[test]
fn a_house_that_is_no_demo_opens_no_printed_link() {
    let (mut world, ro) = World::new();
    let asked = ask(&world, &ro.email, "here");
    let (ticket, code) = (asked.ticket, asked.mail.unwrap().1);
    let site = Site::open(&mut world);
    assert_eq!(site.get(&format!("/sign-in/with/{ticket}/{code}"), None).status, 404);
    let page = site.get("/sign-in/code", None);
    let mine = visitor(&page);
    let types = |who: &Somebody, fields: &[(&str, &str)]| {
        site.fill(&page.text(), "/sign-in/code", who, fields).status
    };
    let (plain, with_ticket) = (browser(&mine), browser(&format!("{mine}; ticket={ticket}")));
    assert_eq!(types(&plain, &[("ticket", &ticket), ("code", &code)]), 200);
    assert_eq!(types(&with_ticket, &[("code", &code)]), 303);
}
