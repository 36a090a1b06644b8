//! The pages over real HTTP: a file sent by the form, its report, a member found and erased.

use std::{io::Write, net::TcpStream};

use super::{dump::dump, *};
use crate::site::{Answer, Site};

/// A world whose floor is behind a door on this machine.
struct Door {
    /// Goes first: the floor may not outlive its folder.
    site: Site,
    world: World,
    officer: Somebody,
    /// Another membership officer.
    deputy: Somebody,
    ro: Somebody,
}

const LINE: &str = "a-line-between-the-parts";
const PAGE: &str = "/register/import";

impl Door {
    fn open() -> Self {
        let (mut world, ro) = World::new();
        // The generator's people live now.
        world.house.clock.set("2026-11-23T09:00:00Z".parse::<jiff::Timestamp>().unwrap().as_millisecond());
        let ro = world.sign_in(ro.person, &ro.email);
        let officer = world.officer(&ro, "mo@example.org", Office::MembershipOfficer);
        let deputy = world.officer(&ro, "mo2@example.org", Office::MembershipOfficer);
        Self { site: Site::open(&mut world), world, officer, deputy, ro }
    }

    fn get(&self, who: &Somebody, path: &str) -> (u16, String) {
        said(&self.site.page(path, who))
    }

    /// Sends the form of `page` that goes to `action`, with these fields filled in.
    fn form(&self, who: &Somebody, page: &str, action: &str, fields: &[(&str, &str)]) -> (u16, String) {
        said(&self.site.fill(page, action, who, fields))
    }

    fn upload(&self, who: &Somebody, body: &[u8]) -> (u16, String) {
        said(&self.site.post(PAGE, who, &format!("multipart/form-data; boundary={LINE}"), body))
    }

    /// The page of the import, once nothing runs any more.
    fn when_done(&self, who: &Somebody) -> String {
        loop {
            let (status, page) = self.get(who, PAGE);
            assert_eq!(status, 200, "{page}");
            if !page.contains("<progress") {
                return page;
            }
            assert!(page.contains("See how far it is now"), "a link for those without the script");
        }
    }
}

fn said(answer: &Answer) -> (u16, String) {
    (answer.status, answer.text())
}

fn form<'p>(page: &'p str, action: &str) -> &'p str {
    let form = page.split("<form ").find(|form| form.contains(&format!("action=\"{action}\"")));
    form.unwrap_or_else(|| panic!("no form goes to {action} in {page}")).split("</form>").next().unwrap()
}

fn value(form: &str, name: &str) -> Option<String> {
    Some(form.split(&format!("name=\"{name}\" value=\"")).nth(1)?.split('"').next()?.to_owned())
}

