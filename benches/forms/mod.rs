//! A step of a form: shown, and saved with the next one shown. One applicant, as fast as it answers.

use std::time::Instant;

use anrop::{
    clock::{Clock as _, SystemClock},
    commands::synthetic::Synthetic,
    http::access::scopes_of,
    identity::{Caller, Role, session::Session, token::Ticket},
};
use serde_json::{Value, json};

use super::{Bench, Connection, HEAD, Sample, request};

/// Prints how long a step takes; p95 is to be under 30 ms.
pub async fn steps(bench: &Bench) {
    let person = Synthetic::new(2026).person(900_700);
    let keys = bench.keys.as_ref().expect("the key ring of the service");
    let caller = Caller {
        subject: "bench-person".to_owned(),
        roles: vec![Role::Person],
        scopes: scopes_of(&[Role::Person]),
        national_id: Some(person.national_id),
        organisation: None,
    };
    let session = Session::begin(&caller, SystemClock.now());
    let cookie = format!("anrop-session={}", session.seal(keys));
    let token = bench.token(&Ticket {
        subject: "bench-person".to_owned(),
        roles: vec![Role::Person],
        national_id: Some(person.national_id.reveal()),
        ..Ticket::default()
    });
    let bearer = format!("Bearer {token}");
    let mut connection = Connection::open(&bench.server).await;
    let begin = json!({ "application": { "applicant": { "name": person.name.as_str() } } });
    let headers = [("Authorization", bearer.as_str())];
    let (status, body) =
        connection.send(&request("POST", "/v1/plb/drafts", &headers, Some(&begin))).await;
    assert_eq!(status, 201);
    let draft: Value = serde_json::from_slice(&body).expect("JSON");
    let path = format!("/nb/drafts/{}/beacon", draft["id"].as_str().expect("an id"));
    let show = request("GET", &path, &[("Cookie", cookie.as_str())], None);
    let (mut shown, mut saved, began) = (Vec::new(), Vec::new(), Instant::now());
    let mut version = 1;
    while began.elapsed().as_secs() < bench.seconds {
        let at = Instant::now();
        assert_eq!(connection.send(&show).await.0, 200);
        shown.push(u64::try_from(at.elapsed().as_micros()).expect("short"));
        let typed = format!(
            "csrf={}&version={version}&%2Fbeacon%2Fmanufacturer=Havblikk&%2Fbeacon%2Fmodel=Fjell+2\
             &%2Fbeacon%2Fserial={version}&%2Fbeacon%2FceMarked=yes&deed=next",
            session.csrf()
        );
        let save = format!(
            "POST {path} HTTP/1.1\r\nHost: bench\r\nCookie: {cookie}\r\nContent-Type: \
             application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{typed}",
            typed.len()
        );
        let at = Instant::now();
        assert_eq!(connection.send(save.as_bytes()).await.0, 303);
        saved.push(u64::try_from(at.elapsed().as_micros()).expect("short"));
        version += 1;
    }
    println!("{HEAD}");
    let seconds = began.elapsed().as_secs_f64();
    for (name, micros) in [("a step of a form shown", shown), ("a step of a form saved", saved)] {
        let mut sample = Sample { micros, seconds };
        sample.row(name, None);
        println!("p95 of {name}: {:.2} ms", sample.at(0.95));
    }
}
