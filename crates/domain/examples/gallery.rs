//! Writes the gallery of parts as one HTML page to standard output: `cargo run -p domain --example gallery`.
//! Serve it with `/static` beside it to see every part in light, dark, on a telephone and on paper.

use domain::page;

use askama::Template;
use page::*;

#[derive(Template)]
#[template(path = "../examples/gallery.html")]
struct Gallery {
    page: Page,
    state: StateStrip,
    summary: Vec<Row>,
    decisions: Vec<Decision>,
    checks: Vec<Check>,
    deed: Deed,
    timeline: Vec<TimelineItem>,
    parity: Vec<Parity>,
    evidence: Vec<EvidenceCard>,
    progress: Progress,
    queue: Vec<Waiting>,
    bars: Chart,
    lines: Chart,
    signs: Vec<Mark>,
    questions: Vec<Question>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let clock = Clock::new("Europe/London", "2020-02-12T13:45:53Z".parse()?)?;
    println!("{}", gallery(&clock)?.render()?);
    Ok(())
}

fn gallery(clock: &Clock) -> Result<Gallery, jiff::Error> {
    let at = |text: &str| -> Result<Moment, jiff::Error> { Ok(clock.moment(text.parse()?)) };
    let due = |label: &str, text: &str| -> Result<Countdown, jiff::Error> {
        Ok(clock.countdown(label, text.parse()?))
    };
    let release = || at("2020-02-14T17:00:00Z").map(Cell::At);
    Ok(Gallery {
        page: Page {
            lang: "en-GB",
            organisation: "Harbour and Canal Union".into(),
            demo: true,
            reader: Some(Reader { name: "Ines Calloway".into(), role: "head of compliance, Osgood campaign".into() }),
            nav: vec![link("Home", "/"), Link { here: true, ..link("Contest", "/contest") }, link("The list", "/list"), link("Record book", "/record"), link("Concerns", "/concerns")],
            flash: Some(Flash { done: true, words: "You signed at 13:45:52. The list can be collected from Friday 14 February at 17:00.".into() }),
            csrf: "demo-token".into(),
            request: "demo".into(),
            now: clock.now(),
            seal: Some(Seal { lines: Count(4211), code: "KUPO-7714-RIME".into(), at: at("2020-02-12T13:40:00Z")?, countersigned: "3 of 4".into() }),
        },
        state: StateStrip {
            facts: vec![("Contest".into(), "Leader 2020".into()), ("Stage".into(), "Supporting nominations".into()), ("Your campaign".into(), "Osgood".into())],
            marks: vec![Mark::Countersigned, Mark::Held],
            clock: Some(due("Nominations close", "2020-02-14T17:00:00Z")?),
        },
        summary: vec![
            Row { term: "Agreement".into(), value: "Signed by you and the candidate on 3 February 2020".into(), action: Some(link("Read", "/agreement")) },
            Row { term: "People who may see data".into(), value: "14, of whom 11 have signed".into(), action: Some(link("Change", "/team")) },
            Row { term: "Copies you hold".into(), value: "None".into(), action: None },
        ],
        decisions: vec![
            Decision { allowed: true, words: "You may see the branch of one member at a time, on a shift.".into(), rule: "phonebank-1".into(), since: Some(at("2020-02-03T09:00:00Z")?), next: None },
            Decision { allowed: false, words: "The contest is at Supporting nominations; members' details may be disclosed from Final ballot on. Nothing was shown.".into(), rule: "disclosure-2".into(), since: Some(at("2020-01-20T17:00:00Z")?), next: Some("Ask again from Friday 14 February at 17:00.".into()) },
        ],
        checks: vec![
            Check { met: true, words: "Timetable published two weeks before".into() },
            Check { met: false, words: "Scrutineer countersigns the freeze".into() },
        ],
        deed: Deed {
            action: "/agreement/sign".into(),
            name: "sign",
            words: "Your signature takes effect when the returning officer countersigns.".into(),
            promise: Some("I have read the agreement and will keep to it".into()),
            button: "Sign the agreement".into(),
            primary: true,
        },
        timeline: vec![
            entry(at("2020-02-01T14:02:09Z")?, 3898, "shown", "A member's first name and branch were shown", None),
            entry(at("2020-02-01T14:02:51Z")?, 3899, "shown", "A member's first name and branch were shown", None),
            entry(at("2020-02-01T14:06:30Z")?, 3900, "refused", "A second browser opened the link without its code. Nothing was shown", Some(Mark::Held)),
            entry(at("2020-02-02T09:00:00Z")?, 3901, "stage", "The phone bank was closed", Some(Mark::Countersigned)),
        ],
        parity: vec![
            Parity {
                caption: "The list of members".into(),
                columns: ["Osgood", "Lindqvist", "Abara"].map(String::from).into(),
                rows: vec![
                    ParityRow { label: "Offered".into(), together: true, cells: vec![release()?, release()?, release()?] },
                    ParityRow { label: "Asked".into(), together: false, cells: vec![Cell::At(at("2020-02-03T10:14:22Z")?), Cell::At(at("2020-02-03T11:02:40Z")?), Cell::NotYet] },
                    ParityRow { label: "Delivered".into(), together: false, cells: vec![Cell::Marked(Mark::Copy, "marked copy".into()), Cell::Marked(Mark::Overdue, "overdue".into()), Cell::NotYet] },
                    ParityRow { label: "Details shown today".into(), together: false, cells: ["1,204", "987", "0"].map(|n| Cell::Words(n.into())).into() },
                ],
            },
            Parity {
                caption: "Deputy: briefing".into(),
                columns: ["Marsh", "Okonjo", "Pell", "Tregenza", "Vance"].map(String::from).into(),
                rows: vec![ParityRow { label: "Sent".into(), together: true, cells: vec![release()?, release()?, release()?, release()?, Cell::At(at("2020-02-14T17:12:03Z")?)] }],
            },
        ],
        evidence: vec![card(3900, at("2020-02-01T14:06:30Z")?, "A link was refused", "refused", &[]), card(3898, at("2020-02-01T14:02:09Z")?, "A member's details were shown", "shown", &["first name", "branch"])],
        progress: Progress { label: "Reading the register".into(), done: 312_000, total: 784_151, rate: 19_600, again: Some("/import/7".into()) },
        queue: vec![
            Waiting { what: link("Who rang me? (request 118)", "/rights/118"), owner: Some("Joss Farrow".into()), age: clock.age("2020-02-06T12:00:00Z".parse()?), due: Some(due("Due", "2020-02-14T17:00:00Z")?) },
            Waiting { what: link("Correct my postcode (request 121)", "/rights/121"), owner: None, age: clock.age("2020-01-09T12:00:00Z".parse()?), due: Some(due("Due", "2020-02-10T23:59:59Z")?) },
        ],
        bars: Chart { title: "Who may vote".into(), along: "Type of voter".into(), labels: ["Members", "Affiliated supporters", "Registered supporters"].map(String::from).into(), series: vec![Series { name: "People".into(), values: vec![552_835, 217_690, 13_626] }] },
        lines: Chart {
            title: "Members' details shown, each day".into(),
            along: "Day".into(),
            labels: ["Mon 3 Feb", "Tue 4 Feb", "Wed 5 Feb", "Thu 6 Feb", "Fri 7 Feb"].map(String::from).into(),
            series: vec![
                Series { name: "Osgood".into(), values: vec![120, 340, 610, 580, 720] },
                Series { name: "Lindqvist".into(), values: vec![200, 310, 420, 690, 650] },
                Series { name: "Abara".into(), values: vec![0, 90, 260, 410, 530] },
            ],
        },
        signs: vec![Mark::Sealed, Mark::Copy, Mark::Countersigned, Mark::Held, Mark::Overdue, Mark::Met, Mark::Unmet],
        questions: vec![
            question("code", "What is the code that we sent you?", Some("Six letters and digits. Capitals do not matter."), Some("That code has run out. Ask for a new one below."), Answer::Code(6)),
            question("mode", "Whom should we leave alone?", None, None, Answer::Choice(vec![("one".into(), "This campaign only".into()), ("all".into(), "Every campaign".into())])),
            question("email", "What is your e-mail address?", Some("We write to the address in the register."), None, Answer::Line { value: String::new(), kind: "email", complete: "email" }),
        ],
    })
}

