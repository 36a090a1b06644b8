//! One candidate's sealed file of all entitled rows, against `sqlite3 -csv 'select *' | age -r` over a plain table.

use std::{path::Path, process::Command, time::Instant};

use domain::{
    disclosure::{
        leave::Rule,
        terms::{Channel, RELEASABLE},
    },
    register::fields,
};
use kernel::{
    Act, Actor, Ask, Desk, Draft, HOUSE, No, Part, Plain, SetFacts, Verb,
    pour::{Plainly, Pour, Reader, Source},
};
use serde_json::json;

use crate::{Run, house, import, register};

/// Lets this benchmark enter the line that a release enters.
pub const PART: Part = Part {
    subject: "bench",
    schema: r#"action "bench.seal" appliesTo { principal: [Person], resource: [House], context: {} };"#,
    policy: r#"@id("bench-1 The benchmark seals") permit (principal, action == Action::"bench.seal", resource);"#,
};

const PEOPLE: &str = "
    SELECT m.person, k.epoch, k.log_key FROM member m JOIN person_key k ON k.person = m.person
     WHERE m.offerable = 1 -- scan: the whole register is released";
const CELLS: &str = "
    SELECT m.person, k.epoch, k.data_key, m.names, m.birth, m.address, m.email, m.phones, m.standing
      FROM member m JOIN person_key k ON k.person = m.person
     WHERE m.offerable = 1 -- scan: the whole register is released";

/// Measures `release`.
pub fn bench(run: &Run) {
    let folder = tempfile::tempdir().unwrap();
    let file = register::file(run, folder.path());
    let plain = folder.path().join("plain.sqlite");
    import::sqlite(&file, &plain);
    let (floor, officer) = house::open(folder.path());
    run.say("importing the register …");
    import::take(&floor, &officer, &file);
    let key = keypair(folder.path());

    run.say("sqlite3 -csv | age …");
    let start = Instant::now();
    let out = folder.path().join("plain.age");
    let pipe = format!(
        "sqlite3 -csv '{}' 'select * from register' | age -r {key} > '{}'",
        plain.display(),
        out.display()
    );
    let status = Command::new("sh").args(["-c", &pipe]).status();
    assert!(status.is_ok_and(|s| s.success()), "sqlite3 and age are needed as the comparator");
    let comparator = start.elapsed().as_secs_f64();

    run.say("evenhand release …");
    let start = Instant::now();
    let source = Source {
        table: fields::TABLE,
        people: PEOPLE,
        cells: CELLS,
        groups: &[0, 1, 2, 3, 4, 5],
        params: Vec::new(),
    };
    let gate = Rule::new(&Channel::ALL, "2026-11-23".parse().unwrap());
    let poured = floor.snapshot(HOUSE, &source, |shot| {
        let reader = Reader { key, spool: folder.path().join("copy.age"), copyist: Box::new(Plainly) };
        let pour = Pour { fields: RELEASABLE, gate: &gate, readers: vec![reader] };
        let receipt = floor.once(&Actor::system(), Seal(shot.facts(&pour)))?.receipt;
        shot.pour(&receipt, pour, &mut |_| {})
    });
    let ours = start.elapsed().as_secs_f64();
    let poured = poured.unwrap();
    let more = json!({
        "rows": poured.rows, "left_out": poured.left_out, "bytes": poured.copies.first().map(|c| c.bytes),
        "comparator_bytes": std::fs::metadata(&out).map(|m| m.len()).unwrap_or(0),
    });
    run.compared("release", "seconds", ours, comparator, more);
}

struct Seal(SetFacts);

impl Act for Seal {
    const NAME: &'static str = "bench.seal";
    type Out = Plain<()>;
    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let permit = desk.permit(Ask::on("House", "house").facts(json!({})))?;
        desk.enter(&permit, Draft::new(Verb::Processed).set(self.0.clone()))?;
        Ok(Plain(()))
    }
}

/// The public half of a key made by the stock tool.
fn keypair(folder: &Path) -> String {
    let file = folder.join("identity");
    let status = Command::new("age-keygen").arg("-o").arg(&file).status();
    assert!(status.is_ok_and(|s| s.success()), "age is needed as the comparator");
    let out = Command::new("age-keygen").arg("-y").arg(&file).output().unwrap();
    String::from_utf8_lossy(&out.stdout).trim().to_owned()
}
