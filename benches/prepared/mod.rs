//! Applications and decisions made ready to send: who applies is made up, and signing their tokens and filing what comes
//! before is not what is measured. It must not time anything.

use anrop::{
    clock::{Clock as _, SystemClock},
    commands::synthetic::Synthetic,
    identity::{Role, token::Ticket},
};
use serde_json::{Value, json};

use super::{
    Bench,
    client::{Connection, request},
};

/// People of earlier runs are not met again.
pub fn start() -> u64 {
    u64::try_from(SystemClock.now().timestamp()).unwrap_or(0) % 90 * 100_000
}

/// Requests that file applications, ready to send: signing tokens is not what is measured.
pub fn filings(bench: &Bench, from: u64, count: u64) -> Vec<Vec<u8>> {
    let synthetic = Synthetic::new(99);
    (from..from + count)
        .map(|n| {
            let person = synthetic.person(n);
            let token = bench.token(&Ticket {
                subject: format!("bench-{n}"),
                roles: vec![Role::Person],
                national_id: Some(person.national_id.reveal()),
                ..Ticket::default()
            });
            let contact = |index| {
                let contact = synthetic.contact(n, index);
                json!({ "name": contact.name.as_str(), "phone": contact.phone.dial() })
            };
            let body = json!({
                "applicant": {
                    "name": person.name.as_str(),
                    "address": { "lines": person.address.lines(), "postalCode": person.address.postal_code() },
                    "phone": person.phone.dial(), "email": person.email.as_str(), "language": "nb",
                },
                "beacon": { "manufacturer": "Havblikk", "model": "Fjell 2", "serial": n % 1_000_000, "ceMarked": true },
                "usage": { "activity": "Fottur" },
                "emergencyContacts": [contact(0), contact(1)],
            });
            let authorization = format!("Bearer {token}");
            let key = format!("bench-{}-{n}", std::process::id());
            request(
                "POST",
                "/v1/plb/applications",
                &[("Authorization", &authorization), ("Idempotency-Key", &key)],
                Some(&body),
            )
        })
        .collect()
}

/// An application ready to send, and who files it.
pub struct Filing {
    pub request: Vec<u8>,
    pub national_id: String,
}

/// Applications of people who passed their examination, whose results are reported first.
pub async fn licence_filings(bench: &Bench, count: u64) -> Vec<Filing> {
    let synthetic = Synthetic::new(98);
    let first = start();
    let mut connection = Connection::open(&bench.server).await;
    let examiner = format!("Bearer {}", bench.role(Role::Examiner));
    let mut filings = Vec::new();
    for from in (first..first + count).step_by(200) {
        let people: Vec<_> = (from..from + 200).map(|n| (n, synthetic.person(n))).collect();
        let results: Vec<Value> = people
            .iter()
            .map(|(n, person)| {
                json!({
                    "nationalId": person.national_id.reveal(), "licenceClass": "full",
                    "passedOn": "2026-10-01", "reference": format!("bench-{n}"),
                })
            })
            .collect();
        let report = json!({ "results": results });
        let headers = [("Authorization", examiner.as_str())];
        let (status, body) =
            connection.send(&request("POST", "/v1/exam-results", &headers, Some(&report))).await;
        assert_eq!(status, 201, "{}", String::from_utf8_lossy(&body));
        for (n, person) in people {
            let token = bench.token(&Ticket {
                subject: format!("bench-{n}"),
                roles: vec![Role::Person],
                national_id: Some(person.national_id.reveal()),
                ..Ticket::default()
            });
            let body = json!({
                "applicant": {
                    "name": person.name.as_str(), "birthDate": "1980-02-03",
                    "address": { "lines": person.address.lines(), "postalCode": person.address.postal_code() },
                    "phone": person.phone.dial(), "email": person.email.as_str(), "language": "nb",
                },
                "licenceClass": "full",
            });
            let authorization = format!("Bearer {token}");
            let headers = [("Authorization", authorization.as_str())];
            let request = request("POST", "/v1/amateur/applications", &headers, Some(&body));
            filings.push(Filing { request, national_id: person.national_id.reveal() });
        }
    }
    filings
}

/// Providers that ask for numbers: a grant locks the row of its provider.
const PROVIDERS: u64 = 64;

/// Decisions that grant applications for number series, ready to send: the applications are filed first.
pub async fn number_decisions(bench: &Bench, count: u64) -> Vec<Vec<u8>> {
    let representative = |n: u64| {
        let token = bench.token(&Ticket {
            subject: format!("bench-representative-{n}"),
            roles: vec![Role::Representative],
            national_id: Some(Synthetic::new(97).person(n).national_id.reveal()),
            organisation: Some(Synthetic::new(97).organisation(n).number.to_string()),
            ..Ticket::default()
        });
        format!("Bearer {token}")
    };
    let caseworker = format!("Bearer {}", bench.role(Role::Caseworker));
    let mut body =
        anrop::permit::kind::find(anrop::permit::kind::Kind::Numbering).expect("a kind").example();
    body["resource"]["wish"]["blockSize"] = json!(1000);
    let filings: Vec<Vec<u8>> = (0..PROVIDERS)
        .map(|n| {
            let representative = representative(n);
            let headers = [("Authorization", representative.as_str())];
            request("POST", "/v1/numbering/applications", &headers, Some(&body))
        })
        .collect();
    let mut connection = Connection::open(&bench.server).await;
    let mut decisions = Vec::new();
    for filing in filings.iter().cycle().take(usize::try_from(count).expect("small")) {
        let (status, receipt) = connection.send(filing).await;
        assert_eq!(status, 201, "{}", String::from_utf8_lossy(&receipt));
        let receipt: Value = serde_json::from_slice(&receipt).expect("JSON");
        let path = format!("/v1/cases/{}/decision", receipt["caseId"].as_str().expect("an id"));
        let headers = [("Authorization", caseworker.as_str()), ("If-Match", "\"v1\"")];
        let grant = json!({ "outcome": "granted" });
        decisions.push(request("POST", &path, &headers, Some(&grant)));
    }
    decisions
}
