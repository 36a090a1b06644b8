//! Evidence files: lines of one's own slice, each with its proof and with what one may see behind its hashes, packed so
//! that anybody can check them offline (`evenhand-verify bundle FILE`).
//!
//! The file is made first and entered then, by the hash of its manifest; it leaves only after its line is durable.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::{
    Act, Actor, Desk, Draft, Floor, Look, No, Plain, RequestId, Verb, View,
    floor::{BookLine, Opened},
};
use ledger::{
    VerifierKey,
    bundle::{Bundle, Exhibit, Opening, Openings, ScopeOpening, check},
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::{Reader, Whose, reader::Part};
use crate::{
    api::ActSpec,
    door::{Oops, Signed, Visit, blocking},
};

/// Lines in one file, at most: three files of the zip each.
pub const MOST: usize = 10_000;

/// The act, for the list of acts; its answer holds the file in base 64.
pub const SPEC: ActSpec =
    ActSpec { name: Export::NAME, schema: |generator| Order::json_schema(generator), shows: Vec::new, call };

/// Which lines.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Order {
    /// Of which log: `house`, or `contest-` and the contest's id.
    pub log: String,
    /// Whose lines.
    pub whose: Whose,
    /// Which campaign's, if a campaign's; one's own if left out.
    pub campaign: Option<String>,
    /// The first line; from the beginning if left out.
    pub first: Option<u64>,
    /// The last line; to the end if left out.
    pub last: Option<u64>,
}

/// An evidence file.
#[derive(Debug, Clone)]
pub struct Made {
    /// The zip.
    pub zip: Vec<u8>,
    /// SHA-256 of its manifest, in hex: the hash by which it is known.
    pub manifest: String,
    /// How many lines it shows.
    pub lines: usize,
    /// The line of the same log that says that it left.
    pub line: u64,
}

/// Makes the file that `actor` orders, and enters that it left.
///
/// # Errors
/// [`No::Refused`], recorded, if the rules say no; [`No::Invalid`] if there are too many lines or none.
pub fn make(floor: &Floor, actor: &Actor, request: RequestId, order: Order) -> Result<Made, No> {
    let Some(lines) = floor.look(actor, &Lines(&order))? else {
        // Nothing is packed for whoever may not read it. The no is the act's to say, so that it is recorded.
        floor.run(actor, request, Export { order, packed: None })?;
        return Err(No::Absent);
    };
    let (zip, manifest) = pack(floor, &order.log, &lines)?;
    let packed = Packed { manifest: manifest.clone(), lines: lines.len() };
    let shown = floor.run(actor, request, Export { order, packed: Some(packed) })?;
    Ok(Made { zip, manifest, lines: lines.len(), line: shown.receipt.first_line() })
}

impl Order {
    fn part(&self, reader: &Reader) -> Part {
        match self.whose {
            Whose::Campaign => {
                Part::campaign(self.campaign.as_ref().or(reader.campaigns.first()).map_or("", |id| id))
            }
            whose => Part::of(whose),
        }
    }
}

/// The ordered lines, oldest first; nothing if the reader may not read them.
struct Lines<'a>(&'a Order);

impl View for Lines<'_> {
    const NAME: &'static str = "evidence.bundle";
    type Out = Option<Vec<BookLine>>;

    fn look(&self, look: &mut Look<'_>) -> Result<Self::Out, No> {
        let reader = Reader::of(look, &self.0.log)?;
        let part = self.0.part(&reader);
        if !look.would(Self::NAME, &reader.ask(&part)).allowed {
            return Ok(None);
        }
        let range = self.0.first.unwrap_or(0)..self.0.last.map_or(u64::MAX, |l| l.saturating_add(1));
        let mut lines = look.slice(&self.0.log, part.slice(reader.person), range, MOST + 1)?;
        match lines.len() {
            0 => {
                return Err(No::Invalid(
                    "There is no such line in this slice. Order other lines.".to_owned(),
                ));
            }
            n if n > MOST => {
                return Err(No::Invalid(format!(
                    "A file holds at most {MOST} lines, and these are more. Order them in parts, by their numbers."
                )));
            }
            _ => lines.reverse(),
        }
        Ok(Some(lines))
    }
}

