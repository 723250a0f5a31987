//! Made-up people, organisations, beacons and licences for `demo` and `seed`: as varied as the real ones, the same for the same
//! seed, and each reached by its number alone, so that any number of threads may make any part in any order.
//!
//! It must not make anything real: national ids are of the Tenor series, organisation numbers of a series never issued, telephone
//! numbers of the range that reaches nobody, families, streets and makers invented; only postal codes exist. It is pure (no clock,
//! no database, no randomness from outside) and decides nothing: what is done with the data is the business of the commands.

mod beacon;
mod draw;
mod licence;
mod name;
mod number;
mod phrases;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use chrono::NaiveDate;

pub use beacon::SyntheticBeacon;
pub use licence::{SyntheticAmateurLicence, SyntheticCase};

use crate::party::model::fold_name;
use crate::values::email_address::EmailAddress;
use crate::values::language::Language;
use crate::values::national_id::NationalId;
use crate::values::organisation_number::OrganisationNumber;
use crate::values::person_name::{OrganisationName, PersonName};
use crate::values::phone_number::PhoneNumber;
use crate::values::postal_address::{AddressText, PostalAddress};
use crate::values::postal_code::{PostalCode, PostalUse};
use draw::{Draw, Subject, shuffled};
use name::FullName;

/// People, beacons and licences below this number differ in national id, beacon code and call sign; above it they repeat.
pub const DISTINCT: u64 = 10_000_000;

/// Organisations below this number differ in organisation number; above it they repeat.
pub const DISTINCT_ORGANISATIONS: u64 = number::ORGANISATIONS;

/// How many telephone numbers Norway keeps unused for film, television and tests: 68 05 00 00 to 68 05 99 99.
const FICTIONAL_PHONES: u64 = 10_000;

/// The step from one number of a person to the next; without a factor in common with [`FICTIONAL_PHONES`], so that a person and
/// all contacts of that person have different numbers.
const PHONE_STEP: u64 = 997;

/// All synthetic data of one seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Synthetic {
    seed: u64,
}

/// A made-up person.
#[derive(Debug, Clone, PartialEq)]
pub struct SyntheticPerson {
    /// Of the Tenor series, one in 36 a D-number; differs for every number below [`DISTINCT`].
    pub national_id: NationalId,
    /// The birth date in the national id, 1934 to 2007.
    pub birth_date: NaiveDate,
    /// Given name and invented family name.
    pub name: PersonName,
    /// An invented street at an existing postal code in Norway.
    pub address: PostalAddress,
    /// Reaches nobody; differs for 10,000 people in a row.
    pub phone: PhoneNumber,
    /// At `example.no`, from the name; differs for every number.
    pub email: EmailAddress,
    /// Language of letters.
    pub language: Language,
}

/// A made-up organisation.
#[derive(Debug, Clone, PartialEq)]
pub struct SyntheticOrganisation {
    /// Begins with 3, as no issued number does; differs for every number below [`DISTINCT_ORGANISATIONS`].
    pub number: OrganisationNumber,
    /// Invented place, trade and legal form.
    pub name: OrganisationName,
    /// An invented street at an existing postal code in Norway.
    pub address: PostalAddress,
    /// Reaches nobody.
    pub phone: PhoneNumber,
    /// At `example.no`, from the name; differs for every number.
    pub email: EmailAddress,
    /// Language of letters.
    pub language: Language,
}

/// A made-up emergency contact of a person.
#[derive(Debug, Clone, PartialEq)]
pub struct SyntheticContact {
    /// Given name and invented family name; kin often have the holder's.
    pub name: PersonName,
    /// Another number than the holder's and than those of the holder's other contacts.
    pub phone: PhoneNumber,
    /// A second number, for some.
    pub alternative_phone: Option<PhoneNumber>,
    /// Language the contact speaks, mostly the holder's.
    pub language: Language,
    /// What the contact is to the holder, in the holder's language.
    pub relation: &'static str,
    /// When the contact can be reached, in the holder's language; for some.
    pub availability: Option<&'static str>,
}

impl Synthetic {
    /// The data of this seed.
    pub const fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// Person number `i`.
    pub fn person(self, i: u64) -> SyntheticPerson {
        let mut draw = self.draw(Subject::Person, i);
        let place = shuffled(self.seed, Subject::NationalId, i, number::NATIONAL_IDS);
        let is_foreign = name::is_newcomer(self.draw(Subject::Name, i)) && draw.one_in(5);
        let (birth_date, national_id) = number::national_id(place, is_foreign);
        let name = self.name(i).whole();
        SyntheticPerson {
            national_id,
            birth_date,
            address: address(&mut draw),
            phone: self.phone(Subject::PersonPhone, i, 0),
            email: email(name.as_str(), i),
            name,
            language: self.language(i),
        }
    }

