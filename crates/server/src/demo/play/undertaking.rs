//! The campaigns' undertakings: one text for all, answers, signatures, acknowledgements, countersignatures.

use domain::{
    access::Office,
    undertaking::{
        Clause, Contents, Undertaking, acknowledge::Acknowledge, countersign::Countersign, fill::Fill, find,
        issue::Issue, publish_text::PublishText, sign::Sign,
    },
};
use jiff::ToSpan;
use kernel::{Actor, Look, Millis, No, View};

use super::{DAY, Theatre, Times};
use crate::{
    demo::cast::{CAMPAIGNS, CAST, CONTEST, DATA_PROTECTION_OFFICER, Part, RETURNING_OFFICER},
    stop::Stop,
};

const HOUR: Millis = 3_600_000;

/// What every campaign promises, word for word.
const CLAUSES: &[(&str, &str)] = &[
    ("Purpose", "We use what we are given for this contest and for nothing else."),
    (
        "Who",
        "Only the people named in our answers hold a copy. They are told of their duties and acknowledge them one by one.",
    ),
    (
        "No passing on",
        "We give nothing on, not to other campaigns, elected members, firms or journalists, but to the firms that we name.",
    ),
    (
        "Keeping it safe",
        "Copies lie encrypted, on the devices that we name, never in mail and never in a shared folder.",
    ),
    (
        "Objections",
        "Whoever asks us to stop is not contacted again from the next day on, and we tell the office.",
    ),
    ("Telling", "We tell people where we have their details from when we first contact them."),
    (
        "When something goes wrong",
        "We tell the office within 24 hours of noticing a loss, a leak or a misuse, whoever's fault it is.",
    ),
    ("Marks", "Our copy is marked, so that a leak can be traced to the copy it came from."),
    ("Inspection", "The office and the scrutineer may check what we say here."),
    (
        "The end",
        "By the day in our answers all copies are destroyed, and we certify it. To obtain or disclose personal data without the controller's consent is an offence (Data Protection Act 2018, section 170).",
    ),
];

/// The text is published and issued; every campaign fills it in and signs; the returning officer countersigns.
pub fn bring_into_force(theatre: &mut Theatre<'_>, times: &Times) -> Result<(), Stop> {
    let clauses = CLAUSES.iter().map(|(h, w)| Clause { heading: (*h).to_owned(), words: (*w).to_owned() });
    let text = PublishText {
        contest: CONTEST.to_owned(),
        title: "Data agreement for candidates and their campaigns".to_owned(),
        clauses: clauses.collect(),
    };
    let text_hash = theatre.does(DATA_PROTECTION_OFFICER, text)?.hash;
    theatre.does(RETURNING_OFFICER, Issue { contest: CONTEST.to_owned(), text_hash: text_hash.clone() })?;
    let destroyed = times.closes()?.checked_add(26.days()).map_err(|e| Stop::new(e.to_string()))?;
    for campaign in CAMPAIGNS {
        theatre.wait(DAY + campaign.id.len() as Millis * HOUR);
        let team: Vec<&Part> = CAST.iter().filter(|p| p.campaign == Some(campaign.id)).collect();
        sign(theatre, campaign.id, &team, &text_hash, &destroyed.to_string())?;
    }
    Ok(())
}

fn sign(
    theatre: &mut Theatre<'_>,
    campaign: &'static str,
    team: &[&Part],
    text_hash: &str,
    destruction_date: &str,
) -> Result<(), Stop> {
    let names = || (CONTEST.to_owned(), campaign.to_owned());
    let hold = team.iter().map(|p| theatre.person(p.email)).collect::<Result<Vec<_>, Stop>>()?;
    let contents = Contents {
        stored_where: "An encrypted disk in the campaign's own office, in a locked room".to_owned(),
        devices: vec!["two encrypted laptops".to_owned()],
        people: hold,
        processors: vec!["none".to_owned()],
        destruction_date: destruction_date.to_owned(),
    };
    let signs = |p: &&&Part| matches!(p.office, Office::Candidate | Office::HeadOfCompliance);
    let signatories: Vec<&str> = team.iter().filter(signs).map(|p| p.email).collect();
    for (n, email) in signatories.iter().copied().enumerate() {
        let (contest, campaign) = names();
        if n == 0 {
            let fill =
                Fill { contest: contest.clone(), campaign: campaign.clone(), contents: contents.clone() };
            theatre.does(email, fill)?;
        }
        let contents_hash = stands(theatre, &campaign)?.contents_hash()?;
        theatre.does(email, Sign { contest, campaign, text_hash: text_hash.to_owned(), contents_hash })?;
    }
    for part in team {
        let (contest, campaign) = names();
        theatre.does(part.email, Acknowledge { contest, campaign, text_hash: text_hash.to_owned() })?;
    }
    let (contest, campaign) = names();
    let contents_hash = stands(theatre, &campaign)?.contents_hash()?;
    let countersign = Countersign { contest, campaign, text_hash: text_hash.to_owned(), contents_hash };
    theatre.does(RETURNING_OFFICER, countersign)
}

fn stands(theatre: &Theatre<'_>, campaign: &str) -> Result<Undertaking, Stop> {
    struct Of<'a>(&'a str);
    impl View for Of<'_> {
        const NAME: &'static str = "undertaking.page";
        type Out = Undertaking;
        fn look(&self, look: &mut Look<'_>) -> Result<Undertaking, No> {
            Ok(find(look, CONTEST, self.0)?.fact)
        }
    }
    Ok(theatre.floor.look(&Actor::system(), &Of(campaign))?)
}
