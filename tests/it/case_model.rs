//! Two caseworkers, a supervisor and applicants act on the same cases at random, one after the other and at the same
//! moment, on versions they have read just now or long ago: questions, decisions, second signatures, reasons that are
//! demanded, appeals, and what the authority and the appeal body make of them. What must become of each case is written
//! down here from the operations alone: nobody's step is lost, no step leads where the table of states does not allow it,
//! every step is in the journal, and the counts of the queue are those of the cases.
//!
//! `ANROP_CASE_STEPS` sets the length of the run and `ANROP_CASE_SEED` repeats one.

use std::sync::Arc;

use anrop::identity::{Role, token::Ticket};
use serde_json::{Value, json};

use crate::{
    kinds::business::{organisation, priority},
    letters::a_moment_later,
    support::{Reply, TestApp, Who, people, settings::setting},
};

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

/// What the journal gets when the appeal body has decided: that came in, and the party is told.
const OF_THE_BODY: &[&str] =
    &["Decision received from the appeal body", "Decision of the appeal body"];

/// What somebody does with a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Take,
    Ask,
    Note,
    Grant,
    /// Granted without a word, so that reasons may be demanded.
    GrantBarely,
    Refuse,
    Dismiss,
    Sign,
    SendBack,
    Reply,
    WithdrawQuestion,
    Withdraw,
    Demand,
    GiveReasons,
    Appeal,
    FindInadmissible,
    ReverseByUs,
    Forward,
    UpheldByBody,
    ChangedByBody,
    SentBackByBody,
}

/// Those that keep a case going stand twice.
const DEEDS: [Deed; 26] = [
    Deed::Take,
    Deed::Take,
    Deed::Ask,
    Deed::Ask,
    Deed::Note,
    Deed::Note,
    Deed::Reply,
    Deed::Reply,
    Deed::WithdrawQuestion,
    Deed::Grant,
    Deed::GrantBarely,
    Deed::Refuse,
    Deed::Dismiss,
    Deed::Sign,
    Deed::Sign,
    Deed::SendBack,
    Deed::Withdraw,
    Deed::Demand,
    Deed::GiveReasons,
    Deed::Appeal,
    Deed::Appeal,
    Deed::FindInadmissible,
    Deed::ReverseByUs,
    Deed::Forward,
    Deed::UpheldByBody,
    Deed::ChangedByBody,
];
/// Now and then instead of a change by the appeal body.
const SENT_BACK: Deed = Deed::SentBackByBody;

impl Deed {
    fn is_of_applicant(self) -> bool {
        matches!(self, Deed::Reply | Deed::Withdraw | Deed::Demand | Deed::Appeal)
    }

    fn is_of_body(self) -> bool {
        matches!(self, Deed::UpheldByBody | Deed::ChangedByBody | Deed::SentBackByBody)
    }

    async fn send(self, app: &TestApp, case: &str, who: &Who, version: i32) -> Reply {
        let due = app.day_in(30).to_string();
        let decided = |outcome: &str| json!({ "outcome": outcome, "grounds": "Vurdert." });
        let weighed = |outcome: &str| {
            let mut body = decided(outcome);
            if self.is_of_body() {
                body["decidedOn"] = json!(app.day_in(0));
                body["bodyReference"] = json!("26/417");
            }
            if ["reversed", "changed"].contains(&outcome) {
                body["conditions"] = json!(["Senderen skal ha tillatelsens nummer på seg."]);
            }
            body
        };
        let (path, body) = match self {
            Deed::Take => ("assignment", json!({})),
            Deed::Ask => ("information-request", json!({ "text": "Hva?", "dueOn": due })),
            Deed::Note => ("notes", json!({ "text": "Sett på." })),
            Deed::Grant => ("decision", decided("granted")),
            Deed::GrantBarely => ("decision", json!({ "outcome": "granted" })),
            Deed::Refuse => ("decision", decided("refused")),
            Deed::Dismiss => ("decision", decided("dismissed")),
            Deed::Sign => ("signature", Value::Null),
            Deed::SendBack => ("signature-refusal", json!({ "text": "Se en gang til." })),
            Deed::WithdrawQuestion => ("information-request-withdrawal", Value::Null),
            Deed::Reply => ("replies", json!({ "text": "Dette." })),
            Deed::Withdraw => ("withdrawal", Value::Null),
            Deed::Demand => ("reasons-request", Value::Null),
            Deed::GiveReasons => ("reasons", json!({ "text": "Koden er norsk." })),
            Deed::Appeal => ("appeal", json!({ "text": "Det er feil." })),
            Deed::FindInadmissible => ("appeal-decision", weighed("inadmissible")),
            Deed::ReverseByUs => ("appeal-decision", weighed("reversed")),
            Deed::Forward => ("appeal-decision", weighed("forwarded")),
            Deed::UpheldByBody => ("appeal-decision", weighed("upheld")),
            Deed::ChangedByBody => ("appeal-decision", weighed("changed")),
            Deed::SentBackByBody => {
                let mut body = weighed("annulled");
                body["sentBack"] = json!(true);
                ("appeal-decision", body)
            }
        };
        let etag = format!("\"v{version}\"");
        let headers = [("if-match", etag.as_str())];
        let body = (!body.is_null()).then_some(body);
        app.send("POST", &format!("{case}/{path}"), Some(who), &headers, body.as_ref()).await
    }
}

