//! Mail: what is sent, and the ways of sending it. The server chooses one; the demo's goes to an outbox.

/// A message to one address.
pub struct Mail {
    /// Where to.
    pub to: String,
    /// Subject line; no personal data.
    pub subject: String,
    /// Plain text.
    pub text: String,
}

/// A way of sending mail. Sending happens behind the asker's back, so that its time tells nothing.
pub trait Post: Send + Sync {
    /// Takes the mail; delivery follows. A failure is logged without the address.
    fn send(&self, mail: Mail);
}

/// The mail that carries a code.
pub fn code_mail(to: String, organisation: &str, code: &str) -> Mail {
    Mail {
        to,
        subject: format!("Your code for {organisation}"),
        text: format!(
            "Your code is {}.\n\nType it in the browser where you asked for it, within 15 minutes. Do not pass it on: we \
             never ask for it on the telephone.\n\nIf you did not ask for a code, do nothing.\n",
            code.to_uppercase()
        ),
    }
}
