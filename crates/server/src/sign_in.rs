//! Signing in on the terminal, with a code that comes by mail.

use std::io::{BufRead, Write};

use domain::access::{
    ask_code::AskCode,
    mail::{Post, code_mail},
    redeem::{Redeem, Redeemed},
};
use kernel::{Actor, Floor};

use crate::{config::Config, mail::SmtpPost, stop::Stop};

/// Sends a code to `address` and asks for it; gives the session's token.
pub fn by_mail(floor: &Floor, config: &Config, address: &str) -> Result<String, Stop> {
    const HERE: &str = "the command line";
    let visitor = Actor::visitor();
    let ask = AskCode { email: address.to_owned(), from: HERE.to_owned() };
    let asked = floor.once(&visitor, ask)?.value;
    if let Some((to, code)) = asked.mail {
        SmtpPost::start(&config.mail)?.send(code_mail(to, &config.organisation, &code));
    }
    print!("If this address may sign in, a code is on its way. Type it here: ");
    let told = |e: std::io::Error| Stop::new(format!("The code could not be read: {e}."));
    std::io::stdout().flush().map_err(told)?;
    let mut code = String::new();
    std::io::stdin().lock().read_line(&mut code).map_err(told)?;
    let redeem = Redeem { ticket: asked.ticket, code: code.trim().to_owned(), from: HERE.to_owned() };
    match floor.once(&visitor, redeem)?.value {
        Redeemed::Open(token) => Ok(token),
        Redeemed::Wrong => {
            Err(Stop::new("This code is not right, or it has run out. Nothing was done; try again."))
        }
    }
}