    /// Organisation number `i`.
    pub fn organisation(self, i: u64) -> SyntheticOrganisation {
        let mut draw = self.draw(Subject::Organisation, i);
        let place = shuffled(self.seed, Subject::OrganisationNumber, i, number::ORGANISATIONS);
        let name = name::organisation(&mut draw);
        SyntheticOrganisation {
            number: number::organisation(place),
            address: address(&mut draw),
            phone: self.phone(Subject::OrganisationPhone, i, 0),
            email: email(name.as_str(), i),
            name,
            language: if draw.one_in(6) { Language::Nynorsk } else { Language::Bokmal },
        }
    }

    /// Emergency contact `n` of person `i`, counted from 0. The first seven differ in their telephone numbers.
    pub fn contact(self, i: u64, n: u64) -> SyntheticContact {
        let mut draw = self.draw(Subject::Contact, (i << 4) | (n & 0xF));
        let language = self.language(i);
        let (is_kin, relation) = *draw.pick(&phrases::RELATIONS);
        let mut name = FullName::drawn(&mut draw);
        if is_kin && !draw.one_in(3) {
            name = name.in_family_of(self.name(i));
        }
        SyntheticContact {
            name: name.whole(),
            phone: self.phone(Subject::PersonPhone, i, 1 + 2 * n),
            alternative_phone: draw
                .one_in(3)
                .then(|| self.phone(Subject::PersonPhone, i, 2 + 2 * n)),
            language: if draw.one_in(12) { Language::English } else { language },
            relation: phrases::said(&relation, language),
            availability: draw
                .one_in(2)
                .then(|| phrases::said(draw.pick(&phrases::AVAILABILITIES), language)),
        }
    }

    /// The language of person `i`: Bokmål, every eighth Nynorsk, English for some who have come lately.
    fn language(self, i: u64) -> Language {
        let mut draw = self.draw(Subject::Language, i);
        let english_in = if name::is_newcomer(self.draw(Subject::Name, i)) { 2 } else { 60 };
        if draw.one_in(english_in) {
            Language::English
        } else if draw.one_in(8) {
            Language::Nynorsk
        } else {
            Language::Bokmal
        }
    }

    /// The name of person `i`.
    fn name(self, i: u64) -> FullName {
        FullName::drawn(&mut self.draw(Subject::Name, i))
    }

    /// Telephone number `k` of person or organisation `i`.
    fn phone(self, subject: Subject, i: u64, k: u64) -> PhoneNumber {
        let first = shuffled(self.seed, subject, i, FICTIONAL_PHONES);
        let place = (first + k * PHONE_STEP) % FICTIONAL_PHONES;
        PhoneNumber::parse(&format!("6805{place:04}")).expect("the range is of the numbering plan")
    }

    fn draw(self, subject: Subject, index: u64) -> Draw {
        Draw::new(self.seed, subject, index)
    }
}

/// Postal codes with streets.
static POSTAL_CODES: LazyLock<Vec<PostalCode>> = LazyLock::new(|| {
    (0..=9999)
        .filter_map(|code| PostalCode::parse(&format!("{code:04}")).ok()?.place().ok())
        .filter(|place| {
            matches!(place.use_of_code, PostalUse::Streets | PostalUse::StreetsAndPostBoxes)
        })
        .map(|place| place.code)
        .collect()
});

/// An invented street with a number, sometimes a dwelling, at an existing postal code.
fn address(draw: &mut Draw) -> PostalAddress {
    let mut street = format!("{} {}", name::street(draw), 1 + draw.below(98));
    if draw.one_in(5) {
        street.push(*draw.pick(&['A', 'B', 'C', 'D']));
    }
    let mut lines = vec![street];
    if draw.one_in(12) {
        lines.push(format!("H{:02}{:02}", 1 + draw.below(6), 1 + draw.below(4)));
    }
    let text = AddressText {
        lines,
        postal_code: Some(draw.pick(&POSTAL_CODES).to_string()),
        ..AddressText::default()
    };
    PostalAddress::parse(&text).expect("the postal code comes from the register")
}

/// An address at the domain that Norway keeps for examples; the number keeps namesakes apart.
fn email(name: &str, i: u64) -> EmailAddress {
    let local = fold_name(name).replace(' ', ".");
    EmailAddress::parse(&format!("{local}.{i}@example.no")).expect("folded names are ASCII")
}
