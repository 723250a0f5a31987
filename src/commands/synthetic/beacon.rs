//! Made-up personal locator beacons with their programmed codes and use.
//!
//! It must not make the code of a real beacon: makers and models are invented, and type approval numbers lie from 930 to 1020,
//! above those given to models (the return-link series keeps x920 and above from models, C/S T.001 Annex A).

use chrono::{Months, NaiveDate};

use super::draw::{Draw, Subject, shuffled};
use super::{Synthetic, name, phrases};
use crate::values::beacon_id::{BeaconId, Code, Homer, NORWAY, Programming, Protocol, encode};
use crate::values::call_sign::CallSign;
use crate::values::call_sign_series::{SeriesKind, series};
use crate::values::language::Language;

/// The first month in which a battery expires; the last is ten years less a month later.
const FIRST_EXPIRY: NaiveDate = NaiveDate::from_ymd_opt(2025, 1, 1).expect("a date");
const EXPIRY_MONTHS: u64 = 120;

/// Serial numbers of a type approval, from 1: 20 bits in the serial user protocol, 14 in standard location (C/S T.001 Annex A).
const USER_SERIALS: u64 = 0xF_FFFF;
const LOCATION_SERIALS: u64 = 0x3FFF;

/// A made-up beacon of a person.
#[derive(Debug, Clone, PartialEq)]
pub struct SyntheticBeacon {
    /// Invented maker.
    pub manufacturer: &'static str,
    /// Invented model.
    pub model: &'static str,
    /// Serial number in the code: 1-1048575, or 1-16383 in a standard location code.
    pub serial: u32,
    /// Type approval number in the code, 930-1020.
    pub type_approval: u32,
    /// Serial user or standard location.
    pub protocol: Protocol,
    /// The programmed code, of country 257, 258 or 259; differs for every number below [`super::DISTINCT`].
    pub code: BeaconId,
    /// Of the test series for beacons; differs for every number below [`super::DISTINCT`].
    pub call_sign: CallSign,
    /// Colour of the beacon, in the holder's language.
    pub colour: &'static str,
    /// The first of a month from 2025 to 2034.
    pub battery_expiry: NaiveDate,
    /// What it is used for, in the holder's language.
    pub usage: &'static str,
    /// The craft it is carried on, where the use has one, in the holder's language.
    pub craft: Option<String>,
    /// Usual number of persons, 1-12.
    pub persons: u16,
    /// For the rescue centre, in the holder's language; for some.
    pub notes: Option<&'static str>,
}

/// An invented model.
struct Model {
    manufacturer: &'static str,
    name: &'static str,
    protocol: Protocol,
    /// Type approvals of the model, one after another.
    first_type_approval: u16,
    type_approvals: u16,
}

/// Standard location codes have few serial numbers, so those models have more type approvals: each model must hold its share of
/// [`super::DISTINCT`] beacons.
static MODELS: [Model; 8] = [
    Model::user("Havblikk", "Fjell 2", 930),
    Model::user("Havblikk", "Fjell 3", 931),
    Model::user("Tindvakt", "Lomme", 932),
    Model::user("Polarsignal", "PS-1", 933),
    Model::user("Skodde Marine", "Vest 406", 934),
    Model::location("Polarsignal", "PS-2 GNSS", 940),
    Model::location("Tindvakt", "Lomme Pos", 967),
    Model::location("Skodde Marine", "Vest 406 GNSS", 994),
];

impl Model {
    const fn user(manufacturer: &'static str, name: &'static str, type_approval: u16) -> Self {
        Self {
            manufacturer,
            name,
            protocol: Protocol::SerialUserPlb,
            first_type_approval: type_approval,
            type_approvals: 1,
        }
    }

    const fn location(manufacturer: &'static str, name: &'static str, first: u16) -> Self {
        Self {
            manufacturer,
            name,
            protocol: Protocol::StandardLocationPlb,
            first_type_approval: first,
            type_approvals: 27,
        }
    }

    const fn serials(&self) -> u64 {
        match self.protocol {
            Protocol::StandardLocationPlb => LOCATION_SERIALS,
            _ => USER_SERIALS,
        }
    }

    /// How many codes the model has.
    const fn codes(&self) -> u64 {
        NORWAY.len() as u64 * self.type_approvals as u64 * self.serials()
    }

