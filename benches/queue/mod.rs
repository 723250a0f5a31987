//! Figures of the caseworkers' queue with its counts: the operation and the page, with every filter in turn.

use anrop::{
    clock::{Clock as _, SystemClock},
    identity::{Caller, Role, session::Session, token::Ticket},
};

use super::{
    Bench,
    client::{hammer, request},
};

/// Filters of the queue that caseworkers have, from one case to all.
const FILTERS: [&str; 10] = [
    "status=open",
    "status=submitted",
    "status=granted",
    "kind=plb&status=open",
    "kind=installer&status=granted",
    "assignee=saksbehandler-7&status=open",
    "assignee=saksbehandler-7&kind=amateur&status=granted",
    "overdue=true",
    "overdue=true&kind=plb",
    "assignee=saksbehandler-9&status=waitingForApplicant",
];

/// Prints what the queue takes, with one reader and with four.
pub async fn run(bench: &Bench) {
    let ticket = Ticket {
        subject: "saksbehandler-1".to_owned(),
        roles: vec![Role::Caseworker],
        ..Ticket::default()
    };
    let token = format!("Bearer {}", bench.token(&ticket));
    let keys = bench.keys.as_ref().expect("the key ring of the service");
    let caller = Caller {
        subject: ticket.subject.clone(),
        roles: ticket.roles.clone(),
        scopes: anrop::http::access::scopes_of(&ticket.roles),
        national_id: None,
        organisation: None,
    };
    let session = Session::begin(&caller, SystemClock.now()).seal(keys);
    let cookie = format!("anrop-session={session}");
    println!("| queue | per second | p50 ms | p95 ms | p99 ms |\n| --- | --- | --- | --- | --- |");
    for clients in [1, 4] {
        let token = token.clone();
        let mut asked = hammer(&bench.server, clients, bench.seconds, 200, move |n| {
            let filter = FILTERS[usize::try_from(n).unwrap_or(0) % FILTERS.len()];
            let headers = [("Authorization", token.as_str())];
            request("GET", &format!("/v1/cases?{filter}"), &headers, None)
        })
        .await;
        let cookie = cookie.clone();
        let mut shown = hammer(&bench.server, clients, bench.seconds, 200, move |n| {
            let filter = FILTERS[usize::try_from(n).unwrap_or(0) % FILTERS.len()];
            let filter = filter.replace("status=open", "").replace("overdue=true", "overdue=yes");
            let headers = [("Cookie", cookie.as_str()), ("Accept", "text/html")];
            request("GET", &format!("/nb/casework?{filter}"), &headers, None)
        })
        .await;
        for (what, sample) in [("operation", &mut asked), ("page", &mut shown)] {
            let (rate, at) = (sample.rate(), [0.5, 0.95, 0.99].map(|share| sample.at(share)));
            println!(
                "| {what}, {clients} readers | {rate:.0} | {:.2} | {:.2} | {:.2} |",
                at[0], at[1], at[2]
            );
        }
    }
}
