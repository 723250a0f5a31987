//! The JSON Schemas of the files, as they are committed and published.

/// Every schema: its name and text.
pub const SCHEMAS: [(&str, &str); 12] = [
    ("call-signs.schema.json", include_str!("../../openapi/files/call-signs.schema.json")),
    (
        "frequency-permits.schema.json",
        include_str!("../../openapi/files/frequency-permits.schema.json"),
    ),
    ("frequency-plan.schema.json", include_str!("../../openapi/files/frequency-plan.schema.json")),
    ("installers.schema.json", include_str!("../../openapi/files/installers.schema.json")),
    ("number-ranges.schema.json", include_str!("../../openapi/files/number-ranges.schema.json")),
    ("suppliers.schema.json", include_str!("../../openapi/files/suppliers.schema.json")),
    ("kallesignaler.schema.json", include_str!("../../openapi/files/kallesignaler.schema.json")),
    ("E164.schema.json", include_str!("../../openapi/files/E164.schema.json")),
    (
        "rightofuseinfos.schema.json",
        include_str!("../../openapi/files/rightofuseinfos.schema.json"),
    ),
    ("public-journal.schema.json", include_str!("../../openapi/files/public-journal.schema.json")),
    (
        "interference-statistics.schema.json",
        include_str!("../../openapi/files/interference-statistics.schema.json"),
    ),
    ("statistics.schema.json", include_str!("../../openapi/files/statistics.schema.json")),
];

/// The schema of this name.
pub fn named(name: &str) -> Option<&'static str> {
    SCHEMAS.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::register::snapshot::{columns, whole_lists};

    #[test]
    fn the_columns_of_a_schema_are_those_of_the_file_in_their_order() {
        for list in whole_lists() {
            let text = named(&format!("{list}.schema.json")).expect(list);
            let schema: Value = serde_json::from_str(text).unwrap();
            let row = &schema["$defs"]["row"];
            let required: Vec<&str> =
                row["required"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
            assert_eq!(required, columns(list), "{list}");
            // every column leads to a member of the record
            for column in columns(list) {
                let mut at = &schema["$defs"]["record"];
                for member in column.split('.') {
                    at = &at["properties"][member];
                }
                assert!(at.is_object(), "{list}: {column}");
            }
        }
    }
}
