//! Everything that an import may touch, row by row, to be compared.

use kernel::{Actor, Floor, Look, No, Row, View};

/// All rows, as text. The tags of a value are a row without gaps, but who of its holders has which is not told: so tags
/// and people stand for themselves.
pub fn dump(floor: &Floor) -> Vec<String> {
    floor.look(&Actor::system(), &Dump).unwrap()
}

struct Dump;

impl View for Dump {
    const NAME: &'static str = "test.dump";
    type Out = Vec<String>;

    fn look(&self, look: &mut Look<'_>) -> Result<Vec<String>, No> {
        let mut all = Vec::new();
        let mut add = |look: &mut Look<'_>, name: &str, sql, numbers: &[&str], bytes: &[&str]| {
            for row in look.query(sql, &[])? {
                all.push(line(name, &row, numbers, bytes)?);
            }
            Ok::<_, No>(())
        };
        const CELLS: [&str; 8] =
            ["fingerprint", "tags", "names", "birth", "address", "email", "phones", "standing"];
        add(look, "member", MEMBERS, &["person", "run", "offerable"], &CELLS)?;
        add(look, "history", HISTORY, &["person", "run", "run_before", "offerable"], &CELLS)?;
        add(look, "tag", TAGS, &["tag"], &[])?;
        add(look, "holder", HOLDERS, &["person"], &[])?;
        add(look, "run", RUNS, &["run", "begun", "first_person"], &[])?;
        add(look, "key", KEYS, &["person", "epoch"], &["log_key", "data_key"])?;
        add(look, "erased", ERASED, &["tag"], &[])?;
        Ok(all)
    }
}

const MEMBERS: &str = "SELECT * FROM member ORDER BY person -- scan: a test compares all";
const HISTORY: &str = "SELECT * FROM member_history ORDER BY person, run -- scan: a test compares all";
const TAGS: &str = "SELECT tag FROM member_tag ORDER BY tag -- scan: a test compares all";
const HOLDERS: &str = "SELECT person FROM member_tag ORDER BY person -- scan: a test compares all";
const RUNS: &str = "SELECT * FROM import_run ORDER BY run -- scan: a test compares all";
const KEYS: &str = "SELECT * FROM person_key ORDER BY person -- scan: a test compares all";
const ERASED: &str = "SELECT tag FROM erased ORDER BY tag -- scan: a test compares all";

fn line(name: &str, row: &Row, numbers: &[&str], bytes: &[&str]) -> Result<String, No> {
    let mut line = name.to_owned();
    for column in numbers {
        line += &format!(" {}", row.int(column)?);
    }
    for column in bytes {
        line += &format!(" {:02x?}", row.bytes(column)?);
    }
    Ok(line)
}
