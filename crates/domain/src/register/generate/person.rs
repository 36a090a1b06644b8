//! Households and the people in them.

use std::fmt::Write;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::names::{AFFILIATES, MEN_TITLES, NAMES, Names, WOMEN_TITLES};
use super::places::{ABROAD, HOUSES, PARTS, PLACES, STREETS, WAYS};
use super::{AS_OF, Dice};

/// All that a register in the making must remember: chance, and the numbers given out.
pub(super) struct Town {
    dice: Dice,
    people: u64,
    names: u64,
    places: u64,
}

/// What the people at one address have in common.
struct Address {
    /// Columns from the first address line to the branch, separated and ready.
    columns: String,
    abroad: bool,
    landline: String,
}

/// One person, on the way to a line.
struct Person {
    given: &'static str,
    family: String,
    title: &'static str,
    born: Date,
}

impl Town {
    pub(super) fn new(seed: u64) -> Self {
        let names = NAMES.iter().map(|names| names.share).sum();
        let places = PLACES.iter().map(|(_, _, members)| members).sum();
        Town { dice: Dice(seed), people: 0, names, places }
    }

    /// Write the members of one household, at most `most`, and say how many.
    pub(super) fn household(&mut self, most: u64, lines: &mut String) -> u64 {
        let size = match self.dice.below(1000) {
            0..820 => 1,
            820..965 => 2,
            965..995 => 3,
            _ => 4,
        };
        let names = self.culture();
        let family = self.dice.pick(names.families);
        let eldest = 18 + self.dice.below(35) + self.dice.below(36);
        let address = self.address();
        let mut email = String::new();
        for place in 0..size.min(most) {
            let age = match place {
                0 => eldest,
                1 => (eldest + 5).saturating_sub(self.dice.below(11)).max(18),
                _ => (eldest.saturating_sub(22 + self.dice.below(12))).max(16),
            };
            let person = self.person(names, family, age);
            self.line(&person, &address, &mut email, lines);
        }
        size.min(most)
    }

