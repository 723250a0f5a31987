//! Every kind there is through every state a permit can come to, on its own specimen: who is told what of it,
//! what it costs, what its certificate says, and what the public may verify.

use std::process::Command;

use anrop::{
    fee,
    permit::kind::{AnyKind, KINDS, Kind},
    values::{calendar::oslo_date, language::Language},
};
use chrono::{Days, TimeDelta};
use serde_json::{Value, json};

use super::{
    life::{form_of, holder_of, specimen, stored},
    shared::{act, caseworker, sign_where_needed, subscribed},
};
use crate::support::{Recipient, TestApp, Who};

/// A granted permit of a kind with those who are told of it.
struct Life {
    app: TestApp,
    any: &'static dyn AnyKind,
    holder: Who,
    permit: String,
    rescue: Recipient,
    programmer: Recipient,
}

impl Life {
    async fn of(any: &'static dyn AnyKind) -> Self {
        let app = TestApp::start().await;
        let rescue = subscribed(&app, "rescueCentre").await;
        let programmer = subscribed(&app, "programmer").await;
        let holder = holder_of(any, 1);
        let form = form_of(&app, any, &holder).await;
        let permit = specimen(&app, any, &holder, &form).await;
        app.deliver().await;
        Self { app, any, holder, permit, rescue, programmer }
    }

    fn path(&self) -> String {
        format!("/v1/permits/{}", self.permit)
    }

    async fn decide(&self, step: &str) {
        let body = json!({ "grounds": "Etter tilsyn." });
        let reply = act(&self.app, &self.path(), step, &caseworker(), &body).await;
        assert_eq!(reply.status, 200, "{} {step}: {}", self.any.kind(), reply.text());
        let scarce = matches!(self.any.kind(), Kind::Spectrum | Kind::Numbering | Kind::Priority);
        let waits = reply.headers.contains_key("location");
        assert_eq!(waits, scarce && step == "revocation", "{} {step}", self.any.kind());
        sign_where_needed(&self.app, &reply).await;
        self.app.deliver().await;
    }

    async fn is(&self, status: &str) {
        let kept = stored(&self.app, &self.permit).await.status.code();
        assert_eq!(kept, status, "{}", self.any.kind());
    }

    /// What anybody with the code of the certificate is told.
    async fn verified(&self) -> Value {
        let code = stored(&self.app, &self.permit).await.verification_code;
        let path = format!("/v1/permit-verifications/{code}");
        self.app.get_public(&path).await.expect(200).json()["status"].clone()
    }

    /// Rescue centres are told everything of beacons and aircraft, programmers what concerns an open
    /// order, and nobody of anything else.
    fn told(&self, rescue: &[&str], programmer: &[&str]) {
        let kind = self.any.kind();
        let expected = |events: &[&str], told: bool| {
            if told { events.iter().map(|event| (*event).to_owned()).collect() } else { Vec::new() }
        };
        let of = |recipient: &Recipient| -> Vec<String> {
            let received = recipient.received();
            received.iter().map(|m| m["type"].as_str().unwrap().to_owned()).collect()
        };
        let to_rescue = matches!(kind, Kind::Plb | Kind::Aircraft);
        assert_eq!(of(&self.rescue), expected(rescue, to_rescue), "{kind}");
        assert_eq!(of(&self.programmer), expected(programmer, kind == Kind::Plb), "{kind}");
        for message in self.programmer.received() {
            let text = message.to_string();
            assert!(
                !text.contains("nationalId") && !text.contains("\"contacts\""),
                "{kind}: {text}"
            );
        }
        for message in self.rescue.received() {
            assert_eq!(message["data"]["permitId"], json!(self.permit));
            let record = &message["data"]["record"];
            assert!(record["permit"]["number"].is_string(), "{kind}: {record}");
        }
    }
}

#[tokio::test]
async fn every_kind_is_suspended_reinstated_and_revoked() {
    for any in KINDS {
        let life = Life::of(*any).await;
        let begun = stored(&life.app, &life.permit).await.status.code();
        assert_eq!(life.verified().await, "valid");
        life.decide("suspension").await;
        life.is("suspended").await;
        assert_ne!(life.verified().await, "valid", "{}", any.kind());
        life.decide("reinstatement").await;
        life.is(begun).await;
        assert_eq!(life.verified().await, "valid");
        life.decide("revocation").await;
        life.is("revoked").await;
        assert_eq!(life.verified().await, "revoked");
        let body = json!({ "grounds": "En gang til." });
        let again = act(&life.app, &life.path(), "revocation", &caseworker(), &body).await;
        again.expect_problem(409, "illegal-transition");
        life.told(
            &["permit.issued", "permit.suspended", "permit.reinstated", "permit.revoked"],
            &["programming.ordered", "permit.suspended", "permit.reinstated", "permit.revoked"],
        );
        let history = life.app.get(&format!("{}/history", life.path()), &caseworker()).await;
        assert!(history.expect(200).text().contains("Etter tilsyn."), "{}", any.kind());
        life.app.finish().await;
    }
}

