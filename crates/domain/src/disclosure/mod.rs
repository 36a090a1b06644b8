//! Releases: one per contest, offered to all campaigns at one instant, sealed to each named recipient.
//!
//! [`entitlement`] says who may have what and why. [`leave`] says what may leave of each person. The acts take a release
//! from its terms to the certificates of destruction, and [`clockwork`] does what comes by itself.

pub mod advise;
pub mod approve;
mod case;
pub mod certify_destruction;
pub mod check;
pub mod clockwork;
pub mod collect;
pub mod confirm_key;
mod copy;
pub mod destruction_due;
mod download;
mod electorate;
pub mod entitlement;
mod forms;
pub mod lapse;
pub mod leave;
mod may;
mod nouns;
pub mod offer;
pub mod open_release;
mod page;
pub mod parity;
pub mod prepare;
pub mod register_key;
pub mod request;
mod rows;
mod scenery;
pub mod schedule;
pub mod sign_receipt;
mod spool;
pub mod terms;
pub mod withdraw;

use kernel::{Migration, Millis, Part};

pub use copy::{Certificate, Copy, Destruction};
pub use nouns::{
    Advice, Approval, Effect, Made, Offer, RecipientKey, Release, Request, Stop, Terms, WaitingKey,
};

use crate::{
    Subject,
    access::{Office, Standing},
    api::ActSpec,
};

/// Policies of this subject.
pub const PART: Part = Part {
    subject: "disclosure",
    schema: include_str!("policy.cedarschema"),
    policy: include_str!("policy.cedar"),
};

/// This subject has no tables of its own: what it stores grants, and lies among the warrants.
pub const MIGRATION: Migration = Migration { name: "2026-11-23-disclosure", text: "" };

/// The subject, for the list of subjects.
pub const SUBJECT: Subject = Subject {
    part: PART,
    migration: MIGRATION,
    acts: &[
        ActSpec::of::<register_key::RegisterKey>(),
        ActSpec::of::<confirm_key::ConfirmKey>(),
        ActSpec::of::<open_release::OpenRelease>(),
        ActSpec::of::<request::Request>(),
        ActSpec::of::<approve::Approve>(),
        ActSpec::of::<advise::Advise>(),
        ActSpec::of::<schedule::Schedule>(),
        ActSpec::of::<withdraw::Withdraw>(),
        ActSpec::of::<sign_receipt::SignReceipt>(),
        ActSpec::of::<certify_destruction::CertifyDestruction>(),
    ],
    router: forms::router,
};

const HOUR: Millis = 3_600_000;
const DAY: Millis = 24 * HOUR;

/// How many officers approve a release.
pub const APPROVALS: usize = 2;
/// How long the officers have to approve; then it is the scrutineer's to decide.
pub const APPROVE_WITHIN: Millis = 72 * HOUR;
/// How much older than the release an approver's role must be.
pub const ROLE_AGE: Millis = DAY;
/// How long before a release one of its approvers may last have given the other an office.
pub const APPOINTED_WITHIN: Millis = 7 * DAY;
/// How long the data protection officer may stop the clock.
pub const STOP_LIFE: Millis = 72 * HOUR;
/// How long copies may be collected from the common time.
pub const COLLECT_WITHIN: Millis = 14 * DAY;
/// How long a campaign has to destroy its copies once that is demanded, unless it promised an earlier day.
pub const DESTROY_WITHIN: Millis = 14 * DAY;

/// Whether somebody holds an office of the organisation, or is the scrutineer. Whoever belongs to a campaign is on its
/// side, whatever office they hold besides.
pub(crate) fn is_officer(standing: &Standing) -> bool {
    let officers = [
        Office::ReturningOfficer,
        Office::DeputyReturningOfficer,
        Office::DataProtectionOfficer,
        Office::MembershipOfficer,
        Office::Scrutineer,
    ];
    standing.campaign.is_none() && officers.into_iter().any(|o| standing.is(o))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_belongs_to_a_campaign_is_no_officer() {
        let mut standing =
            Standing { offices: ["membership_officer", "organiser"].into(), ..Standing::default() };
        assert!(is_officer(&standing));
        standing.campaign = Some("osgood".to_owned());
        assert!(!is_officer(&standing));
    }
}