    fn culture(&mut self) -> &'static Names {
        let mut at = self.dice.below(self.names);
        for names in NAMES {
            match at.checked_sub(names.share) {
                Some(rest) => at = rest,
                None => return names,
            }
        }
        &NAMES[0]
    }

    fn person(&mut self, names: &Names, family: &str, age: u64) -> Person {
        let woman = self.dice.chance(4900);
        let own = self.dice.pick(names.families);
        let family = match self.dice.below(100) {
            0..75 => family.to_owned(),
            75..80 if !family.contains(['-', ' ']) && !own.contains(['-', ' ']) => format!("{family}-{own}"),
            _ => own.to_owned(),
        };
        let days = (age * 1461 / 4 + self.dice.below(360) + 3) as i64;
        let born = AS_OF.checked_sub(days.days()).unwrap_or(date(1960, 1, 1));
        let (given, titles) = if woman { (names.women, WOMEN_TITLES) } else { (names.men, MEN_TITLES) };
        Person { given: self.dice.pick(given), family, title: self.dice.pick(titles), born }
    }

    fn address(&mut self) -> Address {
        if self.dice.chance(70) {
            let (street, town, code, country) = self.dice.pick(ABROAD);
            let columns = format!("{street},,,{town},{code},{country},,,International");
            return Address { columns, abroad: true, landline: String::new() };
        }
        let mut at = self.dice.below(self.places);
        let mut place = 0;
        while at >= PLACES[place].2 {
            at -= PLACES[place].2;
            place += 1;
        }
        let (area, town, members) = PLACES[place];
        // a big place has many seats, and the first of them the most members
        let seats = (members * 3 / 4).clamp(1, PARTS.len() as u64);
        let seat = self.dice.below(seats).min(self.dice.below(seats + 3)) as usize;
        let district = 1 + seat as u64 % 9;
        let letters = b"ABDEFGHJLNPQRSTUWXYZ";
        let unit = [self.dice.pick(letters), self.dice.pick(letters)].map(char::from);
        let postcode = format!("{area}{district} {}{}{}", self.dice.below(10), unit[0], unit[1]);
        let street = format!("{} {}", self.dice.pick(STREETS), self.dice.pick(WAYS));
        let longest = 1 + self.dice.below(180);
        let number = 1 + self.dice.below(longest);
        let lines = match self.dice.below(100) {
            0..12 => format!("Flat {},{number} {street},", 1 + self.dice.below(40)),
            12..15 => format!("{},{street},", self.dice.pick(HOUSES)),
            15..20 => format!("{number}{} {street},,", self.dice.pick(&["a", "b", "c"])),
            _ => format!("{number} {street},,"),
        };
        let seat_name = format!("{} {}", quarter(area, town), PARTS[seat]);
        let code = format!("E149{:03}{:02}", place, seat);
        let landline = if self.dice.chance(3300) { self.landline() } else { String::new() };
        let columns = format!("{lines},{town},{postcode},United Kingdom,{code},{seat_name},{seat_name} CLP");
        Address { columns, abroad: false, landline }
    }

    /// A number that Ofcom keeps for drama.
    fn landline(&mut self) -> String {
        let block = self.dice.pick(&["020 7946 0", "01632 960", "0113 496 0", "0161 496 0", "029 2018 0"]);
        format!("{block}{:03}", self.dice.below(1000))
    }

    /// One person's line. `shared` is the household's first mailbox.
    fn line(&mut self, person: &Person, address: &Address, shared: &mut String, lines: &mut String) {
        self.people += 1;
        let (class, letter) = match self.dice.below(100) {
            0..70 => ("member", 'M'),
            70..98 => ("affiliated", 'A'),
            _ => ("registered", 'R'),
        };
        let member = class == "member";
        let affiliate = if class == "affiliated" { self.dice.pick(AFFILIATES) } else { "" };
        let born = if self.dice.chance(if member { 660 } else { 2150 }) {
            String::new()
        } else {
            person.born.to_string()
        };
        let email = self.email(person, member, shared);
        let mobile = match self.dice.below(100) {
            0..24 => String::new(),
            24..60 if !address.abroad => format!("07700 900{:03}", self.dice.below(1000)),
            _ => format!("+447700900{:03}", self.dice.below(1000)),
        };
        let landline = if self.dice.chance(9000) { address.landline.as_str() } else { "" };
        let joined = self.joined(class, person.born);
        let (status, arrears) = if member { self.standing() } else { ("active", 0) };
        let tps =
            (!landline.is_empty() && self.dice.chance(5600)) || (!mobile.is_empty() && self.dice.chance(560));
        let mut flag = |in_ten_thousand| u8::from(self.dice.chance(in_ten_thousand));
        let wishes = [flag(1100), flag(700), flag(400), flag(1500)];
        let (objects, protected) = (flag(40), flag(5));
        let number = 1_000_000 + self.people * 3 + self.people % 2;
        // writing to a String cannot fail
        let _ = writeln!(
            lines,
            "{letter}{number},{class},{affiliate},{},{},{},,{born},{},{email},{mobile},{landline},{joined},{status},\
             {arrears},{},{},{},{},{},{objects},{protected}",
            person.title,
            person.given,
            person.family,
            address.columns,
            wishes[0],
            wishes[1],
            wishes[2],
            wishes[3],
            u8::from(tps),
        );
    }

    fn email(&mut self, person: &Person, member: bool, shared: &mut String) -> String {
        if self.dice.chance(if member { 900 } else { 3000 }) {
            return String::new();
        }
        if !shared.is_empty() && self.dice.chance(800) {
            return shared.clone();
        }
        let host = self.dice.pick(&["mail", "post", "inbox", "home"]);
        let (given, family) = (plain(person.given), plain(&person.family));
        let email = match self.dice.below(3) {
            0 => format!("{given}.{family}{}@{host}.example.org", self.people),
            1 => format!("{}{family}{}@{host}.example.org", given.get(..1).unwrap_or_default(), self.people),
            _ => format!("{family}_{}@{host}.example.org", self.people),
        };
        if shared.is_empty() {
            shared.clone_from(&email);
        }
        email
    }

    /// When somebody joined: registered supporters in a few days, others over the years since they were sixteen.
    fn joined(&mut self, class: &str, born: Date) -> Date {
        let days_ago = match class {
            "registered" => 20 + self.dice.below(3),
            _ if self.dice.chance(1500) => self.dice.below(60),
            _ => self.dice.below(365 * 8) + self.dice.below(365 * 8),
        };
        let joined = AS_OF.checked_sub((days_ago as i64).days()).unwrap_or(AS_OF);
        let earliest = born.checked_add(14.years()).unwrap_or(AS_OF);
        joined.max(earliest).min(AS_OF)
    }

    fn standing(&mut self) -> (&'static str, u64) {
        match self.dice.below(1000) {
            0..60 => ("in_arrears", 1 + self.dice.below(5)),
            60..75 => ("lapsed", 6 + self.dice.below(12)),
            75..83 => ("resigned", 0),
            83..89 => ("deceased", 0),
            89..93 => ("suspended", 0),
            93..95 => ("expelled", 0),
            95..100 => ("pending", 0),
            _ => ("active", 0),
        }
    }
}

/// What the seats of a postcode area are called: London has several areas.
fn quarter(area: &str, town: &'static str) -> &'static str {
    match area {
        "E" => "East London",
        "N" => "North London",
        "NW" => "North West London",
        "SE" => "South East London",
        "SW" => "South West London",
        "W" => "West London",
        _ => town,
    }
}

/// A name's letters without their marks, in lower case, for an e-mail address.
fn plain(name: &str) -> String {
    let letters = name.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    let ascii = letters.filter_map(|c| match c {
        'ł' => Some('l'),
        'ø' => Some('o'),
        'ß' => Some('s'),
        'ı' => Some('i'),
        'đ' => Some('d'),
        c => c.is_ascii_lowercase().then_some(c),
    });
    ascii.collect()
}
