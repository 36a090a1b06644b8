//! Signing in, and what each role then finds.

use crate::{
    demo::Demo,
    have,
    person::{Person, pictures},
};

#[test]
fn each_role_signs_in_by_its_link_and_every_page_fits_a_telephone() {
    if !have(&["chromedriver", "chromium"]) {
        return;
    }
    let demo = Demo::start();
    for role in demo.roles() {
        let person = Person::signs_in(&demo, &role, true);
        person.looks_at("/");
        person.looks_at("/record");
    }
    eprintln!("Pictures are in {}.", pictures().display());
}
