//! One certificate as PDF on one core, beside the hashing of a mebibyte. It must not ask a service.

use std::time::Instant;

use anrop::clock::{Clock as _, SystemClock};

/// Prints what one certificate takes.
pub fn run() {
    use anrop::{document, values::language::Language};
    use sha2::Digest as _;
    let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 21).expect("a day");
    let make = || {
        let made = document::certificate(document::CertificateFacts {
            appeal: None,
            kind_title: "Tillatelse til bruk av personlig nødpeilesender (PLB)".to_owned(),
            permit_number: "PLB-000123".to_owned(),
            holder_lines: vec![
                "Kari Eksempel Nordvær".to_owned(),
                "Fjordgata 7".to_owned(),
                "4790 LILLESAND".to_owned(),
            ],
            facts: vec![("Kallesignal".to_owned(), "LNA2345".to_owned())],
            conditions: (0..4)
                .map(|n| format!("Vilkår {n}: senderen skal bare utløses i nød."))
                .collect(),
            legal_basis: "ekomloven § 11-2".to_owned(),
            valid_from: day,
            valid_until: None,
            issued_at: SystemClock.now(),
            issued_on: day,
            verification_url: "https://anrop.example.no/verify/0123456789ABCDEFGHJKMNPQRS"
                .to_owned(),
            verification_code: "0123456789ABCDEFGHJKMNPQRS".to_owned(),
            authority: document::Authority {
                name: "Eksempelmyndigheten".to_owned(),
                contact_lines: vec![],
            },
            language: Language::Bokmal,
        });
        document::render_pdf(&made).expect("renders").bytes.len()
    };
    make();
    let started = Instant::now();
    let bytes = (0..200).map(|_| make()).sum::<usize>() / 200;
    let each = started.elapsed().as_secs_f64() * 1000.0 / 200.0;
    let data = vec![7_u8; 1 << 20];
    let started = Instant::now();
    for _ in 0..20 {
        std::hint::black_box(sha2::Sha256::digest(&data));
    }
    let reference = started.elapsed().as_secs_f64() * 1000.0 / 20.0;
    println!("| what | ms on one core | ratio |\n| --- | --- | --- |");
    println!("| SHA-256 of 1 MiB (reference) | {reference:.2} | 1.00 |");
    println!("| one certificate as PDF ({bytes} bytes) | {each:.2} | {:.2} |", each / reference);
}