/// A case as the steps have left it.
#[derive(Debug, Clone)]
struct Expected {
    path: String,
    /// Which applicant.
    n: u64,
    /// An approval of priority, whose refusal two sign; else a beacon.
    is_priority: bool,
    state: &'static str,
    version: i32,
    /// Version at which what the applicant sees changed last.
    shown: i32,
    assignee: Option<String>,
    journal: Vec<&'static str>,
    /// Who has proposed a refusal that waits for its second signature.
    proposed_by: Option<String>,
    /// What was decided last of the application itself: `granted`, `refused` or `dismissed`.
    outcome: Option<&'static str>,
    /// The application was decided at least once.
    has_decision: bool,
    has_permit: bool,
    /// The decision was made without a word.
    is_bare: bool,
    /// Reasons for it were demanded, and given.
    demanded: Option<bool>,
    /// The appeal body had the last word.
    is_final: bool,
}

impl Expected {
    fn applicant(&self) -> Who {
        if self.is_priority { organisation(self.n) } else { Who::person(self.n) }
    }

    fn who(&self, deed: Deed, dice: &mut Dice) -> Who {
        if deed.is_of_applicant() {
            return self.applicant();
        }
        let name = ["kari", "ola"][dice.below(2)];
        match deed {
            Deed::Sign => supervisor(["kari", "sjefen"][dice.below(2)]),
            _ => Who::caseworker(name),
        }
    }

    /// Open, or under appeal.
    fn is_going_on(&self) -> bool {
        self.is_open() || ["appealed", "forwarded"].contains(&self.state)
    }

    fn is_open(&self) -> bool {
        ["submitted", "underReview", "waitingForApplicant"].contains(&self.state)
    }

    /// What the case is after a step of somebody; else the status of the refusal.
    fn after(&self, deed: Deed, who: &Who) -> Result<Self, u16> {
        let mut next = self.clone();
        let is_waiting = self.state == "waitingForApplicant";
        let can_decide = self.is_open() && !is_waiting;
        let may = |allowed: bool| if allowed { Ok(()) } else { Err(409_u16) };
        next.version += 1;
        match deed {
            Deed::Note => next.write(&["Note"]),
            Deed::Take => {
                may(self.is_open())?;
                next.take();
                next.assignee = Some(who.0.subject.clone());
                next.write(&["Assigned"]);
            }
            Deed::Ask => {
                may(can_decide)?;
                next.state = "waitingForApplicant";
                next.take_if_nobody_has(who);
                next.write(&["Request for information"]);
            }
            Deed::Reply => {
                may(is_waiting)?;
                next.state = "underReview";
                next.write(&["Reply from the applicant"]);
            }
            Deed::WithdrawQuestion => {
                may(is_waiting)?;
                next.state = "underReview";
                next.write(&["Question withdrawn"]);
            }
            Deed::Withdraw => {
                may(self.is_open())?;
                next.state = "withdrawn";
                next.write(&["Application withdrawn"]);
            }
            Deed::Refuse if self.is_priority => {
                may(self.is_open() && self.proposed_by.is_none())?;
                next.take();
                next.take_if_nobody_has(who);
                next.write(&["Decision proposed"]);
            }
            Deed::Grant | Deed::GrantBarely => {
                may(can_decide)?;
                next.is_bare = deed == Deed::GrantBarely;
                next.decide("granted", who);
            }
            Deed::Refuse | Deed::Dismiss => {
                may(self.is_open())?;
                next.decide(if deed == Deed::Refuse { "refused" } else { "dismissed" }, who);
            }
            Deed::Sign => {
                let by = self.proposed_by.as_ref().ok_or(409_u16)?;
                if *by == who.0.subject {
                    return Err(403);
                }
                next.write(&["Decision signed"]);
                next.decide("refused", who);
            }
            Deed::SendBack => {
                may(self.proposed_by.is_some())?;
                next.proposed_by = None;
                next.write(&["Proposed decision sent back"]);
            }
            Deed::Demand => {
                may(self.state == "granted")?;
                if !self.is_bare {
                    return Err(422);
                }
                may(self.demanded.is_none())?;
                next.demanded = Some(false);
                next.write(&["Request for reasons received"]);
            }
            Deed::GiveReasons => {
                may(self.demanded == Some(false))?;
                next.demanded = Some(true);
                next.write(&["Reasons for the decision"]);
            }
            Deed::Appeal => {
                may(match self.state {
                    "granted" | "refused" | "dismissed" => true,
                    "upheld" | "reversed" => !self.is_final,
                    _ => false,
                })?;
                next.state = "appealed";
                next.write(&["Appeal received"]);
            }
            Deed::FindInadmissible => {
                may(self.state == "appealed")?;
                next.state = "upheld";
                next.write(&["Appeal dismissed"]);
            }
            Deed::Forward => {
                may(self.state == "appealed")?;
                next.state = "forwarded";
                next.write(&["Appeal sent to the appeal body", "Appeal forwarded"]);
            }
            Deed::ReverseByUs => {
                may(self.state == "appealed")?;
                next.reverse();
                next.write(&["Decision reversed after appeal"]);
            }
            Deed::UpheldByBody => {
                may(self.state == "forwarded")?;
                (next.state, next.is_final) = ("upheld", true);
                next.write(OF_THE_BODY);
            }
            Deed::ChangedByBody => {
                may(self.state == "forwarded")?;
                next.is_final = true;
                next.reverse();
                next.write(OF_THE_BODY);
            }
            Deed::SentBackByBody => {
                may(self.state == "forwarded" && self.outcome != Some("granted"))?;
                next.is_final = true;
                next.take_up();
                next.write(OF_THE_BODY);
            }
        }
        // what waits for a signature is about the case as it stood
        if next.state != self.state {
            next.proposed_by = None;
        }
        if deed == Deed::Refuse && self.is_priority {
            next.proposed_by = Some(who.0.subject.clone());
        }
        if !self.is_unshown(deed) || next.state != self.state {
            next.shown = next.version;
        }
        Ok(next)
    }

