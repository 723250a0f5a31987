//! Beacon codes decoded a second on one core, and raw alerts read, beside reading the same text as hexadecimal numbers.
//! The codes are those of the vectors that are accepted. It must not ask a service.

use std::{
    fs,
    hint::black_box,
    time::{Duration, Instant},
};

use anrop::{rescue::rules::alert_text::scan, values::beacon_id::decode};

/// A distress alert as a mission control centre sends it, made up.
const ALERT: &str = "1. DISTRESS COSPAS-SARSAT POSITION RESOLVED ALERT\n\
2. MSG NO 00741 NMCC REF CODE\n3. DETECTED AT 21 NOV 26 0914 UTC BY MEOSAR\n4. DETECTION FREQUENCY 406.0371 MHZ\n\
5. COUNTRY OF BEACON REGISTRATION 257/ NORWAY\n6. USER CLASS SERIAL USER LOCATION - PLB\n\
7. EMERGENCY CODE NIL\n8. POSITIONS\nRESOLVED - 68 05.20 N 013 12.10 E\n9. ENCODED POSITION PROVIDED BY EXTERNAL DEVICE\n\
10. NEXT PASS TIMES NIL\n11. HEX ID {code} HOMING SIGNAL 121.5 MHZ\n12. ACTIVATION TYPE MANUAL\nEND OF MESSAGE\n";

/// Times `work` over all of `inputs` again and again; answers how many a second.
fn rate<T>(inputs: &[String], seconds: u64, work: impl Fn(&str) -> T) -> f64 {
    let (began, mut count) = (Instant::now(), 0_u32);
    while began.elapsed() < Duration::from_secs(seconds) {
        for input in inputs {
            black_box(work(black_box(input)));
            count += 1;
        }
    }
    f64::from(count) / began.elapsed().as_secs_f64()
}

/// Prints the table.
pub fn run(seconds: u64) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/beacon_vectors.tsv");
    let text = fs::read_to_string(path).expect("the vectors");
    let column = |line: &str, n: usize| line.split('\t').nth(n).unwrap_or_default().to_owned();
    let accepted = text.lines().filter(|line| column(line, 1) == "accept");
    let codes: Vec<String> =
        accepted.map(|line| column(line, 3)).filter(|code| decode(code).is_ok()).collect();
    assert!(codes.len() > 50, "only {} codes", codes.len());
    let alerts: Vec<String> = codes.iter().map(|code| ALERT.replace("{code}", code)).collect();
    assert!(alerts.iter().all(|alert| !scan(alert).found.is_empty()), "an alert is not read");
    let reference = rate(&codes, seconds, |code| u128::from_str_radix(code, 16));
    let decoded = rate(&codes, seconds, |code| decode(code).is_ok());
    let scanned = rate(&alerts, seconds, |alert| scan(alert).found.len());
    println!("| what | per second and core | ratio |\n| --- | --- | --- |");
    println!("| a code read as a hexadecimal number (reference) | {reference:.0} | 1.00 |");
    println!("| a code decoded | {decoded:.0} | {:.3} |", decoded / reference);
    println!(
        "| an alert of {} bytes read | {scanned:.0} | {:.4} |",
        ALERT.len(),
        scanned / reference
    );
}
