//! A right of use as the frequency portal publishes it: its 15 members, in its order.
//!
//! It is kept and given again as it came. Company names stand as published; contact persons are not in it.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::values::frequency::{Frequency, FrequencyRange};

/// Numbers that are nobody's right: 9999999 is free use, 9999998 the rule for amateurs.
pub const NOBODYS: [&str; 2] = ["9999999", "9999998"];

/// How the layout writes a time.
const TIME: &str = "%Y-%m-%dT%H:%M:%S+0000";

/// One right. Frequencies are whole hertz; a pair that is not used is 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[allow(missing_docs)] // the words of the layout
pub struct RightOfUse {
    pub id: i64,
    pub lower_frequency: i64,
    pub higher_frequency: i64,
    pub application: Option<String>,
    pub company: Option<String>,
    #[serde(with = "time")]
    pub expiry: Option<DateTime<Utc>>,
    pub nationalcoverage: bool,
    pub localcoverage: Option<String>,
    pub short_comments: Option<String>,
    pub rightofuseinfono: String,
    pub duplex: bool,
    pub downlink_lower_frequency: i64,
    pub downlink_higher_frequency: i64,
    pub uplink_lower_frequency: i64,
    pub uplink_higher_frequency: i64,
}

/// How many members the layout has.
const MEMBERS: usize = 15;

/// Why a row is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RightFlaw {
    /// Not an object of the layout.
    #[error("it does not have exactly the 15 members of the layout")]
    Members,
    /// A member of another type, or a time of another form.
    #[error(
        "a member is of another type, or the expiry is not written as 2026-12-31T23:00:00+0000"
    )]
    Types,
    /// The number of the right.
    #[error("the number of the right does not have 1 to 12 digits")]
    Number,
    /// The pairs do not fit `duplex`.
    #[error("the frequencies of the pair that is not used are not 0")]
    Pairs,
    /// No range.
    #[error("a lower frequency is not below its higher one, or one is outside 1 Hz to 3000 GHz")]
    Range,
}

impl RightOfUse {
    /// A row of the list.
    ///
    /// # Errors
    /// When it is not of the layout.
    pub fn read(row: &serde_json::Value) -> Result<Self, RightFlaw> {
        if row.as_object().is_none_or(|members| members.len() != MEMBERS) {
            return Err(RightFlaw::Members);
        }
        let right = Self::deserialize(row).map_err(|error| {
            let unknown = error.to_string().starts_with("unknown field");
            if unknown { RightFlaw::Members } else { RightFlaw::Types }
        })?;
        let digits = &right.rightofuseinfono;
        if !(1..=12).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(RightFlaw::Number);
        }
        let [simplex, downlink, uplink] = right.pairs();
        let unused = if right.duplex { [simplex, (0, 0)] } else { [downlink, uplink] };
        if unused != [(0, 0), (0, 0)] {
            return Err(RightFlaw::Pairs);
        }
        right.ranges().map(|_| right)
    }

    fn pairs(&self) -> [(i64, i64); 3] {
        [
            (self.lower_frequency, self.higher_frequency),
            (self.downlink_lower_frequency, self.downlink_higher_frequency),
            (self.uplink_lower_frequency, self.uplink_higher_frequency),
        ]
    }

    /// The ranges in use, one or two.
    ///
    /// # Errors
    /// When one is not a range.
    pub fn ranges(&self) -> Result<Vec<FrequencyRange>, RightFlaw> {
        let [simplex, downlink, uplink] = self.pairs();
        let used = if self.duplex { vec![downlink, uplink] } else { vec![simplex] };
        let frequency = |hertz: i64| {
            u64::try_from(hertz).ok().and_then(|hertz| Frequency::from_hertz(hertz).ok())
        };
        used.into_iter()
            .map(|(lower, higher)| {
                let (lower, higher) = frequency(lower).zip(frequency(higher))?;
                FrequencyRange::new(lower, higher).ok()
            })
            .collect::<Option<_>>()
            .ok_or(RightFlaw::Range)
    }
}

mod time {
    use serde::{Deserializer, Serializer, de::Error as _};

    use super::{DateTime, Deserialize, NaiveDateTime, TIME, Utc};

    pub(super) fn serialize<S: Serializer>(
        at: &Option<DateTime<Utc>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match at {
            Some(at) => serializer.collect_str(&at.format(TIME)),
            None => serializer.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<DateTime<Utc>>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        let read = |text: String| {
            NaiveDateTime::parse_from_str(&text, TIME)
                .map(|at| at.and_utc())
                .map_err(|_| D::Error::custom("not a time of the layout"))
        };
        text.map(read).transpose()
    }
}
