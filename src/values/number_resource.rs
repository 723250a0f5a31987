//! Number resources: the types of number, name and address that are assigned, and how each is written.
//!
//! Every resource has a place in the plan of its type, so that one question (do two overlap?) serves numbers, signalling point
//! codes, network codes and names alike: a telephone number stands at its value, a network code covers every longer code that begins
//! with it, a name stands at the first 62 bits of its SHA-256. Types and their formats are dated rows; who holds what is registered
//! elsewhere.

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{
    Flaw,
    language::Language,
    number_plan::{NumberPermit, is_ever_assignable},
    number_range::{NumberRange, NumberRangeFlaw},
    signalling_point::{InternationalPointCode, NationalPointCode, PointCodeFlaw},
    table::{Table, code_enum},
    text::{TextFlaw, compact},
};

static TYPES: LazyLock<Vec<ResourceType>> = LazyLock::new(read_types);

code_enum! {
    /// How codes of a type are written.
    Notation {
        /// Telephone numbers of one length, one or a range.
        E164 = "e164",
        /// Digits; a shorter code covers the longer ones that begin with it.
        Prefix = "prefix",
        /// A signalling point code as a number.
        Decimal = "decimal",
        /// A signalling point code as zone-area-point.
        PointCode = "q708",
        Hexadecimal = "hex",
        Name = "name",
        /// Assigned by another body or under another permit.
        Elsewhere = "elsewhere",
    }
}

/// A type of resource, as it stood in a time.
#[derive(Debug, Clone)]
pub struct ResourceType {
    /// Stable code, also the name of its plan.
    pub code: &'static str,
    names: [&'static str; 3],
    /// Standard of the format.
    pub standard: &'static str,
    /// Who assigns it.
    pub managed_by: &'static str,
    /// Of a plan nobody must use; no appeal (FOR-2004-02-16-426 § 40).
    pub is_voluntary: bool,
    /// How its codes are written.
    pub notation: Notation,
    lengths: Vec<usize>,
    begins: &'static str,
    /// Sizes of the blocks that are assigned, smallest first.
    pub blocks: Vec<u64>,
    /// The last code that is given, where those behind it belong to nobody.
    pub last: Option<i64>,
    /// Column `object` of the fee table; none where the fee regulation has no row.
    pub fee_object: Option<&'static str>,
    /// What the conditions of its rates ask of the type: name and word.
    pub fee_words: Vec<(&'static str, &'static str)>,
    valid_from: NaiveDate,
    valid_until: Option<NaiveDate>,
}

/// A number, code or name of a type, or a range of numbers: first to last, both inside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Resource {
    lower: i64,
    upper: i64,
    first: String,
    last: String,
}

/// Why a text is not a resource of its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ResourceFlaw {
    #[error(transparent)]
    Text(#[from] TextFlaw),
    #[error(transparent)]
    Number(#[from] NumberRangeFlaw),
    #[error(transparent)]
    Point(#[from] PointCodeFlaw),
    #[error("numbers of this type have another count of digits; check the type and the number")]
    Digits,
    #[error("the code does not have the form of its type; check the type and the code")]
    Form,
    #[error("this type is assigned by another body or with another permit; ask there")]
    Elsewhere,
    #[error(
        "part of this is never assigned: the plan keeps it for emergency calls, for film and tests, or for nobody"
    )]
    NeverAssigned,
    #[error("numbers of this type are given one by one; ask for a single number")]
    Individually,
    #[error(
        "a series is given in whole blocks; begin and end it at a multiple of the smallest block size of the type"
    )]
    Blocks,
}

impl Flaw for ResourceFlaw {
    fn code(&self) -> &'static str {
        match self {
            Self::Text(flaw) => flaw.code(),
            Self::Number(flaw) => flaw.code(),
            Self::Point(flaw) => flaw.code(),
            Self::Digits => "digit-count",
            Self::Form => "form",
            Self::Elsewhere => "assigned-elsewhere",
            Self::NeverAssigned => "never-assigned",
            Self::Individually => "one-by-one",
            Self::Blocks => "whole-blocks",
        }
    }
}

/// Most numbers that are asked for in one range.
pub const MAX_NUMBERS: u64 = 10_000_000;