/// The form of the page in parts, as a browser sends it.
fn parts(page: &str, file: &[u8], dry_run: bool) -> Vec<u8> {
    let form = form(page, PAGE);
    let mut fields = vec![("csrf", value(form, "csrf").unwrap())];
    fields.push(("request_id", value(form, "request_id").unwrap()));
    fields.push(("layout", "auto".to_owned()));
    fields.extend(dry_run.then(|| ("dry_run", "yes".to_owned())));
    let mut body = Vec::new();
    for (name, value) in fields {
        write!(body, "--{LINE}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
            .unwrap();
    }
    let head = "Content-Disposition: form-data; name=\"file\"; filename=\"register.csv\"";
    write!(body, "--{LINE}\r\n{head}\r\nContent-Type: text/csv\r\n\r\n").unwrap();
    body.extend_from_slice(file);
    write!(body, "\r\n--{LINE}--\r\n").unwrap();
    body
}

#[test]
fn a_file_is_tried_and_then_imported_by_the_form_and_its_report_is_the_officers_alone() {
    let door = Door::open();
    let mut file = File::of(3_000, 31);
    file.set(7, "date_of_birth", "2999-01-01");
    door.world.watch.remember(&file.bytes());
    let (status, page) = door.get(&door.officer, PAGE);
    assert_eq!(status, 200);
    assert!(page.contains("None yet."));
    let before = dump(&door.site.app.floor);
    assert_eq!(door.upload(&door.officer, &parts(&page, &file.bytes(), true)).0, 303);
    let page = door.when_done(&door.officer);
    assert!(page.contains("What this file would do") && page.contains("2,999"), "{page}");
    assert!(page.contains("date_future"));
    assert_eq!(dump(&door.site.app.floor), before);
    let (status, json) = door.get(&door.officer, "/register/import/report.json");
    let dry: ImportReport = serde_json::from_str(&json).unwrap();
    assert_eq!((status, dry.imported, dry.held), (200, 2_999, 1));

    let body = parts(&page, &file.bytes(), false);
    assert_eq!(door.upload(&door.officer, &body).0, 303);
    let page = door.when_done(&door.officer);
    assert!(page.contains("What this file did") && page.contains("Import 1"), "{page}");
    let stored = dump(&door.site.app.floor);
    assert_ne!(stored, before);
    let json = door.get(&door.officer, "/register/import/report.json").1;
    assert_eq!(serde_json::from_str::<ImportReport>(&json).unwrap(), dry);
    // The same form sent twice acts once.
    assert_eq!(door.upload(&door.officer, &body).0, 303);
    assert!(door.when_done(&door.officer).contains("What this file did"));
    assert_eq!(dump(&door.site.app.floor), stored);

    let (status, page) = door.get(&door.deputy, PAGE);
    assert_eq!(status, 200);
    assert!(!page.contains("What this file did") && page.contains("Import 1"));
    assert_eq!(door.get(&door.deputy, "/register/import/report.json").0, 404);
    assert_eq!(door.get(&door.ro, "/register/import/report.json").0, 404);
}

#[test]
fn an_upload_is_taken_from_its_own_page_by_the_office_only_and_whole() {
    let door = Door::open();
    let file = File::of(2_000, 32).bytes();
    door.world.watch.remember(&file);
    let nothing = dump(&door.site.app.floor);
    let (status, page) = door.get(&door.ro, PAGE);
    assert_eq!(status, 403, "{page}");
    let (_, page) = door.get(&door.officer, PAGE);
    let theirs = parts(&page, &file, false);
    // Somebody else's form, and somebody without the office with a form of their own.
    assert_eq!(door.upload(&door.deputy, &theirs).0, 403);
    let own = door.get(&door.ro, "/register/find").1;
    let csrf = |page: &str| value(page, "csrf").unwrap();
    let forged = String::from_utf8_lossy(&theirs).replace(&csrf(&page), &csrf(&own));
    let (status, said) = door.upload(&door.ro, forged.as_bytes());
    assert_eq!(status, 403);
    assert!(said.contains("Refused"), "{said}");
    let nobody = Somebody { token: "nonsense".to_owned(), ..door.officer.clone() };
    assert_eq!(door.upload(&nobody, &theirs).0, 303);
    assert_eq!(dump(&door.site.app.floor), nothing);

    // The line goes dead in the middle: nothing is left, and the next one is taken.
    let mut stream = TcpStream::connect(door.site.at).unwrap();
    write!(
        stream,
        "POST {PAGE} HTTP/1.1\r\nHost: localhost\r\nCookie: session={}\r\nContent-Length: {}\r\nContent-Type: \
         multipart/form-data; boundary={LINE}\r\n\r\n",
        door.officer.token,
        theirs.len()
    )
    .unwrap();
    stream.write_all(&theirs[..theirs.len() * 3 / 4]).unwrap();
    while dump(&door.site.app.floor) == nothing {}
    let running = door.get(&door.officer, PAGE).1;
    assert!(running.contains("<progress") && !running.contains("multipart/form-data"), "{running}");
    let (status, said) =
        door.upload(&door.officer, &parts(&page.replace(".upload\"", ".again\""), &file, false));
    assert_eq!(status, 409, "{said}");
    drop(stream);
    let page = door.when_done(&door.officer);
    assert!(page.contains("Nothing was imported.") && page.contains("broke off"), "{page}");
    assert_eq!(dump(&door.site.app.floor), nothing);
    assert_eq!(door.upload(&door.officer, &parts(&page, &file, false)).0, 303);
    assert!(door.when_done(&door.officer).contains("What this file did"));

    let (_, page) = door.get(&door.officer, PAGE);
    let (_, said) = {
        door.upload(&door.officer, &parts(&page, b"no,such,columns\n1,2,3\n", false));
        door.get(&door.officer, PAGE)
    };
    assert!(said.contains("Nothing was imported.") && said.contains("lacks"), "{said}");
}

#[test]
fn a_member_is_found_by_number_and_erased_with_a_promise_and_a_fresh_code() {
    let door = Door::open();
    let file = File::of(20, 33);
    take_at(&door, &file);
    let officer = &door.officer;
    let page = door.get(officer, "/register/find").1;
    let number = file.get(3, "membership_number");
    let (status, found) = door.form(officer, &page, "/register/find", &[("number", number)]);
    assert_eq!(status, 200);
    assert!(found.contains(file.get(3, "family_name")) && found.contains("of the record book"), "{found}");
    assert_eq!(
        door.form(&door.ro, &door.get(&door.ro, "/register/find").1, "/register/find", &[("number", number)])
            .0,
        403
    );
    let (status, sure) = door.form(officer, &found, "/register/erase", &[]);
    assert_eq!(status, 200);
    assert_eq!(door.form(officer, &sure, "/register/erase/confirm", &[("promise", "no")]).0, 422);
    door.world.house.clock.forward(domain::access::FRESH_LIFE);
    let (status, stale) = door.form(officer, &sure, "/register/erase/confirm", &[("promise", "yes")]);
    assert_eq!(status, 403);
    assert!(stale.contains("Send me a fresh code"), "{stale}");
    let officer = &crate::world::sign_in_at(&door.site.app.floor, officer.person, &officer.email);
    let page = door.get(officer, "/register/find").1;
    let found = door.form(officer, &page, "/register/find", &[("number", number)]).1;
    let sure = door.form(officer, &found, "/register/erase", &[]).1;
    assert_eq!(door.form(officer, &sure, "/register/erase/confirm", &[("promise", "yes")]).0, 303);
    let (_, page) = door.get(officer, "/register/find?done=erased");
    assert!(page.contains("The member is erased."));
    assert_eq!(door.form(officer, &page, "/register/find", &[("number", number)]).0, 404);
}

fn take_at(door: &Door, file: &File) {
    let bytes = file.bytes();
    door.world.watch.remember(&bytes);
    import(&door.site.app.floor, &door.officer.actor, bytes.as_slice(), order(), &|_, _| {}).unwrap();
}
