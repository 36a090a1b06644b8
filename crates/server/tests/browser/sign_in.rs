//! Signing in, and what each role then finds.

use crate::{
    demo::Demo,
    have,
    person::{Person, pictures},
};

/// Some refuse some roles; then the refusal must fit.
const PAGES: [&str; 6] = [
    "/",
    "/contest/leader",
    "/contest/leader/release",
    "/contest/leader/undertaking/rahman",
    "/register/import",
    "/record",
];

#[test]
fn each_role_signs_in_by_its_link_and_every_page_fits_a_telephone() {
    if !have(&["chromedriver", "chromium"]) {
        return;
    }
    let demo = Demo::start();
    for role in demo.roles() {
        let person = Person::signs_in(&demo, &role, true);
        for page in PAGES {
            person.looks_at(page);
        }
        person.leaves();
    }
    eprintln!("Pictures are in {}.", pictures().display());
}

#[test]
fn a_mailed_code_signs_in_without_scripts_and_only_where_it_was_asked_for() {
    if !have(&["chromedriver", "chromium"]) {
        return;
    }
    let demo = Demo::start();
    let [officer, other] =
        ["returning officer", "somebody else"].map(|role| Person::comes(&demo, role, false));
    officer.goes_to("/sign-in");
    officer.fills("What is your e-mail address?", "returning.officer@example.org");
    officer.presses("Send the code");
    let code = officer.reads_the_code();
    officer.sees("Type the code");

    other.goes_to("/sign-in/code");
    other.fills("Type the code", &code);
    other.presses("Go on");
    other.sees("This code is not right, or it has run out.");

    officer.fills("Type the code", &code);
    officer.presses("Go on");
    officer.sees("Returning officer");
    officer.leaves();
}
