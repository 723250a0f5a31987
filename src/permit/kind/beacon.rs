//! What the kinds with a 406 MHz beacon share: reading a declared code, the dated lists of accepted
//! protocols, and what a holder reports about a beacon. Pure; it must not know a kind.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Reason;
use crate::{
    failure::{FieldError, FieldErrors},
    permit::model::{Identifier, Scheme},
    values::{
        beacon_id::{
            BeaconClass, BeaconId, Declared, Decoded, Difference, Generation, NORWAY, Protocol,
            country_name, decode, differences, is_norwegian,
        },
        table::Table,
    },
};

/// What has happened to a beacon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Condition {
    /// Nobody knows where it is.
    Lost,
    /// Taken by somebody.
    Stolen,
    /// Has another owner.
    Sold,
    /// Will never transmit again.
    Destroyed,
}

impl Condition {
    /// True when the holder has no more use for the permit: the beacon is gone for good.
    pub const fn ends_use(self) -> bool {
        matches!(self, Condition::Sold | Condition::Destroyed)
    }
}

/// What the holder has reported about a beacon.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConditionReport {
    /// What has happened.
    pub condition: Condition,
    /// The holder's words for the rescue centre.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// When it was reported.
    pub reported_at: DateTime<Utc>,
}

/// Writes what was reported into the section `beacon` of a record.
pub fn add_condition(section: &mut Value, report: Option<&ConditionReport>) {
    let Some(report) = report else { return };
    section["condition"] = json!(report.condition);
    section["conditionNote"] = json!(report.note);
    section["conditionReportedAt"] = json!(report.reported_at);
}

/// A beacon is known by its canonical code, and a second-generation one also by its first 15.
pub fn code_identifiers(id: &BeaconId) -> Vec<Identifier> {
    let mut found = vec![Identifier { scheme: Scheme::BeaconId, value: id.as_str().to_owned() }];
    if id.generation() == Generation::Second {
        found.push(Identifier {
            scheme: Scheme::BeaconPrefix,
            value: id.first_fifteen().as_str().to_owned(),
        });
    }
    found
}

/// The protocols of a dated table that are accepted on `day`.
///
/// # Panics
/// Never in a build whose tests pass: tests read every row of the embedded tables.
pub fn protocols_on(table: &'static str, day: NaiveDate) -> Vec<Protocol> {
    Table::new(table)
        .rows()
        .filter(|row| {
            row.value::<NaiveDate>("valid_from").is_some_and(|from| from <= day)
                && row.value::<NaiveDate>("valid_until").is_none_or(|until| day < until)
        })
        .map(|row| {
            serde_json::from_value(json!(row.text("protocol"))).expect("the table names protocols")
        })
        .collect()
}

/// A protocol that the table of the day does not accept.
///
/// # Errors
/// Which it is, for the applicant.
pub fn accept(protocol: Option<Protocol>, accepted: &[Protocol]) -> Result<(), Reason> {
    match protocol {
        Some(protocol) if !accepted.contains(&protocol) => {
            Err(Reason::with("protocol", [protocol]))
        }
        _ => Ok(()),
    }
}

/// Reads a code as it stands on a label. A code or number made from an MMSI of the form 98MIDxxxx
/// has its own message, because such a beacon is not heard.
pub fn read_code(code: &str, pointer: &str, errors: &mut FieldErrors) -> Option<Decoded> {
    let decoded = decode_code(code, pointer, errors)?;
    let flaws = unusable(&decoded, pointer);
    if flaws.is_empty() {
        return Some(decoded);
    }
    for flaw in flaws {
        errors.add(flaw.pointer, flaw.code, flaw.detail);
    }
    None
}

/// Decodes what is given as a code; [`unusable`] says whether a beacon here may have it. Nine digits of the
/// form 98MIDxxxx are told what they are.
pub fn decode_code(code: &str, pointer: &str, errors: &mut FieldErrors) -> Option<Decoded> {
    if let Some(parent) = parent_of_mmsi(code) {
        errors.add(pointer, PARENT_SHIP, parent_ship(parent));
        return None;
    }
    errors.take(pointer, decode(code))
}

/// Code of the message about the form 98MIDxxxx.
const PARENT_SHIP: &str = "craft-mmsi";

/// Why a code that reads well cannot be the code of a beacon with a permit here.
pub fn unusable(decoded: &Decoded, pointer: &str) -> Vec<FieldError> {
    let error = |code: &'static str, detail: String| FieldError {
        pointer: pointer.to_owned(),
        code: code.into(),
        detail: detail.into(),
    };
    let mut found = Vec::new();
    if let Some(parent) = decoded.parent_country() {
        found.push(error(PARENT_SHIP, parent_ship(parent)));
    }
    if decoded.beacon_id.is_prefix() {
        found.push(error(
            "prefix-only",
            "This is only the beginning of a second-generation code. Give all 23 characters."
                .to_owned(),
        ));
    }
    found
}

/// Notes what a declared code cannot have: another country's number, or another kind of beacon. With the first an alert
/// goes to another register, with the second the wrong thing is looked for; whatever else differs is told to a
/// caseworker ([`doubts`]).
pub fn note_wrong_beacon(
    decoded: &Decoded,
    class: BeaconClass,
    pointer: &str,
    errors: &mut FieldErrors,
) {
    let declared = Declared { countries: &NORWAY, class: Some(class), ..Declared::default() };
    for difference in differences(decoded, &declared) {
        errors.add(pointer, difference.code(), difference.to_string());
    }
}