/// The row of a code for a day; the rows of a code stand in the order of their days.
fn standing<'t>(types: &'t [ResourceType], code: &str, day: NaiveDate) -> Option<&'t ResourceType> {
    let rows = || types.iter().filter(|known| known.code == code);
    rows()
        .find(|known| known.in_force(day))
        .or_else(|| rows().rfind(|known| known.valid_from <= day))
        .or_else(|| rows().next())
}

impl ResourceType {
    /// Every type there is or was.
    pub fn all() -> &'static [ResourceType] {
        &TYPES
    }

    /// The type with this code, whether or not it is in force, as its last row has it: for what is stored and asks for no day.
    pub fn of(code: &str) -> Option<&'static ResourceType> {
        TYPES.iter().rfind(|known| known.code == code)
    }

    /// The type with this code as it stands on `day`: the row in force, else the last that was, else the first there will be.
    pub fn on(code: &str, day: NaiveDate) -> Option<&'static ResourceType> {
        standing(&TYPES, code, day)
    }

    /// Telephone numbers given in series to providers.
    pub fn is_given_in_series(&self) -> bool {
        self.notation == Notation::E164 && self.blocks.first().is_some_and(|size| *size > 1)
    }

    /// The type of telephone numbers with so many digits.
    pub fn of_digits(digits: u8) -> Option<&'static ResourceType> {
        TYPES.iter().find(|known| {
            known.notation == Notation::E164 && known.lengths.contains(&usize::from(digits))
        })
    }

    /// Its name for people.
    pub fn name(&self, language: Language) -> &'static str {
        match language {
            Language::Bokmal => self.names[0],
            Language::Nynorsk => self.names[1],
            Language::English => self.names[2],
        }
    }

    /// Whether its codes are those of signalling points.
    pub const fn is_point_code(&self) -> bool {
        matches!(self.notation, Notation::Decimal | Notation::PointCode)
    }

    /// Whether it could be applied for on `day`.
    pub fn in_force(&self, day: NaiveDate) -> bool {
        self.valid_from <= day && self.valid_until.is_none_or(|until| day < until)
    }

    /// Reads a number, a range, a code or a name of this type, spaces allowed; numbers also with the country code.
    pub fn parse(&self, input: &str) -> Result<Resource, ResourceFlaw> {
        match self.notation {
            Notation::E164 => self.number(input),
            Notation::Prefix => self.prefix(input),
            Notation::Decimal => {
                let code = NationalPointCode::parse(input)?;
                Ok(Resource::single(i64::from(code.number()), code.to_string()))
            }
            Notation::PointCode => {
                let code = international(input)?;
                Ok(Resource::single(i64::from(code.number()), code.to_string()))
            }
            Notation::Hexadecimal => self.hexadecimal(input),
            Notation::Name => self.name_of(input),
            Notation::Elsewhere => Err(ResourceFlaw::Elsewhere),
        }
    }

    /// As [`parse`](Self::parse), and it may be applied for: no part kept for nobody, whole blocks, single numbers where the plan
    /// gives them one by one.
    pub fn parse_assignable(&self, input: &str) -> Result<Resource, ResourceFlaw> {
        let resource = self.parse(input)?;
        if self.last.is_some_and(|last| last < resource.upper) {
            return Err(ResourceFlaw::NeverAssigned);
        }
        let Some(range) = self.number_range(&resource) else { return Ok(resource) };
        if !is_ever_assignable(range) {
            return Err(ResourceFlaw::NeverAssigned);
        }
        let one_by_one = range.plan_row().is_some_and(|row| row.permit == NumberPermit::Individual);
        if one_by_one && range.size() > 1 {
            return Err(ResourceFlaw::Individually);
        }
        let block = i64::try_from(self.blocks.first().copied().unwrap_or(1)).unwrap_or(i64::MAX);
        if resource.lower % block != 0 || (resource.upper + 1) % block != 0 {
            return Err(ResourceFlaw::Blocks);
        }
        Ok(resource)
    }

    /// The range of telephone numbers that a resource of the type is; none for codes and names, which may have the digits
    /// of one.
    pub fn number_range(&self, resource: &Resource) -> Option<NumberRange> {
        if self.notation != Notation::E164 {
            return None;
        }
        NumberRange::new(&resource.first, &resource.last).ok()
    }

    /// The resource from one place to another, for types whose places are written as numbers; `None` for names.
    pub fn at(&self, lower: i64, upper: i64) -> Option<Resource> {
        let text = |place: i64| match self.notation {
            Notation::E164 | Notation::Prefix => {
                Some(format!("{place:0width$}", width = self.longest()))
            }
            Notation::Decimal => Some(place.to_string()),
            Notation::PointCode => Some(zone_area_point(place)),
            Notation::Hexadecimal | Notation::Name | Notation::Elsewhere => None,
        };
        Some(Resource { lower, upper, first: text(lower)?, last: text(upper)? })
    }

    /// First and last place of the plan, for types that are given in order.
    pub fn bounds(&self) -> Option<(i64, i64)> {
        match self.notation {
            Notation::Decimal | Notation::PointCode => Some((0, 0x3FFF)),
            Notation::Prefix if self.lengths.len() == 1 && self.begins.is_empty() => {
                let longest = 10_i64.pow(u32::try_from(self.longest()).ok()?) - 1;
                Some((0, self.last.unwrap_or(longest)))
            }
            _ => None,
        }
    }

    /// How many places lie between two borders of the plan that may be locked apart: the first two digits of eight, the first four
    /// of twelve; `None` where the plan is locked whole.
    pub fn lane(&self) -> Option<i64> {
        match (self.notation, self.longest()) {
            (Notation::E164, 8) => Some(1_000_000),
            (Notation::E164, 12) => Some(100_000_000),
            _ => None,
        }
    }

    fn longest(&self) -> usize {
        self.lengths.iter().copied().max().unwrap_or(0)
    }

    fn number(&self, input: &str) -> Result<Resource, ResourceFlaw> {
        let (first, last) = input.split_once('-').unwrap_or((input, input));
        let range = NumberRange::new(national(first), national(last))?;
        if !self.lengths.contains(&usize::from(range.length())) {
            return Err(ResourceFlaw::Digits);
        }
        let place = |digits: String| digits.parse::<i64>().map_err(|_| ResourceFlaw::Form);
        Ok(Resource {
            lower: place(range.first())?,
            upper: place(range.last())?,
            first: range.first(),
            last: range.last(),
        })
    }

    fn prefix(&self, input: &str) -> Result<Resource, ResourceFlaw> {
        let text = compact(input)?;
        let digits = text.as_str();
        let well_formed = digits.bytes().all(|byte| byte.is_ascii_digit())
            && self.lengths.contains(&digits.len())
            && digits.starts_with(self.begins);
        if !well_formed {
            return Err(ResourceFlaw::Form);
        }
        let missing = u32::try_from(self.longest() - digits.len()).unwrap_or(0);
        let value: i64 = digits.parse().map_err(|_| ResourceFlaw::Form)?;
        let lower = value * 10_i64.pow(missing);
        let upper = lower + 10_i64.pow(missing) - 1;
        Ok(Resource { lower, upper, first: digits.to_owned(), last: digits.to_owned() })
    }

    fn hexadecimal(&self, input: &str) -> Result<Resource, ResourceFlaw> {
        let mut text = compact(input)?;
        text.make_upper_case();
        let digits = text.as_str();
        if !self.lengths.contains(&digits.len()) || !digits.starts_with(self.begins) {
            return Err(ResourceFlaw::Form);
        }
        // the sign a number may carry is no digit
        let plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let value = plain.then(|| i64::from_str_radix(digits, 16).ok()).flatten();
        let value = value.ok_or(ResourceFlaw::Form)?;
        // codes of different lengths are different codes
        let length = i64::try_from(digits.len()).map_err(|_| ResourceFlaw::Form)?;
        Ok(Resource::single(length << 40 | value, digits.to_owned()))
    }

    fn name_of(&self, input: &str) -> Result<Resource, ResourceFlaw> {
        if input.len() > super::text::MAX_INPUT_BYTES {
            return Err(TextFlaw::TooLong.into());
        }
        if input.chars().any(char::is_control) {
            return Err(TextFlaw::ControlCharacter.into());
        }
        let words: Vec<&str> =
            input.split([' ', '\u{a0}']).filter(|word| !word.is_empty()).collect();
        let name = words.join(" ").to_ascii_uppercase();
        if name.is_empty() {
            return Err(TextFlaw::Empty.into());
        }
        if !name.is_ascii() {
            return Err(TextFlaw::LookAlike.into());
        }
        let printable = |c: char| c.is_ascii_alphanumeric() || " '()+,-./:=?".contains(c);
        if name.len() > self.longest()
            || !name.starts_with(self.begins)
            || !name.chars().all(printable)
        {
            return Err(ResourceFlaw::Form);
        }
        let mut first = [0; 8];
        first.copy_from_slice(&Sha256::digest(name.as_bytes())[..8]);
        let place =
            i64::try_from(u64::from_be_bytes(first) >> 2).map_err(|_| ResourceFlaw::Form)?;
        Ok(Resource::single(place, name))
    }
}

