//! Where a code says something else than the register. Pure; works on the record as it was cut for
//! the rescue centre, so that nothing is compared that is not given.

use serde_json::Value;

use crate::{
    disclosure::policy::Kind,
    values::beacon_id::{BeaconClass, Declared, Decoded, NORWAY, Protocol, differences},
};

/// Something an officer should see, as a stable code with words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Stable kebab-case code.
    pub code: &'static str,
    /// In English.
    pub detail: String,
}

/// The differences between a code and the record of a permit of `kind`.
pub fn differences_from(decoded: &Decoded, record: &Value, kind: Kind) -> Vec<Remark> {
    let beacon = &record["beacon"];
    let number = |member: &str| beacon[member].as_u64().and_then(|value| value.try_into().ok());
    let protocol: Option<Protocol> = serde_json::from_value(beacon["protocol"].clone()).ok();
    let class = match kind {
        Kind::Plb => Some(BeaconClass::Plb),
        Kind::Aircraft => Some(BeaconClass::Elt),
        _ => None,
    };
    let declared = Declared {
        countries: &NORWAY,
        class,
        protocols: protocol.as_slice(),
        tac: number("typeApproval"),
        serial: number("serial"),
        call_sign: record["callSign"].as_str(),
        registration: record["aircraft"]["registration"].as_str(),
        address: record["aircraft"]["address"]
            .as_str()
            .and_then(|address| u32::from_str_radix(address, 16).ok()),
        operator: record["aircraft"]["operator"].as_str(),
    };
    let mut remarks: Vec<Remark> =
        differs_in_id(decoded, beacon["id"].as_str()).into_iter().collect();
    remarks.extend(
        differences(decoded, &declared)
            .into_iter()
            .map(|difference| Remark { code: difference.code(), detail: difference.to_string() }),
    );
    remarks
}

/// The permit was found by something else than its code, or by one it had before.
fn differs_in_id(decoded: &Decoded, registered: Option<&str>) -> Option<Remark> {
    let coded = decoded.beacon_id;
    let differs = registered.is_some_and(|registered| {
        if coded.is_prefix() {
            !registered.starts_with(coded.as_str())
        } else {
            registered != coded.as_str()
        }
    });
    differs.then(|| Remark {
        code: "beacon-id",
        detail: "The permit has another beacon code now. It may be another beacon of the same holder or craft.".to_owned(),
    })
}
