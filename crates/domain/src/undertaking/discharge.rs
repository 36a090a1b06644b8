//! The last step: all copies are certified destroyed.

use kernel::{Act, Desk, Draft, No, Plain, Verb};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{State, Undertaking, case::case};

/// Discharges a campaign, on its certificate of destruction.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Discharge {
    /// In which contest.
    pub contest: String,
    /// Which campaign.
    pub campaign: String,
    /// SHA-256 of the certificate, in hex.
    pub certificate: String,
}

impl Act for Discharge {
    const NAME: &'static str = "undertaking.discharge";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let case = case(desk, &self.contest, &self.campaign)?;
        let permit = case.permit(desk, json!({}))?;
        let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        if self.certificate.len() != 64 || !self.certificate.bytes().all(hex) {
            return Err(No::Invalid(
                "Give the certificate's SHA-256: 64 digits and letters a to f.".to_owned(),
            ));
        }
        let discharged = Undertaking {
            state: State::Discharged,
            certificate: Some(self.certificate.clone()),
            ..case.undertaking.fact
        };
        let plain = json!({ "campaign": self.campaign, "certificate": self.certificate });
        desk.enter(&permit, Draft::new(Verb::Signed).plain(plain).warrant(&discharged)?)?;
        Ok(Plain(()))
    }
}