fn link(text: &str, href: &str) -> Link {
    Link { text: text.into(), href: href.into(), here: false }
}

fn entry(at: Moment, line: u64, verb: &'static str, words: &str, mark: Option<Mark>) -> TimelineItem {
    TimelineItem {
        at,
        log: "contest-leader-2020".into(),
        line: Count(line),
        verb,
        words: words.into(),
        by: "A volunteer of the Osgood campaign".into(),
        mark,
    }
}

fn card(line: u64, at: Moment, words: &str, verb: &'static str, fields: &[&str]) -> EvidenceCard {
    EvidenceCard {
        line: Count(line),
        at,
        words: words.into(),
        verb,
        fields: fields.iter().map(ToString::to_string).collect(),
        rule: "phonebank-4".into(),
        hash: "9f2c41d07be8a35510c6e4f3b1a9d8870c5562fe93d1b04a77e0c2195fd3ab68".into(),
        countersigned: "3 of 4, Saturday 1 February 2020 at 21:00".into(),
        proof: format!("/record/{line}/proof"),
    }
}

fn question(
    name: &'static str,
    ask: &str,
    hint: Option<&str>,
    error: Option<&str>,
    answer: Answer,
) -> Question {
    Question {
        action: "/answer".into(),
        name,
        ask: ask.into(),
        hint: hint.map(Into::into),
        error: error.map(Into::into),
        button: "Continue".into(),
        answer,
    }
}
