//! Today's spectrum licences of organisations as rights of use of the frequency portal: one right for
//! each block, beside those that were taken over.

use serde_json::Value;

use crate::{permit::kind::spectrum::model::legacy::RightOfUse, values::calendar::start_of_day};

/// The portal's ids are small; those of our licences begin here, with room for so many blocks each.
const FIRST_ID: i64 = 1_000_000_000;
const BLOCKS: i64 = 100;

/// The rights of a licence as the public may have it. A natural person's is not shown with its holder,
/// and so is none.
pub fn of_licence(record: &Value) -> Vec<RightOfUse> {
    let Some(company) = record["organisation"]["name"].as_str() else { return Vec::new() };
    let number = record["permit"]["number"].as_str().unwrap_or_default();
    let Some(number) = number.strip_prefix("SPE-").and_then(|digits| digits.parse::<i64>().ok())
    else {
        return Vec::new();
    };
    let ranges = record["frequency"]["range"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut blocks: Vec<i64> = ranges.iter().filter_map(|range| range["block"].as_i64()).collect();
    blocks.sort_unstable();
    blocks.dedup();
    let usage = &record["frequency"]["use"];
    let area = &record["frequency"]["area"];
    blocks
        .into_iter()
        .filter(|block| *block < BLOCKS)
        .map(|block| {
            let ends = |direction: &str| {
                let range = ranges
                    .iter()
                    .find(|range| range["block"] == block && range["direction"] == direction);
                let end = |name: &str| range.and_then(|range| range[name].as_i64()).unwrap_or(0);
                (end("lower"), end("upper"))
            };
            let (simplex, downlink, uplink) = (ends("simplex"), ends("downlink"), ends("uplink"));
            RightOfUse {
                id: FIRST_ID + number * BLOCKS + block,
                lower_frequency: simplex.0,
                higher_frequency: simplex.1,
                application: Some(application(usage["service"].as_str()).to_owned()),
                company: Some(company.to_owned()),
                expiry: record["permit"]["validUntil"]
                    .as_str()
                    .and_then(|day| day.parse().ok())
                    .map(start_of_day),
                nationalcoverage: area["kind"] == "national",
                localcoverage: Some(places(area)),
                short_comments: Some(usage["purpose"].as_str().unwrap_or_default().to_owned()),
                rightofuseinfono: (FIRST_ID + number).to_string(),
                duplex: downlink != (0, 0),
                downlink_lower_frequency: downlink.0,
                downlink_higher_frequency: downlink.1,
                uplink_lower_frequency: uplink.0,
                uplink_higher_frequency: uplink.1,
            }
        })
        .collect()
}

fn application(service: Option<&str>) -> &'static str {
    match service {
        Some("mobile") => "Land mobile",
        Some("fixed") => "Fixed",
        Some("broadcasting") => "Broadcasting",
        Some("satellite") => "Satellite",
        _ => "",
    }
}

/// Where a licence holds, in words.
fn places(area: &Value) -> String {
    if area["kind"] == "offshore" {
        return "Offshore".to_owned();
    }
    let names: Vec<&str> = area["municipalities"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|municipality| municipality["name"].as_str())
        .collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn licence() -> Value {
        json!({
            "permit": { "kind": "spectrum", "number": "SPE-000007", "validUntil": "2034-01-01" },
            "organisation": { "name": "Fjell Nett AS", "number": "312345676" },
            "frequency": {
                "range": [
                    { "lower": 880_000_000, "upper": 885_000_000, "block": 1, "direction": "uplink" },
                    { "lower": 925_000_000, "upper": 930_000_000, "block": 1, "direction": "downlink" },
                    { "lower": 145_500_000, "upper": 145_512_500, "block": 2, "direction": "simplex" },
                ],
                "area": { "kind": "municipalities",
                          "municipalities": [{ "number": "4601", "name": "Bergen" }] },
                "use": { "service": "mobile", "purpose": "Nødnett" },
            },
        })
    }

    #[test]
    fn each_block_is_a_right_that_the_import_would_take() {
        let rights = of_licence(&licence());
        assert_eq!(rights.len(), 2);
        for right in &rights {
            let row = serde_json::to_value(right).unwrap();
            assert_eq!(&RightOfUse::read(&row).unwrap(), right);
        }
        assert!(rights[0].duplex && !rights[1].duplex);
        assert_eq!(rights[0].downlink_lower_frequency, 925_000_000);
        assert_eq!(rights[1].higher_frequency, 145_512_500);
        let row = serde_json::to_value(&rights[0]).unwrap();
        // the first moment of 2034 in Norway
        assert_eq!(row["expiry"], "2033-12-31T23:00:00+0000");
        assert_eq!(
            (&row["localcoverage"], &row["nationalcoverage"]),
            (&json!("Bergen"), &json!(false))
        );
    }

    #[test]
    fn a_persons_licence_is_not_in_the_list() {
        let mut record = licence();
        record.as_object_mut().unwrap().remove("organisation");
        assert!(of_licence(&record).is_empty());
    }
}