impl Resource {
    fn single(place: i64, text: String) -> Self {
        Self { lower: place, upper: place, first: text.clone(), last: text }
    }

    /// First place in the plan of its type.
    pub const fn lower(&self) -> i64 {
        self.lower
    }

    /// Last place, itself inside.
    pub const fn upper(&self) -> i64 {
        self.upper
    }

    /// The first number, or the code.
    pub fn first(&self) -> &str {
        &self.first
    }

    /// The last number, itself inside, or the code again.
    pub fn last(&self) -> &str {
        &self.last
    }

    /// How many numbers; 1 for a code, also for one that covers longer ones.
    pub fn count(&self) -> u64 {
        if self.first == self.last {
            1
        } else {
            u64::try_from(self.upper - self.lower + 1).unwrap_or(1)
        }
    }

    /// Whether the two share a place; of one type only.
    pub const fn overlaps(&self, other: &Self) -> bool {
        self.lower <= other.upper && other.lower <= self.upper
    }
}

/// `22000000-22009999`, or the number or code alone.
impl std::fmt::Display for Resource {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.first)?;
        if self.first != self.last {
            write!(formatter, "-{}", self.last)?;
        }
        Ok(())
    }
}

/// The number without the country code, if it is written with a plus.
fn national(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix("+47").map_or(text, str::trim_start)
}

