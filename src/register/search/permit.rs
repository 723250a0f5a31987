//! How a permit of a public list is kept in its table, what it is found by, and what may be asked of its
//! numbers: frequencies, days and places. Number ranges stand in the same table: what frequencies are to
//! a permit, places in a number plan are to them.

mod blocks;
mod shown;

use std::collections::HashMap;

use chrono::{Datelike as _, NaiveDate};
use roaring::RoaringBitmap;

use super::{
    base::{Features, Row, shifted},
    query::Around,
    sites::Sites,
};
use crate::register::{PublicPermit, snapshot::record::is_personal_record};
use shown::Shown;

/// The rectangle around the mainland: south, west, north, east in millionths of a degree. A national
/// licence holds for a place in it, as far as can be told without a border.
const MAINLAND: [i32; 4] = [57_900_000, 4_000_000, 71_300_000, 31_300_000];

/// Metres on a degree of latitude.
const METRES_PER_DEGREE: f64 = 111_195.0;

/// What is asked of the numbers of a permit; every part given must hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PermitScan {
    /// Frequencies at or above, Hz.
    pub from: Option<u64>,
    /// Frequencies below, Hz.
    pub to: Option<u64>,
    /// In force on this day.
    pub at: Option<NaiveDate>,
    /// Sent from around a place, or holding there.
    pub around: Option<Around>,
}

/// Numbers of permits, each row's behind those of the row before.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PermitColumns {
    /// First day and the day behind the last.
    days: Vec<(i32, i32)>,
    /// Where the blocks of each row end.
    block_ends: Vec<u32>,
    /// Frequencies in Hz, lower end included, upper end excluded.
    blocks: Vec<(u64, u64)>,
    sites: Sites,
    /// Rows that hold for the whole country.
    national: RoaringBitmap,
    /// Rings of the rows that hold inside one.
    rings: HashMap<u32, Box<[(f64, f64)]>>,
}

impl PermitColumns {
    /// The blocks of a row.
    pub fn blocks(&self, row: usize) -> &[(u64, u64)] {
        of_row(&self.blocks, &self.block_ends, row)
    }

    fn close(&mut self, days: (i32, i32), national: bool) {
        if national {
            self.national.insert(self.days.len() as u32);
        }
        self.days.push(days);
        self.block_ends.push(self.blocks.len() as u32);
        self.sites.close();
    }
}

fn of_row<'a, T>(all: &'a [T], ends: &[u32], row: usize) -> &'a [T] {
    let from = if row == 0 { 0 } else { ends[row - 1] };
    &all[from as usize..ends[row] as usize]
}

impl Row for PublicPermit {
    type Key = Box<str>;
    type Columns = PermitColumns;
    type Scan = PermitScan;
    const KEY_IS_SEARCHED: bool = false;

    fn text(key: &Box<str>) -> &str {
        key
    }

    fn pack(&self) -> Vec<u8> {
        self.json().as_bytes().to_vec()
    }

    fn unpack(packed: &[u8]) -> Self {
        Self::of_json(&String::from_utf8_lossy(packed))
    }

    fn describe(packed: &[u8], to: &mut Features, columns: &mut PermitColumns) {
        // a record that is not of the published shape is found by nothing
        let text = std::str::from_utf8(packed).unwrap_or_default();
        let shown: Shown = serde_json::from_str(text).unwrap_or_default();
        shown.words(to);
        shown.values(to);
        shown.numbers(columns);
    }

    fn names_person(packed: &[u8]) -> bool {
        is_personal_record(&Self::unpack(packed).record(true))
    }

    fn skip(columns: &mut PermitColumns) {
        columns.close((0, 0), false);
    }

    fn join(columns: &mut PermitColumns, others: PermitColumns, rows: u32) {
        let before = columns.blocks.len() as u32;
        columns.days.extend(others.days);
        columns.block_ends.extend(others.block_ends.iter().map(|end| before + end));
        columns.blocks.extend(others.blocks);
        columns.sites.append(others.sites, rows);
        shifted(&mut columns.national, &others.national, rows);
        columns.rings.extend(others.rings.into_iter().map(|(row, ring)| (row + rows, ring)));
    }

    fn candidates(scan: &PermitScan, columns: &PermitColumns) -> Option<RoaringBitmap> {
        let around = scan.around.as_ref()?;
        let rings = columns.rings.keys().copied().collect::<RoaringBitmap>();
        Some(columns.sites.near(around) | &columns.national | rings)
    }

