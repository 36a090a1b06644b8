//! The contest: its announcement, its candidates, and its stages up to the final ballot.

use domain::contest::{
    Counts, Freeze, Nominator, Stage, add_candidate::AddCandidate, advance::Advance, appoint::Appoint,
    countersign::Countersign, create::Create, freeze::freeze, propose::Propose,
    record_nominations::RecordNominations,
};
use kernel::{Actor, Look, No, View};

use super::{Theatre, Times};
use crate::{
    demo::{
        PARTY, ZONE,
        cast::{CAMPAIGNS, CAST, CONTEST, CONTEST_NAME, DEPUTY, RETURNING_OFFICER, SCRUTINEER},
    },
    stop::Stop,
};

/// The returning officer sets the contest up and proposes it; the deputy announces it.
pub fn announce(theatre: &mut Theatre<'_>, times: &Times) -> Result<(), Stop> {
    let create = Create {
        id: CONTEST.to_owned(),
        name: CONTEST_NAME.to_owned(),
        organisation: PARTY.to_owned(),
        zone: ZONE.to_owned(),
        timetable: times.steps(),
        totals: None,
        access: None,
    };
    theatre.does(RETURNING_OFFICER, create)?;
    theatre.does(RETURNING_OFFICER, propose(Stage::Announced))?;
    theatre.does(DEPUTY, advance(Stage::Announced))
}

/// Candidates register and name their people.
pub fn take_on(theatre: &mut Theatre<'_>) -> Result<(), Stop> {
    for campaign in CAMPAIGNS {
        let candidate = AddCandidate {
            contest: CONTEST.to_owned(),
            id: campaign.id.to_owned(),
            name: campaign.candidate.to_owned(),
            campaign: campaign.name.to_owned(),
        };
        theatre.does(RETURNING_OFFICER, candidate)?;
    }
    for part in CAST {
        let Some(campaign) = part.campaign else { continue };
        let person = theatre.person(part.email)?;
        let (contest, campaign) = (CONTEST.to_owned(), campaign.to_owned());
        theatre.does(RETURNING_OFFICER, Appoint { contest, campaign, person, office: part.office })?;
    }
    Ok(())
}

/// Every stage at its hour, with all that must be done before it.
pub fn play_to_the_ballot(theatre: &mut Theatre<'_>, times: &Times) -> Result<(), Stop> {
    let stages = Stage::ALL.into_iter().filter(|s| *s > Stage::Announced && *s <= Stage::BallotOpen);
    for stage in stages {
        if let Some(hour) = times.hour(stage)? {
            theatre.wait_until(hour);
        }
        prepare(theatre, stage)?;
        theatre.does(RETURNING_OFFICER, advance(stage))?;
    }
    Ok(())
}

fn prepare(theatre: &mut Theatre<'_>, stage: Stage) -> Result<(), Stop> {
    match stage {
        Stage::SupportingNominations => {
            for (campaign, mps) in CAMPAIGNS.iter().zip([89, 33, 31]) {
                count(theatre, campaign.id, &[(Nominator::Mps, mps)])?;
            }
        }
        Stage::Frozen => {
            freeze(theatre.floor, &Actor::system(), CONTEST, |_| {})?;
        }
        Stage::Qualified => {
            let affiliates = [
                (Nominator::Affiliates, 7),
                (Nominator::Unions, 4),
                (Nominator::AffiliatedMembers, 1_610_000),
            ];
            let support: [&[(Nominator, u64)]; 3] =
                [&[(Nominator::Units, 374)], &affiliates, &[(Nominator::Units, 72)]];
            for (campaign, support) in CAMPAIGNS.iter().zip(support) {
                count(theatre, campaign.id, support)?;
            }
        }
        Stage::BallotOpen => {
            let root = theatre.floor.look(&Actor::system(), &Root)?;
            theatre.does(SCRUTINEER, Countersign { contest: CONTEST.to_owned(), root })?;
            theatre.does(SCRUTINEER, propose(stage))?;
        }
        _ => {}
    }
    Ok(())
}

fn count(theatre: &mut Theatre<'_>, candidate: &str, received: &[(Nominator, u64)]) -> Result<(), Stop> {
    let received: Counts = received.iter().copied().collect();
    let (contest, candidate) = (CONTEST.to_owned(), candidate.to_owned());
    theatre.does(RETURNING_OFFICER, RecordNominations { contest, candidate, received, is_final: true })
}

fn propose(to: Stage) -> Propose {
    Propose { contest: CONTEST.to_owned(), to }
}

fn advance(to: Stage) -> Advance {
    Advance { contest: CONTEST.to_owned(), to }
}

/// The fingerprint of the frozen register, as the scrutineer reads it before countersigning.
struct Root;

impl View for Root {
    const NAME: &'static str = "contest.page";
    type Out = String;
    fn look(&self, look: &mut Look<'_>) -> Result<String, No> {
        Ok(look.warrant::<Freeze>(CONTEST)?.ok_or(No::Absent)?.fact.root)
    }
}
