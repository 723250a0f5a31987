//! Letters a second on one core: made as data, hashed, and drawn as files, as the registry does for each. Beside it
//! the hashing of the same bytes, which says how fast the core is.

use std::time::{Duration, Instant};

use anrop::{
    document::{Authority, render_pdf},
    letter::{
        model::{
            AppealEffect, AppealFacts, AppealRight, AppealWay, Author, DecisionFacts, Head,
            ListedDocument, Matter, PermitFacts, Way,
        },
        rules,
    },
    values::language::Language,
};
use sha2::{Digest as _, Sha256};

fn day(text: &str) -> chrono::NaiveDate {
    text.parse().expect("a date")
}

fn head(n: usize) -> Head {
    Head {
        authority: Authority {
            name: "Eksempelmyndigheten".to_owned(),
            contact_lines: vec!["Postboks 1, 4791 Lillesand".to_owned()],
        },
        recipient: vec!["Kari Eksempel Nordvær".to_owned(), "4790 LILLESAND".to_owned()],
        number: format!("2026/{n:06}-4"),
        language: Language::ALL[n % 3],
        sent_at: "2026-11-22T09:30:00Z".parse().expect("a time"),
        day: day("2026-11-22"),
        kind_title: "Frekvenstillatelse for nødpeilesender (PLB)".to_owned(),
    }
}

fn decision(way: Way, grounds: &str) -> DecisionFacts {
    DecisionFacts {
        matter: Matter::New,
        way,
        applied_on: day("2026-11-02"),
        permit: (way == Way::Granted).then(|| PermitFacts {
            number: "PLB-000123".to_owned(),
            call_sign: Some("LB1AG".to_owned()),
            valid_from: day("2026-11-22"),
            valid_until: None,
        }),
        grounds: grounds.to_owned(),
        conditions: Vec::new(),
        legal_basis: "Ekomloven 2024 § 11-2".to_owned(),
        appeal: Ok(AppealRight {
            body: "Eksempeldepartementet".to_owned(),
            basis: "Ekomloven 2024 § 18-3".to_owned(),
            body_suspends: true,
        }),
        author: Author::Rules,
    }
}

fn forwarded() -> (AppealFacts, Vec<ListedDocument>) {
    let facts = AppealFacts {
        way: AppealWay::Upheld,
        effect: AppealEffect::None,
        received_on: day("2026-12-01"),
        decided_on: day("2026-11-22"),
        body: "Eksempeldepartementet".to_owned(),
        body_decision: None,
        permit: None,
        grounds: "Vi fastholder vedtaket av de grunner som står der.".to_owned(),
        conditions: Vec::new(),
        appeal: None,
        author: Author::Caseworker("saksbehandler-1".to_owned()),
    };
    let document = |n| ListedDocument {
        number: format!("2026/000123-{n}"),
        title: "Svar fra søkeren".to_owned(),
        day: day("2026-11-02"),
    };
    (facts, (1..9).map(document).collect())
}

/// Makes letters for some seconds and prints how many.
pub fn run(seconds: u64) {
    let grounds = "Senderen mangler CE-merke, som er et krav. ".repeat(20);
    let (granted, refused) = (decision(Way::Granted, ""), decision(Way::Refused, &grounds));
    let (appeal, documents) = forwarded();
    let make = |n: usize| {
        let head = head(n);
        let letter = match n % 3 {
            0 => rules::decision(&head, &granted),
            1 => rules::decision(&head, &refused),
            _ => rules::appeal_forwarded(&head, &appeal, &documents),
        };
        let content = serde_json::to_vec(&letter).expect("JSON");
        let file = render_pdf(&letter).expect("renders").bytes;
        (Sha256::digest(&content), Sha256::digest(&file), file.len())
    };
    make(0);
    let (limit, started) = (Duration::from_secs(seconds), Instant::now());
    let (mut count, mut bytes) = (0_usize, 0_usize);
    while started.elapsed() < limit {
        bytes += make(count).2;
        count += 1;
    }
    let rate = count as f64 / started.elapsed().as_secs_f64();
    let data = vec![7_u8; bytes / count.max(1)];
    let started = Instant::now();
    for _ in 0..2_000 {
        std::hint::black_box(Sha256::digest(&data));
    }
    let hashes = 2_000.0 / started.elapsed().as_secs_f64();
    println!("letters on one core: {rate:.0}/s, {} bytes each", bytes / count.max(1));
    println!("reference, hashing such a file: {hashes:.0}/s");
}
