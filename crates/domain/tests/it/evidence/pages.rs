//! The pages of the record book, over real HTTP.

use domain::evidence::{Line, Whose};
use ledger::{bundle::check, proof::LogProof};

use super::{LOG, key, read};
use crate::{play::Play, site::Site};

#[test]
fn pages_speak_of_offices_and_name_nobody() {
    let mut play = Play::announced();
    let rivals = read(play.world.floor(), &play.rahman.head, Whose::Campaign, None).unwrap();
    let site = Site::open(&mut play.world);
    let book = site.page("/record", &play.scrutineer);
    assert_eq!(book.status, 200, "{}", book.text());
    let text = book.text();
    assert!(text.contains("All lines") && text.contains("Returning officer"), "{text}");
    assert!(
        text.contains("contest-5: The returning officer or the deputy gives campaigns their roles"),
        "{text}"
    );
    let own = site.page(&format!("/record?log={LOG}"), &play.osgood.head);
    assert!(own.text().contains("Lines about your campaign"));
    let me = site.page("/record?log=house&whose=about_me", &play.osgood.head);
    assert!(me.text().contains("Lines about you"));
    let did = site.page("/record?log=house&whose=by_me", &play.ro);
    assert!(did.text().contains("What you did"));
    for page in [&book, &own, &me, &did] {
        assert!(
            !page.text().contains("Somebody at") && !page.text().contains("@example.org"),
            "{}",
            page.text()
        );
    }
    for path in [
        format!("/record?log={LOG}&whose=all"),
        format!("/record?log={LOG}&whose=campaign&campaign=rahman"),
        format!("/record/{LOG}/{}", rivals.first().unwrap()),
        format!("/record/{LOG}/{}/proof", rivals.first().unwrap()),
        "/record?log=nothing".to_owned(),
        format!("/record/{LOG}/00"),
        format!("/record/{LOG}/-1"),
        format!("/record/{LOG}/99999999999999999999"),
    ] {
        assert_eq!(site.page(&path, &play.osgood.head).status, 404, "{path}");
    }
    assert_eq!(site.get("/record", None).status, 303);
}

#[test]
fn a_proof_is_downloaded_and_holds() {
    let mut play = Play::announced();
    let line = *read(play.world.floor(), &play.osgood.head, Whose::Campaign, None).unwrap().last().unwrap();
    let entry =
        play.world.floor().look(&play.osgood.head.actor, &Line { log: LOG.to_owned(), line }).unwrap().line;
    let site = Site::open(&mut play.world);
    let file = site.page(&format!("/record/{LOG}/{line}/proof"), &play.osgood.head);
    assert_eq!((file.status, file.header("content-type")), (200, Some("text/plain; charset=utf-8")));
    let proof = LogProof::from_bytes(&file.body).unwrap();
    assert_eq!(proof.index, line);
    let key = key(&site.app.floor, LOG);
    proof.verify(&entry.leaf, &key, &[]).unwrap();
    let page = site.page(&format!("/record/{LOG}/{line}"), &play.osgood.head);
    assert!(page.text().contains("byte for byte"), "{}", page.text());
}

#[test]
fn the_button_downloads_a_file_that_holds() {
    let mut play = Play::announced();
    let site = Site::open(&mut play.world);
    let page = site.page(&format!("/record?log={LOG}"), &play.osgood.head);
    let file = site.press(&page, "/record/bundle", &play.osgood.head);
    assert_eq!((file.status, file.header("content-type")), (200, Some("application/zip")), "{}", file.text());
    check(&file.body, Some(&key(&site.app.floor, LOG))).unwrap();
    assert_eq!(site.press(&page, "/record/bundle", &play.rahman.head).status, 403, "another session's form");
}