/// `z-a-s` or the decimal form.
fn international(input: &str) -> Result<InternationalPointCode, PointCodeFlaw> {
    match NationalPointCode::parse(input) {
        Ok(decimal) => InternationalPointCode::parse(&zone_area_point(i64::from(decimal.number()))),
        Err(PointCodeFlaw::Text(flaw)) => Err(flaw.into()),
        Err(_) => InternationalPointCode::parse(input),
    }
}

/// A 14-bit code as zone-area-point (ITU-T Q.708).
pub fn zone_area_point(code: i64) -> String {
    format!("{}-{}-{}", code >> 11, code >> 3 & 0xFF, code & 7)
}

fn read_types() -> Vec<ResourceType> {
    let table = Table::new(include_str!("../data/number_resource_types.tsv"));
    table
        .rows()
        .map(|row| ResourceType {
            code: row.text("code"),
            names: [row.text("name_nb"), row.text("name_nn"), row.text("name")],
            standard: row.text("standard"),
            managed_by: row.text("managed_by"),
            is_voluntary: row.text("plan") == "voluntary",
            notation: row.value("notation").expect("the table holds a notation"),
            lengths: numbers(row.text("lengths")),
            begins: row.text("begins"),
            blocks: numbers(row.text("blocks")),
            last: row.value("last"),
            fee_object: Some(row.text("fee_object")).filter(|object| !object.is_empty()),
            fee_words: row
                .text("fee_words")
                .split(';')
                .filter_map(|it| it.split_once('='))
                .collect(),
            valid_from: row.value("valid_from").expect("the table holds a first day"),
            valid_until: row.value("valid_until"),
        })
        .collect()
}

fn numbers<T: std::str::FromStr>(cell: &str) -> Vec<T> {
    cell.split('|').filter_map(|text| text.parse().ok()).collect()
}

#[cfg(test)]
#[path = "number_resource_tests.rs"]
mod tests;
