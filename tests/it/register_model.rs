//! The public register against a model of it: a long run of random issues, changes, consents,
//! withdrawals and ends of licences, and of other permits (`permits.rs`), each followed by a look at what
//! the public can read: look-up, search (also for the name that a correction or an end has just hidden), list, the
//! feed folded up, the files of what the step touched and those in the layouts of before (`surfaces.rs`), and
//! now and then everything; on PostgreSQL from a second process, too, which follows by itself. What is
//! expected is written down here from the operations alone; nothing of the register's own code decides it.
//!
//! `ANROP_MODEL_STEPS` sets the length of the run and `ANROP_MODEL_SEED` repeats one.

mod permits;
mod surfaces;

use std::collections::{BTreeMap, BTreeSet};

use anrop::{commands::synthetic::Synthetic, identity::Role};
use serde_json::{Value, json};

use crate::{
    files::lasting,
    kinds::shared::{act, caseworker},
    support::{TestApp, Who, people, settings::setting, test_app::on_postgres},
};
use permits::Permits;
use surfaces::{LISTS, SIGNS, Surfaces};

/// Fields a holder may have shown, as applications and consents name them.
const FIELDS: [&str; 3] = ["name", "address", "postTown"];
const CONSENT: &str = "/v1/consents/call-sign-list";
/// How a name begins that was corrected.
const AGOT: &str = "Ågot";
/// After so many steps everything is looked at, whatever the last one touched.
const WHOLE_LOOK: u64 = 50;

/// A licence holder as the operations have left them.
#[derive(Debug, Clone)]
struct Holder {
    person: u64,
    permit: String,
    sign: String,
    name: String,
    line: String,
    /// Lines of the address after the first.
    more: String,
    code: String,
    town: String,
    shown: BTreeSet<&'static str>,
    suspended: bool,
}

/// What the register must show.
#[derive(Debug, Default)]
struct Model {
    holders: Vec<Holder>,
    /// Signs that are not in use, with their status.
    others: BTreeMap<String, &'static str>,
    /// Names and streets of people that must be nowhere.
    hidden: BTreeSet<String>,
    /// A sign, and a name that the step just taken has made one of before: it leads to the sign no more.
    former: Option<(String, String)>,
    permits: Permits,
    people: u64,
    changes: u64,
}

/// What a step has touched.
struct Touched {
    sign: Option<String>,
    list: &'static str,
}

/// A word of a name that no other is a slip of: each digit of a number is three letters alike.
fn own_word(number: u64) -> String {
    let digits = format!("{number:05}").into_bytes();
    let letters = digits.iter().flat_map(|digit| [b"bdfgklmnpr"[usize::from(digit - b'0')]; 3]);
    let mut word: String = letters.map(char::from).collect();
    word[..1].make_ascii_uppercase();
    word
}

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

    fn fields(&mut self) -> BTreeSet<&'static str> {
        FIELDS.into_iter().filter(|_| self.below(2) == 0).collect()
    }
}

impl Model {
    async fn issue(&mut self, app: &TestApp, dice: &mut Dice) -> Option<String> {
        self.people += 1;
        let person = self.people;
        let who = Who::person(person);
        let results = json!({ "results": [{
            "nationalId": who.national_id(), "licenceClass": "full",
            "passedOn": "2026-10-01", "reference": format!("exam-{person}"),
        }] });
        app.post("/v1/exam-results", &Who::role(Role::Examiner), &results).await.expect(201);
        let shown = dice.fields();
        let publish: Vec<&str> = shown.iter().copied().collect();
        let application = people::amateur_application(person, &publish);
        let made =
            app.post("/v1/amateur/applications", &who, &application).await.expect(201).json();
        let me = app.get("/v1/me", &who).await.expect(200).json();
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let holder = Holder {
            person,
            permit: format!("/v1/permits/{}", text(&made["permitId"])),
            sign: text(&made["callSign"]),
            name: text(&me["name"]),
            line: text(&me["address"]["lines"][0]),
            more: me["address"]["lines"].as_array().expect("lines")[1..]
                .iter()
                .map(text)
                .collect::<Vec<_>>()
                .join(", "),
            code: text(&me["address"]["postalCode"]),
            town: text(&me["address"]["town"]),
            shown,
            suspended: false,
        };
        let sign = holder.sign.clone();
        self.others.remove(&sign);
        self.holders.push(holder);
        self.hide_and_show(self.holders.len() - 1);
        Some(sign)
    }

