//! Who is who in the demo. Everyone is made up; the addresses lead nowhere (RFC 2606).

use domain::access::Office;

/// Somebody in the demo.
pub struct Part {
    /// What they are, in words.
    pub role: &'static str,
    /// What they are called.
    pub name: &'static str,
    /// Where they sign in.
    pub email: &'static str,
    /// Their office.
    pub office: Office,
    /// Their campaign.
    pub campaign: Option<&'static str>,
    /// What to try as them; nothing for those who get no printed link.
    pub try_this: &'static str,
}

/// A candidate and campaign.
pub struct Campaign {
    /// Its id.
    pub id: &'static str,
    /// The name on the ballot paper.
    pub candidate: &'static str,
    /// The campaign's name.
    pub name: &'static str,
}

/// The three who stand.
pub const CAMPAIGNS: &[Campaign] = &[
    Campaign { id: "rahman", candidate: "Amina Rahman", name: "Rahman for Leader" },
    Campaign { id: "osgood", candidate: "Peter Osgood", name: "Osgood for Leader" },
    Campaign { id: "lindqvist", candidate: "Karin Lindqvist", name: "Lindqvist for Leader" },
];

/// The contest's id.
pub const CONTEST: &str = "leader";
/// The contest's name.
pub const CONTEST_NAME: &str = "Leadership contest";

/// The returning officer's address: the first to be enrolled, who enrols everybody else.
pub const RETURNING_OFFICER: &str = "returning.officer@example.org";
/// The membership officer's address: whoever imports from the command line.
pub const MEMBERSHIP_OFFICER: &str = "membership@example.org";
/// The deputy's address.
pub const DEPUTY: &str = "deputy@example.org";
/// The data protection officer's address.
pub const DATA_PROTECTION_OFFICER: &str = "dpo@example.org";
/// The scrutineer's address.
pub const SCRUTINEER: &str = "scrutineer@example.net";

/// Everybody, in the order in which their links are printed.
pub const CAST: &[Part] = &[
    Part {
        role: "Returning officer",
        name: "Margaret Osei",
        email: RETURNING_OFFICER,
        office: Office::ReturningOfficer,
        campaign: None,
        try_this: "See the contest and its stages; on its release page, approve the terms. You are one of the two who must.",
    },
    Part {
        role: "Deputy returning officer",
        name: "Daniel Kwok",
        email: DEPUTY,
        office: Office::DeputyReturningOfficer,
        campaign: None,
        try_this: "Approve the same terms as the second person, then set the one time for all campaigns, a minute from now.",
    },
    Part {
        role: "Data protection officer",
        name: "Ffion Parry",
        email: DATA_PROTECTION_OFFICER,
        office: Office::DataProtectionOfficer,
        campaign: None,
        try_this: "Advise on the release, on record. You decide nothing, but you can stop the clock for up to three days.",
    },
    Part {
        role: "Membership officer",
        name: "Graham Whitlock",
        email: MEMBERSHIP_OFFICER,
        office: Office::MembershipOfficer,
        campaign: None,
        try_this: "Import a file twice: the second time nothing changes, and every line is accounted for.",
    },
    Part {
        role: "Candidate, Rahman for Leader",
        name: "Amina Rahman",
        email: "amina@rahman.example.org",
        office: Office::Candidate,
        campaign: Some("rahman"),
        try_this: "Read the data agreement that you signed; confirm your head of compliance's key.",
    },
    Part {
        role: "Head of compliance, Rahman for Leader",
        name: "Tom Ellery",
        email: "compliance@rahman.example.org",
        office: Office::HeadOfCompliance,
        campaign: Some("rahman"),
        try_this: "Register a key on the release page, ask for the list, and collect it once it is offered. Nothing is asked for yet.",
    },
    Part {
        role: "Head of compliance, Osgood for Leader (a rival)",
        name: "Priya Nair",
        email: "compliance@osgood.example.org",
        office: Office::HeadOfCompliance,
        campaign: Some("osgood"),
        try_this: "Your key and your request are in place: collect your list at the common time. You see nothing of Rahman's.",
    },
    Part {
        role: "Member",
        name: "Joan Whitaker",
        email: "joan@example.org",
        office: Office::Member,
        campaign: None,
        try_this: "Look for what others may see. An ordinary member sees their own things and nobody else's.",
    },
    Part {
        role: "Scrutineer",
        name: "Ruth Adeyemi",
        email: SCRUTINEER,
        office: Office::Scrutineer,
        campaign: None,
        try_this: "Read the whole record book, and check that no line is missing or changed. What officers let lapse is yours.",
    },
    Part {
        role: "Candidate, Osgood for Leader",
        name: "Peter Osgood",
        email: "peter@osgood.example.org",
        office: Office::Candidate,
        campaign: Some("osgood"),
        try_this: "",
    },
    Part {
        role: "Candidate, Lindqvist for Leader",
        name: "Karin Lindqvist",
        email: "karin@lindqvist.example.org",
        office: Office::Candidate,
        campaign: Some("lindqvist"),
        try_this: "",
    },
    Part {
        role: "Head of compliance, Lindqvist for Leader",
        name: "Owen Bright",
        email: "compliance@lindqvist.example.org",
        office: Office::HeadOfCompliance,
        campaign: Some("lindqvist"),
        try_this: "",
    },
];