    /// Serial number, type approval and code at a place below [`Self::codes`].
    fn programmed(&self, place: u64) -> (u32, u16, BeaconId) {
        let fits = "the place is one of the model";
        let serial = u32::try_from(1 + place % self.serials()).expect(fits);
        let rest = u16::try_from(place / self.serials()).expect(fits);
        let tac = self.first_type_approval + rest % self.type_approvals;
        let code = match self.protocol {
            Protocol::StandardLocationPlb => {
                Code::StandardLocationPlb { tac, serial: u16::try_from(serial).expect(fits) }
            }
            _ => Code::SerialUserPlb { serial, tac: Some(tac) },
        };
        let country = NORWAY[usize::from(rest / self.type_approvals)];
        let code = encode(&Programming { country, code, homer: Homer::Mhz121 })
            .expect("numbers are in the ranges of the protocol");
        (serial, tac, code)
    }
}

impl Synthetic {
    /// The beacon of person `i`, already programmed.
    pub fn beacon(self, i: u64) -> SyntheticBeacon {
        let mut draw = self.draw(Subject::Beacon, i);
        let language = self.language(i);
        let (model, place) = self.model(i);
        let (serial, type_approval, code) = model.programmed(place);
        let activity = draw.pick(&phrases::ACTIVITIES);
        SyntheticBeacon {
            manufacturer: model.manufacturer,
            model: model.name,
            serial,
            type_approval: type_approval.into(),
            protocol: model.protocol,
            code,
            call_sign: test_call_sign(SeriesKind::TestPlb, i),
            colour: phrases::said(draw.pick(&phrases::COLOURS), language),
            battery_expiry: battery_expiry(&mut draw),
            usage: phrases::said(&activity.text, language),
            craft: activity.craft.as_ref().map(|craft| described(&mut draw, craft, language)),
            persons: persons(&mut draw, activity.persons),
            notes: draw.one_in(3).then(|| phrases::said(draw.pick(&phrases::NOTES), language)),
        }
    }

    /// The model of beacon `i`, and the beacon's place among the codes of the model. Of eight beacons in a row each is of another
    /// model, in an order of their own, so each model counts its beacons without gaps.
    fn model(self, i: u64) -> (&'static Model, u64) {
        let count = MODELS.len() as u64;
        let row = i / count;
        let turn = (i + self.draw(Subject::BeaconModel, row).below(count)) % count;
        let model = &MODELS[usize::try_from(turn).expect("an index of the models")];
        let seed_of_model = self.seed.wrapping_add(turn);
        (model, shuffled(seed_of_model, Subject::BeaconCode, row, model.codes()))
    }
}

/// Sign number `i` of a test series, beginning anew past its end.
pub(super) fn test_call_sign(kind: SeriesKind, i: u64) -> CallSign {
    let order = series(kind).order().expect("test series have an order");
    order.nth(i % order.size()).expect("the place is inside the series")
}

fn battery_expiry(draw: &mut Draw) -> NaiveDate {
    let months = u32::try_from(draw.below(EXPIRY_MONTHS)).expect("a few months");
    FIRST_EXPIRY + Months::new(months)
}

/// Kind, name and colour of a craft, as in "Sailing boat «Morild», white".
fn described(draw: &mut Draw, craft: &phrases::Said, language: Language) -> String {
    let kind = phrases::said(craft, language);
    let colour = phrases::said(draw.pick(&phrases::COLOURS), language);
    format!("{kind} «{}», {colour}", name::craft(draw))
}

fn persons(draw: &mut Draw, most: u64) -> u16 {
    u16::try_from(1 + draw.below(most)).expect("a small number")
}

#[cfg(test)]
mod tests {
    use super::super::DISTINCT;
    use super::*;

    #[test]
    fn every_model_holds_its_share_of_distinct_beacons() {
        for model in &MODELS {
            assert!(model.codes() >= DISTINCT / MODELS.len() as u64, "{}", model.name);
        }
    }

    #[test]
    fn no_two_models_share_a_type_approval_and_none_leaves_the_range() {
        let mut all: Vec<u16> = MODELS
            .iter()
            .flat_map(|model| {
                let first = model.first_type_approval;
                first..first + model.type_approvals
            })
            .collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
        assert!(all.iter().all(|number| (930..=1020).contains(number)));
    }

    #[test]
    fn the_ends_of_every_model_can_be_coded() {
        for model in &MODELS {
            let (serial, tac, first) = model.programmed(0);
            assert_eq!((serial, tac), (1, model.first_type_approval));
            assert_eq!(first.country(), 257);
            let (serial, tac, last) = model.programmed(model.codes() - 1);
            assert_eq!(u64::from(serial), model.serials());
            assert_eq!(tac, model.first_type_approval + model.type_approvals - 1);
            assert_eq!(last.country(), 259);
        }
    }
}