    /// A new name and street, told by the holder.
    async fn correct(&mut self, app: &TestApp, at: usize) -> Option<String> {
        let holder = &mut self.holders[at];
        let who = Who::person(holder.person);
        self.changes += 1;
        let seen = app.get("/v1/me", &who).await.expect(200);
        let mut me = seen.json();
        for member in
            ["id", "kind", "birthDate", "organisationNumber", "addressProtected", "changedAt"]
        {
            me.as_object_mut().expect("an object").remove(member);
        }
        let (person, own) = (Synthetic::new(11).person(self.changes), own_word(self.changes));
        let name = format!("{AGOT} {} {own} Sørbø", person.name.as_str());
        let line = format!("Nyvegen {}A", self.changes);
        me["name"] = json!(name);
        me["address"]["lines"] = json!([line]);
        me["address"].as_object_mut().expect("an object").remove("town");
        app.put("/v1/me", &who, Some(&seen.etag()), &me).await.expect(200);
        let was = std::mem::replace(&mut holder.name, name);
        // a first name may be a part of the new one
        if was.starts_with(AGOT) {
            self.former = Some((holder.sign.clone(), was.clone()));
        }
        self.hidden.insert(was);
        self.hidden.insert(std::mem::replace(&mut holder.line, line));
        holder.more.clear();
        self.hide_and_show(at);
        Some(self.holders[at].sign.clone())
    }

    async fn consent(&mut self, app: &TestApp, at: usize, dice: &mut Dice) -> Option<String> {
        let holder = &mut self.holders[at];
        let mut fields = dice.fields();
        if fields.is_empty() {
            fields.insert("name");
        }
        let given: Vec<&str> = fields.iter().copied().collect();
        let body = json!({ "callSign": holder.sign, "fields": given });
        app.put(CONSENT, &Who::person(holder.person), None, &body).await.expect(200);
        holder.shown = fields;
        self.hide_and_show(at);
        Some(self.holders[at].sign.clone())
    }

    async fn withdraw(&mut self, app: &TestApp, at: usize) -> Option<String> {
        let holder = &mut self.holders[at];
        let who = Who::person(holder.person);
        app.send("DELETE", CONSENT, Some(&who), &[], None).await.expect(204);
        holder.shown.clear();
        self.hide_and_show(at);
        Some(self.holders[at].sign.clone())
    }

    /// The licence ends, by the holder or by the authority.
    async fn end(&mut self, app: &TestApp, at: usize, dice: &mut Dice) -> Option<String> {
        let holder = self.holders.remove(at);
        let reply = if dice.below(2) == 0 {
            let reason = json!({ "reason": "noLongerUsed" });
            act(app, &holder.permit, "surrender", &Who::person(holder.person), &reason).await
        } else {
            let grounds = json!({ "grounds": "Uriktige opplysninger." });
            act(app, &holder.permit, "revocation", &caseworker(), &grounds).await
        };
        reply.expect(200);
        self.former = Some((holder.sign.clone(), holder.name.clone()));
        self.hidden.insert(holder.name);
        self.hidden.insert(holder.line);
        self.others.insert(holder.sign.clone(), "quarantined");
        Some(holder.sign)
    }

    /// A suspended licence still holds its sign; so does one that is reinstated.
    async fn suspend(&mut self, app: &TestApp, at: usize) -> Option<String> {
        let holder = &mut self.holders[at];
        let step = if holder.suspended { "reinstatement" } else { "suspension" };
        holder.suspended = !holder.suspended;
        let grounds = json!({ "grounds": "Forstyrrelser." });
        act(app, &holder.permit, step, &caseworker(), &grounds).await.expect(200);
        Some(holder.sign.clone())
    }

    /// Which of a holder's name and street may be read, and which may not.
    fn hide_and_show(&mut self, at: usize) {
        let holder = &self.holders[at];
        for (field, text) in [("name", &holder.name), ("address", &holder.line)] {
            if holder.shown.contains(field) {
                self.hidden.remove(text);
            } else {
                self.hidden.insert(text.clone());
            }
        }
    }

    async fn step(&mut self, app: &TestApp, dice: &mut Dice) -> Touched {
        self.former = None;
        if dice.below(6) == 0 {
            return Touched { sign: None, list: self.permits.step(app, dice).await };
        }
        Touched { sign: self.step_of_sign(app, dice).await, list: SIGNS }
    }

    async fn step_of_sign(&mut self, app: &TestApp, dice: &mut Dice) -> Option<String> {
        if self.holders.is_empty() {
            return self.issue(app, dice).await;
        }
        let at = dice.below(self.holders.len());
        match dice.below(20) {
            0..4 => self.issue(app, dice).await,
            4..8 => self.consent(app, at, dice).await,
            8..13 => self.withdraw(app, at).await,
            13..16 => self.correct(app, at).await,
            16..18 => self.suspend(app, at).await,
            _ => self.end(app, at, dice).await,
        }
    }

    fn holder(&self, sign: &str) -> Option<&Holder> {
        self.holders.iter().find(|holder| holder.sign == sign)
    }

    /// How a sign must be shown, wherever it is shown.
    fn expect(&self, view: &Value) {
        let sign = view["callSign"].as_str().expect("a sign");
        let Some(holder) = self.holder(sign) else {
            assert_eq!(view["status"], *self.others.get(sign).unwrap_or(&"free"), "{view}");
            assert!(view["holder"].is_null(), "{view}");
            return;
        };
        assert_eq!(view["status"], "inUse", "{view}");
        assert_eq!(view["holderWithheld"], holder.shown.len() < FIELDS.len(), "{view}");
        let shows = |field: &str| holder.shown.contains(field);
        let shown = &view["holder"];
        let expected = |field: &str, value: &str| {
            if shows(field) { json!(value) } else { Value::Null }
        };
        assert_eq!(shown["name"], expected("name", &holder.name), "{view}");
        assert_eq!(shown["postTown"], expected("postTown", &holder.town), "{view}");
        assert_eq!(shown["address"]["lines"][0], expected("address", &holder.line), "{view}");
    }

