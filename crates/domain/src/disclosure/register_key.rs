//! A recipient's own key: made away from here, of which only the public half comes in.

use kernel::{Act, Desk, Draft, No, Plain, Verb};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{Made, RecipientKey, WaitingKey, confirm_key::key_case, terms::hex};

/// Registers the public key of whoever asks.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct RegisterKey {
    /// In which contest.
    pub contest: String,
    /// For which campaign.
    pub campaign: String,
    /// The line that `age-keygen` prints as the public key: `age1…`.
    pub key: String,
    /// How it was made.
    pub made: Made,
}

impl Act for RegisterKey {
    const NAME: &'static str = "disclosure.register_key";
    type Out = Plain<()>;

    fn perform(&self, desk: &mut Desk<'_>) -> Result<Self::Out, No> {
        let person = desk.actor().person().ok_or(No::SignedOut)?;
        let case = key_case(desk, &self.contest, &self.campaign, person)?;
        let permit = case.permit(desk)?;
        let key = public_key(&self.key)?;
        let confirmed = case.key.and_then(|k| k.fact.confirmed);
        if confirmed.as_ref() == Some(&key) {
            return Err(No::Invalid("This key is registered and confirmed already.".to_owned()));
        }
        let hash = hex(&Sha256::digest(key.as_bytes()));
        let replaces = u8::from(confirmed.is_some());
        let waiting = Some(WaitingKey { key, made: self.made, at: desk.now(), by: Vec::new() });
        let (contest, campaign) = (self.contest.clone(), self.campaign.clone());
        let registered = RecipientKey { contest, campaign, person, confirmed, waiting };
        let made = serde_json::to_value(self.made)?;
        let plain = json!({ "key_hash": hash, "made": made, "replaces": replaces });
        desk.enter(&permit, Draft::new(Verb::Granted).about(person).plain(plain).warrant(&registered)?)?;
        Ok(Plain(()))
    }
}

/// An age public key of the plain kind, in its one spelling.
pub(super) fn public_key(typed: &str) -> Result<String, No> {
    let typed = typed.trim();
    if typed.to_uppercase().starts_with("AGE-SECRET-KEY-") {
        return Err(No::Invalid(
            "This is the secret half. It belongs on your computer alone: make a new key, and send the line that begins \
             with age1."
                .to_owned(),
        ));
    }
    typed.parse::<age::x25519::Recipient>().map(|key| key.to_string()).map_err(|_| {
        No::Invalid(
            "This is no age public key. It begins with age1 and is printed by `age-keygen`; copy the whole line."
                .to_owned(),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_public_key_is_taken() {
        let identity = age::x25519::Identity::generate();
        let key = identity.to_public().to_string();
        assert_eq!(public_key(&format!(" {key}\n")).unwrap(), key);
        for bad in ["", "age1", &key[..60], "ssh-ed25519 AAAA", "age1yubikey1qwerty"] {
            assert!(public_key(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_secret_half_is_refused_and_not_repeated() {
        let said = public_key("AGE-SECRET-KEY-1QQQQQQ").unwrap_err().to_string();
        assert!(said.contains("secret half") && !said.contains("QQQ"));
    }
}
