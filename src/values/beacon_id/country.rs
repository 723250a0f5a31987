//! Country codes of beacons: the maritime identification digits (MID) that the ITU allocates.
//! It must not be used for telephone or call sign prefixes, which are other tables.

use std::sync::LazyLock;

/// The MIDs of Norway.
pub const NORWAY: [u16; 3] = [257, 258, 259];

/// One allocated MID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Country {
    /// ISO 3166-1 alpha-2 code.
    pub iso: &'static str,
    /// English short name, with the territory where a MID is for one.
    pub name: &'static str,
}

/// The table, indexed by MID less 200. All MIDs for ships stand in 201-775 (Recommendation ITU-R M.585).
static TABLE: LazyLock<Vec<Option<Country>>> = LazyLock::new(|| {
    let mut table = vec![None; 600];
    let lines = include_str!("../../data/mid.tsv").lines();
    for line in lines {
        let mut columns = line.split('\t');
        // The source line and the heading have no number in their first column.
        let Some(Ok(mid)) = columns.next().map(str::parse::<usize>) else {
            continue;
        };
        if let (Some(iso), Some(name), Some(place)) = (
            columns.next(),
            columns.next(),
            mid.checked_sub(200).and_then(|index| table.get_mut(index)),
        ) {
            *place = Some(Country { iso, name });
        }
    }
    table
});

/// The country of a MID; `None` if the MID is not allocated.
pub fn country(mid: u16) -> Option<Country> {
    *TABLE.get(usize::from(mid).checked_sub(200)?)?
}

/// The English name of the country of a MID.
pub fn country_name(mid: u16) -> Option<&'static str> {
    country(mid).map(|country| country.name)
}

/// Whether the MID is one of Norway's.
pub fn is_norwegian(mid: u16) -> bool {
    NORWAY.contains(&mid)
}
