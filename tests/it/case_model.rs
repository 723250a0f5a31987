//! Two caseworkers and applicants act on the same cases at random, one after the other and at the same
//! moment, on versions they have read just now or long ago. What must become of each case is written down
//! here from the operations alone: nobody's step is lost, no step leads where the table of states does not
//! allow it, every step is in the journal, and the counts of the queue are those of the cases.
//!
//! `ANROP_CASE_STEPS` sets the length of the run and `ANROP_CASE_SEED` repeats one.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::support::{Reply, TestApp, Who, people, settings::setting};

/// Numbers in a row that look random, the same for the same seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % limit as u64) as usize
    }
}

/// What somebody does with a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Take,
    Ask,
    Note,
    Grant,
    Refuse,
    Dismiss,
    Reply,
    Withdraw,
}

const DEEDS: [Deed; 11] = [
    Deed::Take,
    Deed::Take,
    Deed::Ask,
    Deed::Ask,
    Deed::Note,
    Deed::Note,
    Deed::Reply,
    Deed::Reply,
    Deed::Grant,
    Deed::Refuse,
    Deed::Withdraw,
];

impl Deed {
    /// The state it leads to from another, if it may be done at all.
    fn after(self, state: &'static str) -> Option<&'static str> {
        let is_open = ["submitted", "underReview", "waitingForApplicant"].contains(&state);
        let is_waiting = state == "waitingForApplicant";
        match self {
            Deed::Note => Some(state),
            Deed::Take if is_waiting => Some(state),
            Deed::Take if is_open => Some("underReview"),
            Deed::Ask if is_open && !is_waiting => Some("waitingForApplicant"),
            Deed::Reply if is_waiting => Some("underReview"),
            Deed::Withdraw if is_open => Some("withdrawn"),
            Deed::Grant if is_open && !is_waiting => Some("granted"),
            Deed::Refuse if is_open => Some("refused"),
            Deed::Dismiss if is_open => Some("dismissed"),
            _ => None,
        }
    }

    /// Titles it leaves in the journal.
    fn title(self) -> &'static str {
        match self {
            Deed::Take => "Assigned",
            Deed::Ask => "Request for information",
            Deed::Note => "Note",
            Deed::Grant | Deed::Refuse | Deed::Dismiss => "Decision",
            Deed::Reply => "Reply from the applicant",
            Deed::Withdraw => "Application withdrawn",
        }
    }

    fn is_of_applicant(self) -> bool {
        matches!(self, Deed::Reply | Deed::Withdraw)
    }

    async fn send(self, app: &TestApp, case: &str, who: &Who, version: i32) -> Reply {
        let due = app.day_in(30).to_string();
        let decided = |outcome: &str| json!({ "outcome": outcome, "grounds": "Vurdert." });
        let (path, body) = match self {
            Deed::Take => ("assignment", json!({})),
            Deed::Ask => ("information-request", json!({ "text": "Hva?", "dueOn": due })),
            Deed::Note => ("notes", json!({ "text": "Sett på." })),
            Deed::Grant => ("decision", decided("granted")),
            Deed::Refuse => ("decision", decided("refused")),
            Deed::Dismiss => ("decision", decided("dismissed")),
            Deed::Reply => ("replies", json!({ "text": "Dette." })),
            Deed::Withdraw => ("withdrawal", Value::Null),
        };
        let etag = format!("\"v{version}\"");
        let headers = [("if-match", etag.as_str())];
        let body = (!body.is_null()).then_some(body);
        app.send("POST", &format!("{case}/{path}"), Some(who), &headers, body.as_ref()).await
    }
}

/// A case as the steps have left it.
#[derive(Debug)]
struct Expected {
    path: String,
    person: u64,
    state: &'static str,
    version: i32,
    assignee: Option<String>,
    journal: Vec<&'static str>,
}

impl Expected {
    fn who(&self, deed: Deed, dice: &mut Dice) -> Who {
        if deed.is_of_applicant() {
            return Who::person(self.person);
        }
        Who::caseworker(["kari", "ola"][dice.below(2)])
    }

    /// Takes a step that was carried out.
    fn done(&mut self, deed: Deed, who: &Who) {
        self.state = deed.after(self.state).expect("a step that may be done");
        self.version += 1;
        self.journal.push(deed.title());
        let name = || who.0.subject.clone();
        match deed {
            Deed::Take => self.assignee = Some(name()),
            Deed::Ask | Deed::Grant | Deed::Refuse | Deed::Dismiss => {
                self.assignee.get_or_insert_with(name);
            }
            Deed::Note | Deed::Reply | Deed::Withdraw => {}
        }
    }

    async fn is_so(&self, app: &TestApp) {
        let shown = app.get(&self.path, &Who::caseworker("leser")).await.expect(200);
        assert_eq!(shown.etag(), format!("\"v{}\"", self.version), "{self:?}");
        let shown = shown.json();
        assert_eq!(shown["status"], self.state, "{self:?}");
        assert_eq!(shown["assignee"].as_str(), self.assignee.as_deref(), "{self:?}");
        let journal = shown["journal"].as_array().expect("a journal");
        let titles: Vec<&str> = journal.iter().filter_map(|one| one["title"].as_str()).collect();
        assert_eq!(titles, self.journal, "{self:?}");
        for (number, entry) in (1..).zip(journal) {
            let own = entry["number"].as_str().expect("a number");
            assert!(own.ends_with(&format!("-{number}")), "{own} is not the {number}th");
        }
        let waits = shown["waitingUntil"].is_string();
        assert_eq!(waits, self.state == "waitingForApplicant", "{self:?}");
        let is_decided = ["granted", "refused", "dismissed"].contains(&self.state);
        assert_eq!(shown["decision"].is_object(), is_decided, "{self:?}");
        assert_eq!(shown["permitId"].is_string(), self.state == "granted", "{self:?}");
    }
}