    /// The sign that an operation touched, by look-up and by search for its holder.
    async fn check_one(&self, app: &TestApp, base: &str, sign: &str) {
        let view = lasting(app, base, &format!("/v1/call-signs/{sign}")).await.expect(200).json();
        self.expect(&view);
        if let Some(holder) = self.holder(sign) {
            let is_found = self.is_found(app, base, &holder.name, sign).await;
            assert_eq!(is_found, holder.shown.contains("name"), "search for a name of {sign}");
        }
        if let Some((sign, name)) = &self.former {
            let is_found = self.is_found(app, base, name, sign).await;
            assert!(!is_found, "{sign} is found by a name that was hidden");
        }
    }

    /// Whether the search for a name finds a sign; whatever it finds is shown as it must be.
    async fn is_found(&self, app: &TestApp, base: &str, name: &str, sign: &str) -> bool {
        let name = name.replace(' ', "+");
        let path = format!("/v1/call-signs?q={name}&limit=200");
        let found = lasting(app, base, &path).await.expect(200).json();
        let items = found["items"].as_array().expect("items");
        items.iter().for_each(|item| self.expect(item));
        items.iter().any(|item| item["callSign"] == sign)
    }

    /// What the holder of a sign has just hidden is told by no process, whether it has followed or not.
    async fn check_hidden_at_once(&self, app: &TestApp, base: &str, sign: Option<&str>) {
        let Some(holder) = sign.and_then(|sign| self.holder(sign)) else { return };
        let shown = app.get_at(base, &format!("/v1/call-signs/{}", holder.sign)).await;
        let shown = shown.expect(200).json().to_string();
        for (field, text) in [("name", &holder.name), ("address", &holder.line)] {
            let is_told = shown.contains(text.as_str());
            assert!(!is_told || holder.shown.contains(field), "{} tells {field}", holder.sign);
        }
    }

    /// Every sign of the list, by paging through it.
    async fn check_list(&self, app: &TestApp, base: &str) {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("/v1/call-signs?limit=37{cursor}");
            let page = lasting(app, base, &path).await.expect(200).json();
            let total = self.holders.len() + self.others.len();
            assert_eq!(page["total"], total, "signs with a row");
            for item in page["items"].as_array().expect("items") {
                self.expect(item);
                seen.push(item["callSign"].as_str().expect("a sign").to_owned());
            }
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen, self.signs());
    }

    /// Every sign that has a row, in order.
    fn signs(&self) -> Vec<String> {
        let mut signs: Vec<String> =
            self.holders.iter().map(|holder| holder.sign.clone()).collect();
        signs.extend(self.others.keys().cloned());
        signs.sort_unstable();
        signs
    }
}

#[tokio::test]
async fn after_every_step_the_public_sees_exactly_what_it_may() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    surfaces::furnish(&app).await;
    // two processes are waited for and looked at after each step on PostgreSQL
    let steps = setting("ANROP_MODEL_STEPS", if on_postgres() { 1_000 } else { 2_000 });
    let seed = setting("ANROP_MODEL_SEED", u64::from(std::process::id()));
    println!("ANROP_MODEL_SEED={seed}");
    let neighbour = match on_postgres() {
        true => Some(app.neighbour_that_follows().await),
        false => None, // SQLite serves one process
    };
    let mut processes = vec![Surfaces::begin(&app.base)];
    processes.extend(neighbour.as_ref().map(|neighbour| Surfaces::begin(&neighbour.base)));
    let mut dice = Dice(seed);
    let mut model = Model::default();
    for step in 0..steps {
        let touched = model.step(&app, &mut dice).await;
        // at once where it was done, and nowhere what was hidden: before it is sealed
        if let Some(sign) = &touched.sign {
            model.check_one(&app, &app.base, sign).await;
        }
        for process in &processes {
            model.check_hidden_at_once(&app, &process.base, touched.sign.as_deref()).await;
        }
        app.seal().await;
        if let Some(neighbour) = &neighbour {
            neighbour.has_followed(&app).await;
        }
        let is_whole = step % WHOLE_LOOK == WHOLE_LOOK - 1;
        for process in &mut processes {
            if let Some(sign) = &touched.sign {
                model.check_one(&app, &process.base, sign).await;
            }
            let lists = LISTS.into_iter().filter(|list| is_whole || *list == touched.list);
            process.check(&app, &model, lists).await;
            if is_whole {
                model.check_list(&app, &process.base).await;
                process.check_hidden(&app, &model).await;
            }
        }
    }
    if let Some(neighbour) = neighbour {
        neighbour.finish().await;
    }
    app.finish().await;
}