    fn holds(scan: &PermitScan, columns: &PermitColumns, row: usize) -> bool {
        if let Some(day) = scan.at {
            let (first, behind) = columns.days[row];
            if !(first..behind).contains(&day.num_days_from_ce()) {
                return false;
            }
        }
        let overlaps = |(lower, upper): &(u64, u64)| {
            scan.from.is_none_or(|from| *upper > from) && scan.to.is_none_or(|to| *lower < to)
        };
        ((scan.from.is_none() && scan.to.is_none()) || columns.blocks(row).iter().any(overlaps))
            && scan.around.as_ref().is_none_or(|around| reaches(around, columns, row))
    }

    fn column_bytes(columns: &PermitColumns) -> usize {
        columns.days.capacity() * 8
            + columns.block_ends.capacity() * 4
            + columns.blocks.capacity() * 16
            + columns.sites.bytes()
            + columns.national.serialized_size()
            + columns.rings.values().map(|ring| 24 + ring.len() * 16).sum::<usize>()
    }
}

/// Whether a site of the row lies in the circle, or the area it holds in is known to reach there.
fn reaches(around: &Around, columns: &PermitColumns, row: usize) -> bool {
    let near = &around.near;
    let [south, west, north, east] = MAINLAND;
    columns.sites.has_one_in(around, row)
        || (columns.national.contains(row as u32)
            && near.north >= south
            && near.south <= north
            && near.east >= west
            && near.west <= east)
        || columns.rings.get(&(row as u32)).is_some_and(|ring| ring_reaches(ring, around))
}

