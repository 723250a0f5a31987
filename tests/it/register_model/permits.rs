//! Permits that have no call sign, in the model: number series and spectrum licences of organisations,
//! whose names the law makes public, and nets of persons, of whom nothing may be shown. It knows what the
//! public lists must have of them, and asks nothing of the register's own code.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{
    Dice,
    surfaces::{Lists, PERMITS, RANGES},
};
use crate::{
    kinds::{numbering, shared::act, spectrum, transmitter},
    support::{TestApp, Who},
};

/// Series of 1,000 numbers that may be had, from the free range of the list.
const SERIES: u64 = 40;
/// Blocks of 10 MHz that may be had.
const BLOCKS: u64 = 40;
/// Channels of a net that may be had.
const NETS: u64 = 12;
/// Organisations and persons who have them; far from those who have call signs.
const HOLDERS: u64 = 7;
const FIRST_PERSON: u64 = 500_000;

/// What is held: its holder's number and its permit's address.
type Held = BTreeMap<u64, (u64, String)>;

/// What is held now.
#[derive(Debug, Default)]
pub struct Permits {
    series: Held,
    licences: Held,
    nets: Held,
}

fn series(slot: u64) -> (String, String) {
    let first = 21_100_000 + slot * 1_000;
    (first.to_string(), (first + 999).to_string())
}

fn lower_hz(slot: u64) -> u64 {
    (24_000 + slot * 10) * 1_000_000
}

fn channel(slot: u64) -> u64 {
    160_006_250 + slot * 100_000
}

fn path(id: &str) -> String {
    format!("/v1/permits/{id}")
}

impl Permits {
    /// One of them is granted, or given up where it is held already; answers the list it is in.
    pub async fn step(&mut self, app: &TestApp, dice: &mut Dice) -> &'static str {
        let holder = 1 + dice.below(HOLDERS as usize) as u64;
        match dice.below(3) {
            0 => {
                let slot = dice.below(SERIES as usize) as u64;
                if let Some((holder, permit)) = self.series.remove(&slot) {
                    surrender(app, &permit, &numbering::organisation(holder)).await;
                    return RANGES;
                }
                let (first, last) = series(slot);
                let wish = numbering::exact("e164_8_digit", &format!("{first}-{last}"));
                let (permit, _) = numbering::permit(app, holder, wish).await;
                self.series.insert(slot, (holder, path(&permit)));
                RANGES
            }
            1 => {
                let slot = dice.below(BLOCKS as usize) as u64;
                if let Some((holder, permit)) = self.licences.remove(&slot) {
                    surrender(app, &permit, &spectrum::representative(holder as u32)).await;
                    return PERMITS;
                }
                let lower = lower_hz(slot) / 1_000_000;
                let (block, area) = (spectrum::simplex(lower, lower + 10), "national");
                let application =
                    spectrum::application(holder as u32, block, json!({ "kind": area }));
                let permit = spectrum::grant(app, holder as u32, &application).await;
                self.licences.insert(slot, (holder, path(&permit)));
                PERMITS
            }
            _ => {
                let slot = dice.below(NETS as usize) as u64;
                if let Some((person, permit)) = self.nets.remove(&slot) {
                    surrender(app, &permit, &Who::person(person)).await;
                    return PERMITS;
                }
                let person = FIRST_PERSON + holder;
                let permit = transmitter::net(app, person, channel(slot)).await;
                self.nets.insert(slot, (person, path(&permit)));
                PERMITS
            }
        }
    }

    /// What the lists, folded up from the feed, have of them: each of them and none more.
    pub fn check(&self, lists: &Lists) {
        let mut series_seen = BTreeMap::new();
        for row in lists.rows("number-ranges") {
            let provider = row["provider"].as_str().unwrap_or_default();
            let Some(holder) = number_after(provider, "Eksempel Nett ") else { continue };
            assert_eq!(row["status"], "assigned", "{row}");
            series_seen.insert(text(&row["firstNumber"]), holder);
        }
        let series_held = self.series.iter().map(|(slot, (n, _))| (series(*slot).0, *n)).collect();
        assert_eq!(series_seen, series_held, "number series");
        let (mut licences_seen, mut nets_seen) = (BTreeMap::new(), BTreeSet::new());
        for row in lists.rows("frequency-permits") {
            let lower = row["frequency"]["range"][0]["lower"].as_u64();
            let lower = lower.unwrap_or_else(|| panic!("no frequency: {row}"));
            if row["permit"]["kind"] == "transmitter" {
                assert!(row["organisation"].is_null() && row["contactPerson"].is_null(), "{row}");
                assert!(row["station"]["position"].is_null(), "of a person: {row}");
                assert_eq!(row["station"]["municipality"][0]["number"], "4215", "{row}");
                nets_seen.insert(lower);
            } else if lower >= lower_hz(0) {
                assert_eq!(row["contactPerson"]["name"], "Driftssenter", "{row}");
                let name = text(&row["organisation"]["name"]);
                let holder = number_after(&name, "Eksempelnett ");
                licences_seen.insert(lower, holder.unwrap_or_else(|| panic!("{row}")));
            }
        }
        let held = self.licences.iter().map(|(slot, (n, _))| (lower_hz(*slot), *n)).collect();
        assert_eq!(licences_seen, held, "spectrum licences");
        let held: BTreeSet<u64> = self.nets.keys().map(|slot| channel(*slot) - 6_250).collect();
        assert_eq!(nets_seen, held, "nets of persons");
    }

    /// The list of number ranges in its layout of before.
    pub fn check_number_list(&self, list: &str) {
        let mut seen = BTreeMap::new();
        for line in list.lines().filter(|line| line.contains("Eksempel Nett ")) {
            let cells: Vec<&str> = line.trim_matches('"').split("\",\"").collect();
            let first = cells[0].replace(' ', "");
            let provider = cells.iter().find_map(|cell| number_after(cell, "Eksempel Nett "));
            assert!(line.contains("Tildelt") && line.contains("\"1,000\""), "{line}");
            seen.insert(first, provider.expect("a provider"));
        }
        let held = self.series.iter().map(|(slot, (n, _))| (series(*slot).0, *n)).collect();
        assert_eq!(seen, held, "the list of number ranges");
    }

    /// The rights of use in their layout of before.
    pub fn check_rights(&self, rights: &str) {
        let rights: Value = serde_json::from_str(rights).expect("JSON");
        let mut seen = BTreeMap::new();
        for right in rights.as_array().expect("a list") {
            let lower = right["lowerFrequency"].as_u64().expect("hertz");
            if lower >= lower_hz(0) {
                let company = text(&right["company"]);
                seen.insert(lower, number_after(&company, "Eksempelnett ").expect("a company"));
            }
        }
        let held = self.licences.iter().map(|(slot, (n, _))| (lower_hz(*slot), *n)).collect();
        assert_eq!(seen, held, "rights of use");
    }
}

async fn surrender(app: &TestApp, permit: &str, who: &Who) {
    let reason = json!({ "reason": "noLongerUsed" });
    act(app, permit, "surrender", who, &reason).await.expect(200);
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The number in a made-up name.
fn number_after(name: &str, before: &str) -> Option<u64> {
    name.strip_prefix(before)?.strip_suffix(" AS")?.parse().ok()
}