/// Packs the lines and checks the file as its reader will.
fn pack(floor: &Floor, log: &str, lines: &[BookLine]) -> Result<(Vec<u8>, String), No> {
    let (paths, note) = floor.prove_lines(log, lines)?;
    let log_key: VerifierKey = floor.log_key(log)?.1.parse().map_err(No::fault)?;
    let exhibits = lines.iter().zip(paths).map(|(line, path)| {
        Ok(Exhibit { index: line.index, leaf: line.leaf.clone(), path, openings: openings(line)? })
    });
    let bundle = Bundle {
        checkpoint: note.into_bytes(),
        log_key: log_key.clone(),
        witnesses: Vec::new(),
        exhibits: exhibits.collect::<Result<_, No>>()?,
    };
    let written = bundle.write().map_err(|e| No::Invalid(e.to_string()))?;
    check(&written.zip, Some(&log_key)).map_err(|refusal| {
        let faults: Vec<String> = refusal.faults.iter().take(3).map(ToString::to_string).collect();
        No::Fault(format!("an evidence file does not hold: {}", faults.join(" ")))
    })?;
    Ok((written.zip, written.manifest.iter().map(|b| format!("{b:02x}")).collect()))
}

/// Exactly what the reader's slice opens.
fn openings(line: &BookLine) -> Result<Openings, No> {
    let opening = |o: &Opened| {
        let opening = String::from_utf8(o.bytes.clone()).map_err(No::fault)?;
        Ok::<_, No>(Opening { salt: o.salt, opening })
    };
    let scope = |s: &kernel::floor::OpenedScope| ScopeOpening { kind: s.kind, label: s.label, salt: s.salt };
    Ok(Openings {
        actor: line.actor.as_ref().map(opening).transpose()?,
        subject: line.subject.as_ref().map(opening).transpose()?,
        detail: line.detail.as_ref().map(opening).transpose()?,
        scopes: line.scopes.iter().map(scope).collect(),
    })
}

/// Enters that a file leaves. Made by [`make`] only, so that nobody enters the hash of a file that was never made.
struct Export {
    order: Order,
    packed: Option<Packed>,
}

struct Packed {
    manifest: String,
    lines: usize,
}

impl Act for Export {
    const NAME: &'static str = "evidence.bundle";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let reader = Reader::of(desk, &self.order.log)?;
        let part = self.order.part(&reader);
        let permit = desk.permit(reader.ask(&part))?;
        let packed = self.packed.as_ref().ok_or(No::Again)?;
        let mut draft = Draft::new(Verb::Exported)
            .plain(json!({ "lines": packed.lines }))
            .detail(json!({ "manifest": packed.manifest, "whose": part.whose.name(), "of": part.campaign }));
        if part.whose == Whose::AboutMe {
            draft = draft.about(reader.person);
        }
        desk.enter(&permit, draft)?;
        Ok(Plain(()))
    }
}

fn call(floor: &Floor, actor: &Actor, request: RequestId, input: Json) -> Result<Json, No> {
    let order: Order = serde_json::from_value(input).map_err(|e| {
        No::Invalid(format!(
            "The input of evidence.bundle cannot be read: {e}. Its schema is in docs/openapi.json."
        ))
    })?;
    let log = order.log.clone();
    let made = make(floor, actor, request, order)?;
    let answer = json!({ "zip": STANDARD.encode(&made.zip), "manifest": made.manifest, "lines": made.lines });
    Ok(json!({ "answer": answer, "log": log, "line": made.line }))
}

pub(super) async fn post(visit: Visit, form: Signed<Order>) -> Result<Response, Oops> {
    let (app, actor) = (visit.app.clone(), visit.actor.clone());
    let log = form.form.log.clone();
    let made = blocking(move || make(&app.floor, &actor, form.request, form.form)).await;
    let made = made.map_err(|no| visit.oops(no))?;
    let short: String = made.manifest.chars().take(12).collect();
    let name = format!("attachment; filename=\"evidence-{log}-{short}.zip\"");
    let kind = "application/zip".to_owned();
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)], made.zip).into_response())
}
