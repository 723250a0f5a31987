//! Any text through the scanner of alerts and the reader of keys: no panic, and no message is taken
//! whose check bits do not agree.
#![no_main]

use anrop_fuzz::{
    rescue::rules::{Key, alert_text::scan, read_key},
    values::beacon_id::{Check, InputForm},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for found in scan(text).found {
        let _ = (found.key.canonical(), found.key.searches(), found.key.wider_searches());
        if let Key::Beacon(decoded) = found.key {
            match decoded.form {
                InputForm::ShortMessage | InputForm::LongMessage => {
                    assert_eq!(decoded.bch1, Check::Right);
                }
                InputForm::FullMessage => assert_eq!(decoded.bch2, Check::Right),
                _ => {}
            }
        }
    }
    let _ = read_key(text);
});