/// Where a code says something else than what is declared beside it, for the caseworker.
pub fn doubts(id: Option<&BeaconId>, declared: &Declared<'_>) -> Vec<Reason> {
    let decoded = id.and_then(|id| decode(id.as_str()).ok());
    let found = decoded.iter().flat_map(|decoded| differences(decoded, declared));
    found.filter_map(doubt).collect()
}

fn doubt(difference: Difference) -> Option<Reason> {
    Some(match difference {
        Difference::TypeApproval { coded, declared } => {
            Reason::with("code-differs/type-approval", [coded, declared])
        }
        Difference::Serial { coded, declared } => {
            Reason::with("code-differs/serial", [coded, declared])
        }
        Difference::Address { coded, declared } => {
            Reason::with("code-differs/address", [coded, declared])
        }
        Difference::Registration => Reason::new("code-differs/registration"),
        Difference::Operator => Reason::new("code-differs/operator"),
        // the call sign is given by the grant, and the others keep the application from being filed
        Difference::CallSign
        | Difference::Country(_)
        | Difference::Class(_)
        | Difference::Protocol(_) => return None,
    })
}

/// The country of the parent ship, when somebody gives the nine digits 98MIDxxxx as a code.
fn parent_of_mmsi(text: &str) -> Option<u16> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let is_number = digits.len() == 9 && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.strip_prefix("98").filter(|_| is_number)?.get(..3)?.parse().ok()
}

/// What a code of the form 98MIDxxxx is, and whom to turn to (C/S G.005; ITU-R M.585: 98 stands for a
/// craft associated with a parent ship, and alerts with it are not passed on).
pub fn parent_ship(parent: u16) -> String {
    let whose = if is_norwegian(parent) {
        "Norwegian ship radio register".to_owned()
    } else {
        match country_name(parent) {
            Some(name) => format!("ship radio register of {name}"),
            None => "ship radio register of the parent ship's country".to_owned(),
        }
    };
    format!(
        "This is made from an MMSI of the form 98MIDxxxx, which names a craft that belongs to a parent ship. Alerts with it are not passed on, so the beacon is not heard. Have it coded anew with the parent ship's own MMSI and a beacon number, and turn to the holder of the ship's radio permit or to the {whose}, which keeps such beacons."
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Flaw as _;

    fn codes(code: &str) -> Vec<(String, String)> {
        let mut errors = FieldErrors::new();
        let read = read_code(code, "/code", &mut errors);
        match errors.finish(read) {
            Ok(_) => Vec::new(),
            Err(failure) => failure
                .fields()
                .iter()
                .map(|error| (error.code.to_string(), error.detail.to_string()))
                .collect(),
        }
    }

    #[test]
    fn an_mmsi_of_a_craft_of_a_parent_ship_is_told_what_it_is_and_whom_to_ask() {
        for (text, register) in [
            ("982571234", "Norwegian ship radio register"),
            ("98 232 1234", "ship radio register of United Kingdom"),
        ] {
            let found = codes(text);
            assert_eq!(found.len(), 1, "{found:?}");
            assert_eq!(found[0].0, "craft-mmsi");
            assert!(found[0].1.contains(register), "{}", found[0].1);
            assert!(!found[0].1.contains(text), "the text repeats what was given");
        }
        assert_eq!(codes("257123456")[0].0, decode("257123456").expect_err("too short").code());
    }

    #[test]
    fn only_the_beginning_of_a_code_is_no_code() {
        let whole = "9934039823D000000000000";
        if codes(whole).is_empty() {
            assert_eq!(codes(&whole[..15])[0].0, "prefix-only");
        } else {
            panic!("the specimen does not read: {:?}", codes(whole));
        }
    }

    #[test]
    fn another_kind_of_beacon_is_an_error_and_another_serial_number_a_doubt() {
        let decoded = decode("A02F00C0E400001").expect("a Norwegian PLB, serial 12345");
        let wrong = |class| {
            let mut errors = FieldErrors::new();
            note_wrong_beacon(&decoded, class, "/code", &mut errors);
            errors.finish(Some(())).map_err(|failure| failure.fields()[0].code.to_string())
        };
        assert_eq!(wrong(BeaconClass::Plb).ok(), Some(()));
        assert_eq!(wrong(BeaconClass::Elt).expect_err("an error"), "class");

        let told = |serial| {
            let declared = Declared { serial: Some(serial), ..Declared::default() };
            doubts(Some(&decoded.beacon_id), &declared)
        };
        assert_eq!(told(12_345), []);
        let [doubt] = told(7).try_into().expect("one doubt");
        assert_eq!(doubt.code, "code-differs");
        let text = doubt.text(crate::values::language::Language::English);
        assert!(text.contains("12345") && text.contains('7'), "{text}");
        assert_eq!(doubts(None, &Declared { serial: Some(7), ..Declared::default() }), []);
    }

    #[test]
    fn a_condition_tells_whether_the_permit_is_still_of_use() {
        assert!(Condition::Sold.ends_use() && Condition::Destroyed.ends_use());
        assert!(!Condition::Lost.ends_use() && !Condition::Stolen.ends_use());
    }
}
