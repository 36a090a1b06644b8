//! Places to live: real towns with their postcode areas, invented seats, streets and houses.

/// Places: postcode area, post town, and roughly how many members live there.
#[rustfmt::skip] // filled lines, not one word a line
pub(super) const PLACES: &[(&str, &str, u64)] = &[
    ("AB", "Aberdeen", 4), ("B", "Birmingham", 16), ("BA", "Bath", 5), ("BD", "Bradford", 7),
    ("BN", "Brighton", 16), ("BS", "Bristol", 16), ("BT", "Belfast", 1), ("CA", "Carlisle", 3),
    ("CB", "Cambridge", 10), ("CF", "Cardiff", 11), ("CR", "Croydon", 8), ("CV", "Coventry", 6),
    ("DD", "Dundee", 3), ("DE", "Derby", 5), ("DH", "Durham", 5), ("E", "London", 22),
    ("EH", "Edinburgh", 9), ("EX", "Exeter", 6), ("G", "Glasgow", 9), ("GL", "Gloucester", 4),
    ("HU", "Hull", 4), ("IP", "Ipswich", 4), ("L", "Liverpool", 16), ("LA", "Lancaster", 4),
    ("LE", "Leicester", 7), ("LL", "Llandudno", 3), ("LN", "Lincoln", 3), ("LS", "Leeds", 13),
    ("LU", "Luton", 4), ("M", "Manchester", 18), ("MK", "Milton Keynes", 5), ("N", "London", 22),
    ("NE", "Newcastle upon Tyne", 11), ("NG", "Nottingham", 9), ("NN", "Northampton", 4),
    ("NP", "Newport", 4), ("NR", "Norwich", 6), ("NW", "London", 15), ("OX", "Oxford", 9),
    ("PL", "Plymouth", 5), ("PO", "Portsmouth", 5), ("PR", "Preston", 5), ("RG", "Reading", 6),
    ("S", "Sheffield", 12), ("SA", "Swansea", 5), ("SE", "London", 22), ("SO", "Southampton", 5),
    ("SR", "Sunderland", 4), ("ST", "Stoke-on-Trent", 4), ("SW", "London", 16), ("TR", "Truro", 4),
    ("TS", "Middlesbrough", 4), ("W", "London", 11), ("WV", "Wolverhampton", 4), ("YO", "York", 7),
];

/// The parts that a place's seats are named after. None of the seats exists under this name and code.
#[rustfmt::skip] // filled lines, not one word a line
pub(super) const PARTS: &[&str] = &[
    "Abbeyfields", "Brickfields", "Castlegate", "Docklands", "Eastmoor", "Foundry", "Greenhithe", "Harbour",
    "Ironbridge", "Kilnhouse", "Lockside", "Millbank",
];

#[rustfmt::skip] // filled lines, not one word a line
pub(super) const STREETS: &[&str] = &[
    "Lamplighters", "Cordwainer", "Wheatsheaf", "Kingfisher", "Tannery", "Foundry", "Signal", "Orchard",
    "Bramble", "Hawthorn", "Rowan", "Juniper", "Clockmaker's", "Weavers", "Ropewalk", "Old Brewery",
    "Marigold", "Skylark", "Larkspur", "Copperfield", "Wagtail", "Quarryman's", "Lantern", "Thistledown",
    "Mulberry", "Cobbler's", "Ferryman's", "Dovecote", "Saltmarsh", "Bellfounders",
];

pub(super) const WAYS: &[&str] = &[
    "Road", "Street", "Avenue", "Close", "Lane", "Drive", "Crescent", "Terrace", "Gardens", "Court", "Row",
    "Walk",
];

pub(super) const HOUSES: &[&str] =
    &["Rose Cottage", "The Old School", "Bryn Awel", "Tŷ Gwyn", "Mill House", "Y Bwthyn", "Taigh Mòr"];

/// Address line, town, code and country of members who live abroad.
pub(super) const ABROAD: &[(&str, &str, &str, &str)] = &[
    ("12 rue des Lilas Inventés", "Lyon", "69003", "France"),
    ("Calle de la Farola 7", "Málaga", "29001", "Spain"),
    ("4 Lamplighter View", "Galway", "H91 X0X0", "Ireland"),
    ("Laternenstraße 18", "Köln", "50667", "Germany"),
    ("21 Kookaburra Rise", "Fremantle WA", "6160", "Australia"),
    ("ul. Latarników 9", "Łódź", "90-001", "Poland"),
];
