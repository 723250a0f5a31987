//! Any text through the beacon codec: no panic, and what is accepted is its own canonical form.
#![no_main]

use anrop_fuzz::values::beacon_id::{Check, InputForm, decode};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(decoded) = decode(text) else { return };
    let _ = decoded.explain();
    if matches!(decoded.form, InputForm::ShortMessage | InputForm::LongMessage) {
        assert_eq!(decoded.bch1, Check::Right);
    }
    let canonical = decoded.beacon_id.to_string();
    if let Ok(again) = decode(&canonical) {
        assert_eq!(again.beacon_id.to_string(), canonical);
    }
});
