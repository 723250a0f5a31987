//! Explaining a beacon code.

use crate::values::beacon_id::decode;

/// `anrop decode`.
///
/// # Errors
/// Why the code cannot be read.
pub fn run(code: &str, json: bool) -> Result<(), String> {
    let decoded = decode(code).map_err(|flaw| flaw.to_string())?;
    if json {
        println!("{}", serde_json::to_string_pretty(&decoded).map_err(|error| error.to_string())?);
    } else {
        for (label, value) in decoded.explain() {
            println!("{label:<24} {value}");
        }
    }
    Ok(())
}