async fn file(app: &TestApp, n: u64) -> Expected {
    let application = people::plb_application(n);
    let who = Who::person(n);
    let made = app.post("/v1/plb/applications", &who, &application).await.expect(201);
    Expected {
        path: made.header("location").to_owned(),
        person: n,
        state: "submitted",
        version: 1,
        assignee: None,
        journal: vec!["Application received"],
    }
}

/// One step on a version that was read at some time.
async fn step(app: &TestApp, case: &mut Expected, dice: &mut Dice) {
    let deed = DEEDS[dice.below(DEEDS.len())];
    let deed = if deed == Deed::Refuse && dice.below(2) == 0 { Deed::Dismiss } else { deed };
    let who = case.who(deed, dice);
    let behind = if dice.below(4) == 0 { dice.below(3) } else { 0 };
    let version = (case.version - i32::try_from(behind).expect("small")).max(1);
    let reply = deed.send(app, &case.path, &who, version).await;
    let what = format!("{deed:?} on {version} of {case:?}: {}", reply.text());
    match (version == case.version, deed.after(case.state)) {
        (false, _) => assert_eq!(reply.status, 412, "{what}"),
        (true, None) => assert_eq!(reply.status, 409, "{what}"),
        (true, Some(_)) => {
            assert_eq!(reply.status, 200, "{what}");
            case.done(deed, &who);
        }
    }
}

/// Two steps at the same moment on the same version: one is carried out if any may be.
async fn race(app: &Arc<TestApp>, case: &mut Expected, dice: &mut Dice) {
    let mut racers = Vec::new();
    for _ in 0..2 {
        let deed = DEEDS[dice.below(DEEDS.len())];
        let who = case.who(deed, dice);
        let (app, path, version) = (app.clone(), case.path.clone(), case.version);
        let sender = who.clone();
        let sent =
            tokio::spawn(async move { deed.send(&app, &path, &sender, version).await.status });
        racers.push((deed, who, sent));
    }
    let mut won = Vec::new();
    let mut lost = Vec::new();
    for (deed, who, sent) in racers {
        match sent.await.expect("an answer") {
            200 => won.push((deed, who)),
            status => lost.push((deed, status)),
        }
    }
    let can_win = won.iter().map(|(deed, _)| *deed).chain(lost.iter().map(|(deed, _)| *deed));
    let can_win = can_win.filter(|deed| deed.after(case.state).is_some()).count();
    assert_eq!(won.len(), can_win.min(1), "{won:?} {lost:?} {case:?}");
    for (deed, status) in lost {
        let may = if deed.after(case.state).is_some() { vec![412] } else { vec![409, 412] };
        assert!(may.contains(&status), "{deed:?} {status} {case:?}");
    }
    for (deed, who) in won {
        case.done(deed, &who);
    }
}

/// The counts of the queue by state, and those of the cases.
async fn counts_are_exact(app: &TestApp, cases: &[Expected]) {
    let caseworker = Who::caseworker("leser");
    for state in [
        "submitted",
        "underReview",
        "waitingForApplicant",
        "granted",
        "refused",
        "dismissed",
        "withdrawn",
    ] {
        let path = format!("/v1/cases?limit=1&status={state}");
        let told = app.get(&path, &caseworker).await.expect(200).json()["total"].clone();
        let there = cases.iter().filter(|case| case.state == state).count();
        assert_eq!(told, json!(there), "{state}");
    }
    for name in ["kari", "ola"] {
        let path = format!("/v1/cases?limit=1&status=open&assignee={name}");
        let told = app.get(&path, &caseworker).await.expect(200).json()["total"].clone();
        let is_open = |case: &&Expected| {
            Deed::Withdraw.after(case.state).is_some() && case.assignee.as_deref() == Some(name)
        };
        assert_eq!(told, json!(cases.iter().filter(is_open).count()), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whatever_two_caseworkers_and_applicants_do_nothing_is_lost() {
    let steps = setting("ANROP_CASE_STEPS", 300);
    let seed = setting("ANROP_CASE_SEED", 20_261_122);
    let mut dice = Dice(seed);
    let app = Arc::new(TestApp::start().await);
    app.waive_deliveries();
    let mut cases = Vec::new();
    for taken in 0..steps {
        let is_open = |case: &Expected| Deed::Withdraw.after(case.state).is_some();
        let open = cases.iter().filter(|case| is_open(case)).count();
        if open < 4 && dice.below(3) > 0 {
            let n = u64::try_from(cases.len()).expect("few") + 1;
            cases.push(file(&app, n).await);
        }
        if cases.is_empty() {
            continue;
        }
        // mostly the latest, now and then one that ended long ago
        let among = if dice.below(8) == 0 { cases.len() } else { cases.len().min(6) };
        let at = cases.len() - 1 - dice.below(among);
        if dice.below(3) == 0 {
            race(&app, &mut cases[at], &mut dice).await;
        } else {
            step(&app, &mut cases[at], &mut dice).await;
        }
        cases[at].is_so(&app).await;
        if taken % 25 == 0 {
            anrop::jobs::add_up_once(app.app.clone()).await.expect("adds up");
            counts_are_exact(&app, &cases).await;
        }
    }
    for case in &cases {
        case.is_so(&app).await;
    }
    counts_are_exact(&app, &cases).await;
    let entries = app.count("SELECT count(*) AS n FROM journal_entry").await;
    let expected: usize = cases.iter().map(|case| case.journal.len()).sum();
    assert_eq!(usize::try_from(entries), Ok(expected), "seed {seed}");
    Arc::into_inner(app).expect("the only one").finish().await;
}