/// Whether a circle touches the inside of a ring, its border reckoned as straight on a map around the
/// middle of the circle.
fn ring_reaches(ring: &[(f64, f64)], around: &Around) -> bool {
    let (latitude, longitude) = (around.place.latitude(), around.place.longitude());
    let shrink = latitude.to_radians().cos();
    let on_map = |(north, east): &(f64, f64)| {
        ((east - longitude) * METRES_PER_DEGREE * shrink, (north - latitude) * METRES_PER_DEGREE)
    };
    let corners: Vec<(f64, f64)> = ring.iter().map(on_map).collect();
    let mut is_inside = false;
    for (a, b) in corners.iter().zip(corners.iter().cycle().skip(1)) {
        if (a.1 > 0.0) != (b.1 > 0.0) && a.0 + (b.0 - a.0) * a.1 / (a.1 - b.1) > 0.0 {
            is_inside = !is_inside;
        }
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let length = dx * dx + dy * dy;
        let along =
            if length > 0.0 { (-(a.0 * dx + a.1 * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
        if (a.0 + along * dx).hypot(a.1 + along * dy) <= around.metres {
            return true;
        }
    }
    is_inside
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::register::{
        Change, Entry,
        index::Index,
        list::List,
        search::{PermitQuery, asked_permits},
    };

    /// Four permits: one with blocks and municipalities, one with a site in Bergen, one national, one in
    /// a ring around Bergen.
    fn index() -> Index {
        let licence = json!({
            "permit": { "number": "SPE-000007", "kind": "spectrum", "status": "active",
                        "validFrom": "2024-05-01", "validUntil": "2030-01-01" },
            "organisation": { "name": "Fjell Nett AS", "number": "312345676" },
            "contactPerson": { "name": "Ola Eksempel", "phone": "+4768050021" },
            "frequency": {
                "range": [
                    { "uplink": { "lower": 880_000_000, "upper": 885_000_000 },
                      "downlink": { "lower": 925_000_000, "upper": 930_000_000 } },
                    { "lowerHz": 145_500_000, "upperHz": 145_512_500 },
                ],
                "area": { "kind": "municipalities",
                          "municipalities": [{ "number": "4601", "name": "Bergen" }] },
                "use": { "service": "mobile", "purpose": "Samband", "exclusive": true },
            },
            "station": { "municipality": [{ "station": 1, "number": "5501", "text": "Tromsø" }] },
        });
        let site = json!({
            "permit": { "number": "TRA-000001", "kind": "transmitter", "status": "active",
                        "validFrom": "2025-01-01" },
            "organisation": { "name": "Havn KF", "number": "998877665" },
            "frequency": { "use": { "name": "pmr" } },
            "station": { "position": { "sites": [
                { "station": 1, "latitude": 60.3929, "longitude": 5.3241 } ] } },
        });
        let national = json!({
            "permit": { "number": "SPE-000008", "kind": "spectrum", "status": "suspended" },
            "frequency": { "area": { "kind": "national" } },
        });
        let ring = json!({
            "permit": { "number": "SPE-000009", "kind": "spectrum", "status": "active" },
            "frequency": { "area": { "kind": "polygon", "ring": [
                { "latitude": 60.0, "longitude": 5.0 }, { "latitude": 60.0, "longitude": 6.0 },
                { "latitude": 61.0, "longitude": 6.0 }, { "latitude": 61.0, "longitude": 5.0 },
                { "latitude": 60.0, "longitude": 5.0 } ] } },
        });
        let index = Index::default();
        for (revision, record) in (1..).zip([licence, site, national, ring]) {
            let key = format!("frequency-permits/{}", record["permit"]["number"].as_str().unwrap());
            let row = Some(Arc::new(PublicPermit::of(&record)));
            index.apply([Change::Permit(Entry { key, row, revision })]);
        }
        index
    }

    /// Numbers of the permits found, the same above the base and in it.
    fn found(given: &[(&str, &str)]) -> Vec<String> {
        let list = List::FrequencyPermits;
        let query = PermitQuery::read(list, |name| {
            given.iter().find(|(known, _)| *known == name).map(|(_, text)| (*text).to_owned())
        });
        let asked = asked_permits(list, &query.unwrap(), true);
        let index = index();
        let numbers = |index: &Index| -> Vec<String> {
            let page = index.state().permits.find(&asked, None, 10);
            page.rows.iter().map(|(key, _)| key.rsplit('/').next().unwrap().to_owned()).collect()
        };
        let above = numbers(&index);
        index.put_below(None, Some(index.state().permits.cut()));
        assert_eq!(numbers(&index), above, "{given:?}");
        above
    }

    #[test]
    fn a_permit_is_found_by_any_of_its_blocks_ends_excluded() {
        let finds = |from: Option<u64>, to: Option<u64>| {
            let texts = [("from", from), ("to", to)]
                .map(|(name, hertz)| (name, hertz.map(|hertz| hertz.to_string())));
            let given: Vec<(&str, &str)> =
                texts.iter().filter_map(|(name, text)| Some((*name, text.as_deref()?))).collect();
            !found(&given).is_empty()
        };
        assert!(finds(Some(884_999_999), Some(885_000_000)));
        assert!(!finds(Some(885_000_000), Some(925_000_000)));
        assert!(finds(Some(885_000_000), Some(925_000_001)));
        assert!(finds(Some(145_500_000), Some(145_500_001)));
        assert!(!finds(Some(145_512_500), Some(146_000_000)));
        assert!(finds(None, Some(145_500_001)) && !finds(None, Some(145_500_000)));
        assert!(finds(Some(929_999_999), None) && !finds(Some(930_000_000), None));
    }

    #[test]
    fn a_permit_is_found_by_number_holder_place_and_day() {
        let licence = ["SPE-000007"];
        for given in [
            ("q", "FJELL"),
            ("q", "fjel"),
            ("q", "fjlel nett"),
            ("q", "spe-000007"),
            ("q", "312345676"),
            ("holder", "312345676"),
            ("holder", "nett"),
            ("place", "TROMSØ"),
            ("place", "bergen"),
            ("county", "troms"),
            ("year", "2024"),
            ("type", "mobile"),
        ] {
            assert_eq!(found(&[given]), licence, "{given:?}");
        }
        assert!(found(&[("q", "Ola Eksempel")]).is_empty(), "no list is searched by persons");
        assert!(
            found(&[("place", "Troms")]).is_empty() && found(&[("holder", "fjlel")]).is_empty()
        );
        assert_eq!(found(&[("kind", "transmitter")]), ["TRA-000001"]);
        assert_eq!(found(&[("type", "pmr")]), ["TRA-000001"]);
        assert_eq!(found(&[("status", "suspended")]), ["SPE-000008"]);
        assert_eq!(found(&[("at", "2024-04-30")]), ["SPE-000008", "SPE-000009"]);
        assert!(found(&[("at", "2029-12-31")]).contains(&"SPE-000007".to_owned()));
        assert!(!found(&[("at", "2030-01-01")]).contains(&"SPE-000007".to_owned()));
    }

    #[test]
    fn a_permit_is_found_around_its_site_and_where_its_area_is_known_to_reach() {
        let around = |latitude: &str, longitude: &str, radius: &str| {
            found(&[("latitude", latitude), ("longitude", longitude), ("radius", radius)])
        };
        let (national, ring, site) = ("SPE-000008", "SPE-000009", "TRA-000001");
        assert_eq!(around("60.3929", "5.3241", "0"), [national, ring, site]);
        // a hundredth of a degree north is 1112 m
        assert_eq!(around("60.4029", "5.3241", "1.1"), [national, ring]);
        assert_eq!(around("60.4029", "5.3241", "1.12"), [national, ring, site]);
        // a tenth of a degree east of the ring's border is 5.48 km there
        assert_eq!(around("60.5", "6.1", "5.4"), [national]);
        assert_eq!(around("60.5", "6.1", "5.6"), [national, ring]);
        assert!(around("48.85", "2.35", "10").is_empty(), "Paris");
    }
}
