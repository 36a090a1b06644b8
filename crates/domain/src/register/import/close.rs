//! Closing an import: the entry that names the file and the report by hash.

use kernel::{Act, Ask, Desk, Draft, No, Plain, Verb};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use super::super::{facts, report::ImportReport};

const CLOSE: &str = "UPDATE import_run SET closed = $2 WHERE run = $1 AND closed IS NULL";

/// Closes a run.
pub struct Close {
    run: i64,
    plain: Json,
}

impl Close {
    pub(super) fn new(run: i64, file_hash: [u8; 32], report: &ImportReport) -> Result<Self, No> {
        let report_hash: [u8; 32] = Sha256::digest(report.to_json()?).into();
        let hex = |bytes: [u8; 32]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
        let r = report;
        let plain = json!({
            "run": run, "closed": 1, "file": hex(file_hash), "report": hex(report_hash), "records": r.records,
            "imported": r.imported, "updated": r.updated, "unchanged": r.unchanged, "held": r.held,
            "rejected": r.rejected,
        });
        Ok(Self { run, plain })
    }
}

impl Act for Close {
    const NAME: &'static str = "register.import_close";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let facts = facts(desk)?;
        let permit = desk.permit(Ask::on("House", "house").facts(facts))?;
        if desk.execute(CLOSE, &[self.run.into(), desk.now().into()])? != 1 {
            return Err(No::NotNow("This import is closed already.".to_owned()));
        }
        desk.enter(&permit, Draft::new(Verb::Processed).plain(self.plain.clone()))?;
        Ok(Plain(()))
    }
}
