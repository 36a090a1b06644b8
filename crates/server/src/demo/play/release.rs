//! The release: opened to all campaigns, asked for by two of them, waiting for its two approvals.

use std::{fs, io::Write, os::unix::fs::OpenOptionsExt, path::Path};

use age::secrecy::ExposeSecret;
use domain::{
    access::Office,
    disclosure::{
        Made, Terms,
        confirm_key::ConfirmKey,
        open_release::OpenRelease,
        register_key::RegisterKey,
        request::Request,
        terms::{Art9, Basis, Campaigns, Channel, Purpose, RELEASABLE},
    },
};
use sha2::{Digest, Sha256};

use super::Theatre;
use crate::{
    demo::cast::{CAMPAIGNS, CAST, CONTEST, RETURNING_OFFICER},
    stop::Stop,
};

/// The demo's impact assessment and policy document: in the terms they stand by their hashes.
const DPIA: (&str, &str) = ("impact-assessment.txt", include_str!("impact-assessment.txt"));
const POLICY: (&str, &str) = ("policy-document.txt", include_str!("policy-document.txt"));
/// The campaign whose people have everything still to do.
const STILL_TO_ASK: &str = "rahman";

/// The returning officer opens the release; campaigns register keys, confirm them, and ask. `keys` takes the secret
/// halves, which in a real house would never come near it.
pub fn open(theatre: &mut Theatre<'_>, data: &Path, keys: &Path) -> Result<(), Stop> {
    let terms = Terms {
        fields: RELEASABLE.iter().map(|f| f.name.to_owned()).collect(),
        classes: ["member", "affiliated", "registered"].map(str::to_owned).into(),
        channels: vec![Channel::Post, Channel::Email, Channel::Call],
        purpose: Purpose::ThisContest,
        basis: Basis::LegitimateInterests,
        art9: Art9::SubstantialPublicInterest,
        campaigns: Campaigns::OwnControllers,
        dpia: shelve(data, DPIA)?,
        policy_document: shelve(data, POLICY)?,
    };
    theatre.does(RETURNING_OFFICER, OpenRelease { contest: CONTEST.to_owned(), terms })?;
    for campaign in CAMPAIGNS {
        let key = make_key(keys, campaign.id)?;
        if campaign.id != STILL_TO_ASK {
            ask(theatre, campaign.id, &key)?;
        }
    }
    Ok(())
}

/// The head of compliance registers a key, the candidate confirms it, and the head asks for the list.
fn ask(theatre: &mut Theatre<'_>, campaign: &str, key: &str) -> Result<(), Stop> {
    let (contest, campaign) = (CONTEST.to_owned(), campaign.to_owned());
    let of = |office| {
        let part = CAST.iter().find(|p| p.office == office && p.campaign == Some(&campaign));
        part.map(|p| p.email)
            .ok_or_else(|| Stop::new(format!("The demo's campaign {campaign} is not complete.")))
    };
    let (head, candidate) = (of(Office::HeadOfCompliance)?, of(Office::Candidate)?);
    let person = theatre.person(head)?;
    let key = key.to_owned();
    let register = RegisterKey {
        contest: contest.clone(),
        campaign: campaign.clone(),
        key: key.clone(),
        made: Made::OwnComputer,
    };
    theatre.does(head, register)?;
    theatre
        .does(candidate, ConfirmKey { contest: contest.clone(), campaign: campaign.clone(), person, key })?;
    theatre.does(head, Request { contest, campaign, recipients: vec![person] })
}

/// Writes a key as `age-keygen` does; its public half.
fn make_key(keys: &Path, campaign: &str) -> Result<String, Stop> {
    let identity = age::x25519::Identity::generate();
    let public = identity.to_public().to_string();
    let folder = keys.join("recipients");
    let file = folder.join(format!("{campaign}.txt"));
    let write = || {
        fs::create_dir_all(&folder)?;
        let mut out = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&file)?;
        writeln!(out, "# public key: {public}\n{}", identity.to_string().expose_secret())
    };
    write().map_err(|e| Stop::file(&file, &e))?;
    Ok(public)
}

/// Puts a document beside the data; its SHA-256 in hex.
fn shelve(data: &Path, (name, text): (&str, &str)) -> Result<String, Stop> {
    let folder = data.join("documents");
    let file = folder.join(name);
    let write = || fs::create_dir_all(&folder).and_then(|()| fs::write(&file, text));
    write().map_err(|e| Stop::file(&file, &e))?;
    Ok(Sha256::digest(text).iter().map(|b| format!("{b:02x}")).collect())
}