#[tokio::test]
async fn every_kind_is_surrendered_by_its_holder_only() {
    for any in KINDS {
        let life = Life::of(*any).await;
        let body = json!({ "reason": "noLongerUsed" });
        let stranger = holder_of(*any, 2);
        let path = format!("{}/surrender", life.path());
        life.app.post_on(&path, &stranger, "\"v1\"", &body).await.expect_problem(404, "not-found");
        let given_up = act(&life.app, &life.path(), "surrender", &life.holder, &body).await;
        given_up.expect(200);
        life.app.deliver().await;
        life.is("surrendered").await;
        assert_ne!(life.verified().await, "valid", "{}", any.kind());
        life.told(
            &["permit.issued", "permit.surrendered"],
            &["programming.ordered", "permit.surrendered"],
        );
        life.app.finish().await;
    }
}

#[tokio::test]
async fn every_kind_expires_by_the_job_on_the_day_after_its_last() {
    for any in KINDS {
        let life = Life::of(*any).await;
        // not by the recipients' clocks: they refuse what was signed another day
        life.app.waive_deliveries();
        let first = stored(&life.app, &life.permit).await.validity.from();
        let end = first.max(life.app.day_in(0)) + Days::new(40);
        let body = json!({ "grounds": "Tidsbegrenset.", "validUntil": end });
        let amended = act(&life.app, &life.path(), "amendment", &caseworker(), &body).await;
        assert_eq!(amended.status, 200, "{}: {}", any.kind(), amended.text());
        let status = stored(&life.app, &life.permit).await.status.code();
        let left = (end - life.app.day_in(0)).num_days();
        life.app.clock.advance(TimeDelta::days(left - 1));
        anrop::jobs::expire_once(life.app.app.clone()).await.expect("runs");
        life.is(status).await;
        life.app.clock.advance(TimeDelta::days(1));
        anrop::jobs::expire_once(life.app.app.clone()).await.expect("runs");
        life.is("expired").await;
        assert_eq!(life.verified().await, "expired", "{}", any.kind());
        life.app.finish().await;
    }
}

/// The text of a PDF without white space, as a reader of ours does not make it.
fn read_back(pdf: &[u8]) -> String {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    std::io::Write::write_all(&mut file, pdf).expect("written");
    let out = Command::new("pdftotext")
        .args(["-enc", "UTF-8"])
        .arg(file.path())
        .arg("-")
        .output()
        .expect("pdftotext is installed");
    assert!(out.status.success());
    squeezed(&String::from_utf8(out.stdout).expect("UTF-8"))
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

#[tokio::test]
async fn the_certificate_of_every_kind_reads_in_three_languages() {
    for any in KINDS {
        let life = Life::of(*any).await;
        let kept = stored(&life.app, &life.permit).await;
        for language in Language::ALL {
            let path = format!("{}/certificate?language={}", life.path(), language.code());
            let pdf = life.app.get(&path, &life.holder).await.expect(200);
            assert_eq!(pdf.header("content-type"), "application/pdf");
            let text = read_back(&pdf.bytes);
            let sign = kept.call_sign.map(|sign| sign.to_string()).unwrap_or_default();
            for part in [any.title(language), &kept.number, &kept.verification_code, &sign] {
                let part = squeezed(part);
                assert!(text.contains(&part), "{} {language:?}: {part} in {text}", any.kind());
            }
            for (label, value) in any.certificate(&kept.details, language) {
                let fact = squeezed(&value);
                let shown = text.contains(&squeezed(&label)) && text.contains(&fact);
                assert!(shown || fact.len() > 60, "{} {language:?}: {label}: {fact}", any.kind());
            }
            // who decides an appeal stands on it
            let appeal = match language {
                Language::Bokmal => "kanpåklagestilDigitaliserings-ogforvaltningsdepartementet",
                Language::Nynorsk => "kanklagastpåtilDigitaliserings-ogforvaltingsdepartementet",
                Language::English => "maybeappealedtotheMinistryofDigitalisation",
            };
            assert!(text.contains(appeal), "{} {language:?}: {text}", any.kind());
            let accept = [("accept", "text/html")];
            let page = life.app.send("GET", &path, Some(&life.holder), &accept, None).await;
            assert!(page.expect(200).text().contains(&kept.number));
        }
        life.app.finish().await;
    }
}

#[tokio::test]
async fn every_kind_is_charged_what_the_fee_table_says_with_the_grant() {
    for any in KINDS {
        let life = Life::of(*any).await;
        let kept = stored(&life.app, &life.permit).await;
        let path = format!("/v1/invoices?permit={}", life.permit);
        let page = life.app.get(&path, &caseworker()).await.expect(200).json();
        let lines = page["items"].as_array().expect("items");
        let items = any.fees(&kept.details);
        let today = oslo_date(kept.issued_at);
        let once = fee::rules::once(&items, today).expect("known");
        let held = fee::rules::Holding {
            first: kept.validity.from().max(today),
            last: kept.validity.until(),
        };
        let annual = if held.first <= today {
            let year = chrono::Datelike::year(&today);
            fee::rules::annual(&items, held, year).expect("known")
        } else {
            Vec::new()
        };
        let expected: i64 = once.iter().chain(&annual).map(|line| line.amount_ore).sum();
        let charged: i64 = lines.iter().map(|line| line["amountOre"].as_i64().unwrap()).sum();
        assert_eq!(charged, expected, "{}: {page}", any.kind());
        assert_eq!(lines.is_empty(), once.is_empty() && annual.is_empty(), "{}", any.kind());
        for line in lines {
            assert_eq!(line["appealBody"], "Digitaliserings- og forvaltningsdepartementet");
        }
        life.app.finish().await;
    }
}