    /// What caseworkers keep to themselves.
    fn is_unshown(&self, deed: Deed) -> bool {
        matches!(deed, Deed::Note | Deed::Take | Deed::SendBack)
            || (deed == Deed::Refuse && self.is_priority)
    }

    /// Whether somebody who read it at a version has seen what there is for them to see.
    fn is_as_read(&self, deed: Deed, version: i32) -> bool {
        let oldest = if deed.is_of_applicant() { self.shown } else { self.version };
        (oldest..=self.version).contains(&version)
    }

    fn write(&mut self, titles: &[&'static str]) {
        self.journal.extend(titles);
    }

    fn take(&mut self) {
        if self.state == "submitted" {
            self.state = "underReview";
        }
    }

    fn take_if_nobody_has(&mut self, who: &Who) {
        self.assignee.get_or_insert_with(|| who.0.subject.clone());
    }

    fn decide(&mut self, outcome: &'static str, who: &Who) {
        self.state = outcome;
        (self.outcome, self.has_decision) = (Some(outcome), true);
        self.has_permit |= outcome == "granted";
        self.is_bare &= outcome == "granted";
        self.demanded = None;
        self.proposed_by = None;
        self.is_final = false;
        self.take_if_nobody_has(who);
        self.write(&["Decision"]);
    }

    /// The decision is changed after an appeal: a refusal is granted, a dismissed application taken up, a grant gets other
    /// conditions.
    fn reverse(&mut self) {
        match self.outcome {
            Some("dismissed") => self.take_up(),
            Some("refused") => {
                (self.state, self.outcome, self.has_permit) = ("reversed", Some("granted"), true);
            }
            _ => self.state = "reversed",
        }
    }

    fn take_up(&mut self) {
        (self.state, self.outcome) = ("underReview", None);
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
        assert_eq!(shown["decision"].is_object(), self.has_decision, "{self:?}");
        assert_eq!(shown["permitId"].is_string(), self.has_permit, "{self:?}");
        let proposed = shown["proposal"]["proposedBy"].as_str();
        assert_eq!(proposed, self.proposed_by.as_deref(), "{self:?}");
        if let Some(is_given) = self.demanded {
            assert_eq!(shown["reasonsRequest"]["givenAt"].is_string(), is_given, "{self:?}");
        }
    }
}

/// A caseworker who may sign what another has proposed.
fn supervisor(name: &str) -> Who {
    let roles = vec![Role::Caseworker, Role::Supervisor];
    Who(Ticket { roles, ..Who::caseworker(name).0 })
}

async fn file(app: &TestApp, n: u64) -> Expected {
    let is_priority = n.is_multiple_of(2);
    let (path, application) = if is_priority {
        ("/v1/priority/applications", priority(n, "other", 3))
    } else {
        ("/v1/plb/applications", people::plb_application(n))
    };
    let case = Expected {
        path: String::new(),
        n,
        is_priority,
        state: "submitted",
        version: 1,
        shown: 1,
        assignee: None,
        journal: vec!["Application received"],
        proposed_by: None,
        outcome: None,
        has_decision: false,
        has_permit: false,
        is_bare: false,
        demanded: None,
        is_final: false,
    };
    let made = app.post(path, &case.applicant(), &application).await.expect(201);
    Expected { path: made.header("location").to_owned(), ..case }
}

fn deed(dice: &mut Dice) -> Deed {
    let deed = DEEDS[dice.below(DEEDS.len())];
    if deed == Deed::ChangedByBody && dice.below(2) == 0 { SENT_BACK } else { deed }
}

/// One step on a version that was read at some time.
async fn step(app: &TestApp, case: &mut Expected, dice: &mut Dice) {
    let deed = deed(dice);
    let who = case.who(deed, dice);
    let behind = if dice.below(4) == 0 { dice.below(3) } else { 0 };
    let version = (case.version - i32::try_from(behind).expect("small")).max(1);
    let reply = deed.send(app, &case.path, &who, version).await;
    let what = format!("{deed:?} on {version} of {case:?}: {}", reply.text());
    match (case.is_as_read(deed, version), case.after(deed, &who)) {
        (false, _) => assert_eq!(reply.status, 412, "{what}"),
        (true, Err(status)) => assert_eq!(reply.status, status, "{what}"),
        (true, Ok(next)) => {
            assert_eq!(reply.status, 200, "{what}");
            *case = next;
        }
    }
}

/// Two steps at the same moment on the same version: one is carried out if any may be; both where the applicant's comes
/// after what the applicant does not see.
async fn race(app: &Arc<TestApp>, case: &mut Expected, dice: &mut Dice) {
    let mut racers = Vec::new();
    for _ in 0..2 {
        let deed = deed(dice);
        let who = case.who(deed, dice);
        let next = case.after(deed, &who);
        let (app, path, version) = (app.clone(), case.path.clone(), case.version);
        let by = who.clone();
        let sent = tokio::spawn(async move { deed.send(&app, &path, &by, version).await });
        racers.push((deed, who, next, sent));
    }
    let mut won = Vec::new();
    let mut could = 0;
    let mut answers = Vec::new();
    for (deed, who, next, sent) in racers {
        let reply = sent.await.expect("an answer");
        let status = reply.status;
        answers.push((deed, status));
        could += usize::from(next.is_ok());
        match (status, next) {
            (200, Ok(next)) => won.push((deed, who, next)),
            (412, _) => {}
            (status, Err(refused)) if status == refused => {}
            (_, next) => panic!("{answers:?} {next:?} {case:?} {}", reply.text()),
        }
    }
    // what the applicant does not see came first, if both were carried out
    won.sort_by_key(|(deed, ..)| deed.is_of_applicant());
    match won.as_slice() {
        [(_, _, unshown), (own, who, _)] => {
            assert!(own.is_of_applicant() && unshown.shown == case.shown, "{answers:?} {case:?}");
            *case = unshown.after(*own, who).expect("allowed before, so now");
        }
        won => {
            assert_eq!(won.len(), could.min(1), "{answers:?} {case:?}");
            won.iter().for_each(|(_, _, next)| *case = next.clone());
        }
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
        "appealed",
        "forwarded",
        "upheld",
        "reversed",
    ] {
        let path = format!("/v1/cases?limit=1&status={state}");
        let told = app.get(&path, &caseworker).await.expect(200).json()["total"].clone();
        let there = cases.iter().filter(|case| case.state == state).count();
        assert_eq!(told, json!(there), "{state}");
    }
    for name in ["kari", "ola"] {
        let path = format!("/v1/cases?limit=1&status=open&assignee={name}");
        let told = app.get(&path, &caseworker).await.expect(200).json()["total"].clone();
        let is_open = |case: &&Expected| case.is_open() && case.assignee.as_deref() == Some(name);
        assert_eq!(told, json!(cases.iter().filter(is_open).count()), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whatever_two_caseworkers_and_applicants_do_nothing_is_lost() {
    let steps = setting("ANROP_CASE_STEPS", 2_000);
    let seed = setting("ANROP_CASE_SEED", 20_261_122);
    let mut dice = Dice(seed);
    let app = Arc::new(TestApp::start().await);
    app.waive_deliveries();
    let mut cases: Vec<Expected> = Vec::new();
    for taken in 0..steps {
        // the latest that somebody still decides about
        let going = cases.iter().rev().take(8).filter(|case| case.is_going_on()).count();
        if going < 4 && dice.below(3) > 0 {
            let n = u64::try_from(cases.len()).expect("few") + 1;
            cases.push(file(&app, n).await);
            cases.last().expect("one").is_so(&app).await;
        }
        if cases.is_empty() {
            continue;
        }
        a_moment_later(&app);
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
