//! Who may call what, and whose things they may see. The table is written here once more, by hand:
//! it must not be read from `http/access.rs`, or both would be wrong together.

use std::collections::BTreeSet;

use anrop::{
    http::document,
    identity::{Role, token::Ticket},
};
use serde_json::{Value, json};

use crate::{
    kinds::business::{number, organisation, supplier},
    support::{Reply, TestApp, Who, people},
};

/// One row per operation, one column per caller: without sign-in, then every role in the order of
/// `Role::ALL` (person, representative, caseworker, supervisor, rescue, programmer, provider,
/// examiner, officer, administrator).
const TABLE: &[(&str, &str)] = &[
    // open to everybody
    ("getHealth", "+ ++++++++++"),
    ("getReadiness", "+ ++++++++++"),
    ("getDocument", "+ ++++++++++"),
    ("listCallSigns", "+ ++++++++++"),
    ("getCallSign", "+ ++++++++++"),
    ("getCallSignEvents", "+ ++++++++++"),
    ("listNumberRanges", "+ ++++++++++"),
    ("getNumberRange", "+ ++++++++++"),
    ("listAmateurBands", "+ ++++++++++"),
    ("listChanges", "+ ++++++++++"),
    ("getSnapshot", "+ ++++++++++"),
    ("getFileSchema", "+ ++++++++++"),
    ("getCatalog", "+ ++++++++++"),
    ("listInstallers", "+ ++++++++++"),
    ("getInstaller", "+ ++++++++++"),
    ("listSuppliers", "+ ++++++++++"),
    ("getSupplier", "+ ++++++++++"),
    ("listFrequencyPermits", "+ ++++++++++"),
    ("getFrequencyPermit", "+ ++++++++++"),
    ("verifyPermit", "+ ++++++++++"),
    ("listPublicJournal", "+ ++++++++++"),
    ("requestDocumentAccess", "+ ++++++++++"),
    ("getDocumentAccessAnswer", "+ ++++++++++"),
    ("getAccessedDocument", "+ ++++++++++"),
    ("appealDocumentAccess", "+ ++++++++++"),
    ("demandFullerGrounds", "+ ++++++++++"),
    ("listProcessingActivities", "+ ++++++++++"),
    ("listFrequencyPlan", "+ ++++++++++"),
    ("getStatistics", "+ ++++++++++"),
    ("getContactLink", "+ ++++++++++"),
    ("answerContactLink", "+ ++++++++++"),
    // applicants and holders; caseworkers file for those who write letters
    ("submitPlbApplication", "- ++++------"),
    ("submitAircraftApplication", "- ++++------"),
    ("submitAmateurApplication", "- ++++------"),
    ("submitInstallerApplication", "- ++++------"),
    ("submitSupplierApplication", "- ++++------"),
    ("submitPriorityApplication", "- ++++------"),
    ("submitTransmitterApplication", "- ++++------"),
    ("submitSpectrumApplication", "- ++++------"),
    ("submitNumberingApplication", "- ++++------"),
    ("beginPlbDraft", "- ++--------"),
    ("beginAircraftDraft", "- ++--------"),
    ("beginAmateurDraft", "- ++--------"),
    ("beginInstallerDraft", "- ++--------"),
    ("beginSupplierDraft", "- ++--------"),
    ("beginPriorityDraft", "- ++--------"),
    ("beginTransmitterDraft", "- ++--------"),
    ("beginSpectrumDraft", "- ++--------"),
    ("beginNumberingDraft", "- ++--------"),
    ("listDrafts", "- ++--------"),
    ("getDraft", "- ++--------"),
    ("putDraft", "- ++--------"),
    ("deleteDraft", "- ++--------"),
    ("submitDraft", "- ++--------"),
    ("listCases", "- ++++------"),
    ("getCase", "- ++++------"),
    ("replyInCase", "- ++--------"),
    ("withdrawCase", "- ++--------"),
    ("acceptTransfer", "- ++--------"),
    ("appealInCase", "- ++--------"),
    ("commentOnAppeal", "- ++--------"),
    ("demandReasons", "- ++--------"),
    ("listAppeals", "- ++++------"),
    ("addCaseDocument", "- ++++------"),
    ("listCaseDocuments", "- ++++------"),
    ("getCaseDocument", "- ++++------"),
    ("listLetters", "- ++++------"),
    ("getLetter", "- ++++------"),
    ("getLetterFile", "- ++++------"),
    ("getJournalEntry", "- --++------"),
    ("setJournalAccess", "- --++------"),
    ("listDocumentAccessRequests", "- --++------"),
    ("getDocumentAccessRequest", "- --++------"),
    ("putReleasedDocument", "- --++------"),
    ("decideDocumentAccess", "- --++------"),
    ("giveFullerGrounds", "- --++------"),
    ("listDocumentAccessAppeals", "- --++------"),
    ("decideDocumentAccessAppeal", "- --++------"),
    ("listTasks", "- --++------"),
    ("completeTask", "- --++------"),
    ("decideTask", "- --++------"),
    ("restrictHolder", "- --------++"),
    ("liftRestriction", "- --------++"),
    ("listRestrictions", "- --++----++"),
    ("getRestriction", "- --++----++"),
    ("listPermits", "- ++++------"),
    ("getPermit", "- ++++------"),
    ("getPermitHistory", "- ++++----+-"),
    ("getCertificate", "- ++++------"),
    ("replaceContacts", "- ++++------"),
    ("confirmPermit", "- ++++------"),
    ("surrenderPermit", "- ++++------"),
    ("applyForAmendment", "- ++--------"),
    ("renewPermit", "- ++--------"),
    ("transferPermit", "- ++--------"),
    ("listInvoices", "- ++++------"),
    ("listFeeInvoices", "- ++++------"),
    ("getFeeInvoice", "- ++++------"),
    ("getFeeInvoiceEhf", "- ++++------"),
    ("reportBeaconCondition", "- ++++------"),
    ("handOverCallSign", "- ++++------"),
    ("getMe", "- ++--------"),
    ("updateMe", "- ++--------"),
    ("getOrganisation", "- -+--------"),
    ("updateOrganisation", "- -+--------"),
    ("listOwnDisclosures", "- ++--------"),
    ("listConsents", "- ++--------"),
    ("giveConsent", "- ++--------"),
    ("withdrawConsent", "- ++--------"),
    // the authority
    ("assignCase", "- --++------"),
    ("requestInformation", "- --++------"),
    ("moveAnswerDay", "- --++------"),
    ("withdrawInformationRequest", "- --++------"),
    ("addCaseNote", "- --++------"),
    ("decideCase", "- --++------"),
    ("previewDecision", "- --++------"),
    ("signDecision", "- ---+------"),
    ("sendDecisionBack", "- --++------"),
    ("registerApplication", "- --++------"),
    ("registerAppeal", "- --++------"),
    ("registerAppealComment", "- --++------"),
    ("registerReasonsDemand", "- --++------"),
    ("giveReasons", "- --++------"),
    ("previewReasons", "- --++------"),
    ("registerReply", "- --++------"),
    ("correctRingMunicipalities", "- --++------"),
    ("registerWithdrawal", "- --++------"),
    ("registerConsent", "- --++------"),
    ("registerSupervisionAppeal", "- --++------"),
    ("decideAppeal", "- --++------"),
    ("previewAppealForwarding", "- --++------"),
    ("changeTimeLimit", "- --++------"),
    ("answerAppealDeferral", "- --++------"),
    ("appealFeeInvoice", "- ++--------"),
    ("registerFeeAppeal", "- --++------"),
    ("listFeeAppeals", "- ++++------"),
    ("decideFeeAppeal", "- --++------"),
    ("answerFeeDeferral", "- --++------"),
    ("getFeeAppealPackage", "- --++------"),
    ("getAppealPackage", "- --++------"),
    ("answerSupervisionDeferral", "- --++------"),
    ("getSupervisionAppealPackage", "- --++------"),
    ("putUtilisationReport", "- -+--------"),
    ("getUtilisationReport", "- -+++------"),
    ("listUtilisationReports", "- --++------"),
    ("putNumberUse", "- -+--------"),
    ("getNumberUse", "- -+++------"),
    ("transferNumberSeries", "- --++------"),
    ("changeListedNumberRange", "- --++------"),
    ("listNumberRangeChanges", "- --++------"),
    ("amendPermit", "- --++------"),
    ("notifyHolder", "- --++------"),
    ("previewAdvanceNotice", "- --++------"),
    ("suspendPermit", "- --++------"),
    ("reinstatePermit", "- --++------"),
    ("revokePermit", "- --++------"),
    ("recordPayment", "- --++------"),
    ("getSpectrumFeePool", "- --++------"),
    ("putSpectrumFeePool", "- --++------"),
    ("creditFeeInvoice", "- --++------"),
    ("exportFeeAccounts", "- --++-----+"),
    ("startFeeRun", "- ---+-----+"),
    ("listFeeRuns", "- --++-----+"),
    ("getFeeRun", "- --++-----+"),
    ("importPaymentFile", "- --++-----+"),
    ("listIncomingPayments", "- --++-----+"),
    ("placeIncomingPayment", "- --++------"),
    ("searchHolders", "- --++------"),
    ("listCallSignSeries", "- --++------"),
    ("reserveCallSign", "- --++------"),
    ("blockCallSign", "- --++------"),
    ("releaseCallSign", "- --++------"),
    ("getCallSignHistory", "- --++------"),
    ("drawCallSign", "- --++------"),
    ("changeCallSign", "- --++------"),
    ("listJournal", "- --++------"),
    ("assessQualifiedPerson", "- --++------"),
    ("searchQualifiedPersons", "- --++------"),
    // machines
    ("lookUpBeacon", "- ----+-----"),
    ("lookUpAlertText", "- ----+-----"),
    ("recordAlert", "- ----+-----"),
    ("listRescueChanges", "- ----+-----"),
    ("getRescueDigest", "- ----+-----"),
    ("listRescuePermits", "- ----+-----"),
    ("listRescueAlerts", "- ----+-----"),
    ("completeIncidentReference", "- ----+-----"),
    ("bringLookUpsOfCopies", "- ----+-----"),
    ("writeRescueExtract", "- ----+-----"),
    ("listProgrammingOrders", "- -----+----"),
    ("reportProgramming", "- -----+----"),
    ("getPriorityApproval", "- ------+---"),
    ("importExamResults", "- -------+-+"),
    // operations
    ("listSubscriptions", "- ---------+"),
    ("createSubscription", "- ---------+"),
    ("rotateSubscriptionSecret", "- ---------+"),
    ("pauseSubscription", "- ---------+"),
    ("resumeSubscription", "- ---------+"),
    ("getWebhookKeys", "+ ++++++++++"),
    ("readdressSubscription", "- ---------+"),
    ("endSubscription", "- ---------+"),
    ("retryDelivery", "- ---------+"),
    ("dismissDelivery", "- ---------+"),
    ("replaySubscription", "- ---------+"),
    ("listDeliveries", "- ---------+"),
    // supervision
    ("reportInterference", "+ ++++++++++"),
    ("lookUpInterferenceReport", "+ ++++++++++"),
    ("getInterferenceStatistics", "+ ++++++++++"),
    ("listInterferenceReports", "- --++------"),
    ("getInterferenceReport", "- --++------"),
    ("acknowledgeInterferenceAlarm", "- --++------"),
    ("triageInterferenceReport", "- --++------"),
    ("openSupervisionCase", "- --++------"),
    ("listSupervisionCases", "- --++------"),
    ("getSupervisionCase", "- --++------"),
    ("identifyRespondent", "- --++------"),
    ("assignSupervisionCase", "- --++------"),
    ("recordMeasurement", "- --++------"),
    ("recordRemark", "- --++------"),
    ("giveAdvanceNotice", "- --++------"),
    ("giveOrder", "- --++------"),
    ("proposeCoerciveFine", "- --++------"),
    ("recordCorrection", "- --++------"),
    ("closeSupervisionCase", "- --++------"),
    ("sendCoerciveFineBack", "- --++------"),
    ("decideSupervisionAppeal", "- --++------"),
    ("signCoerciveFine", "- ---+------"),
    ("getSupervisionDecision", "- ++++------"),
    ("appealSupervisionDecision", "- ++--------"),
    ("setLegalHold", "- ---------+"),
    ("liftLegalHold", "- ---------+"),
    ("listLegalHolds", "- --------++"),
    ("getLegalHold", "- --------++"),
];

const NOBODYS_ID: &str = "019a9f2c-5e0c-7d1a-b0cd-ef0123456789";

/// An operation as the document has it, ready to be called.
struct Operation {
    id: String,
    method: String,
    path: String,
    scope: Option<String>,
    takes_body: bool,
}

fn operations() -> Vec<Operation> {
    let document: Value = serde_json::from_str(document::COMMITTED).expect("JSON");
    let mut found = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            found.push(Operation {
                id: operation["operationId"].as_str().expect("an id").to_owned(),
                method: method.to_uppercase(),
                path: path
                    .replace("{id}", NOBODYS_ID)
                    .replace("schemas/{file}", "schemas/call-signs.schema.json")
                    .replace("{file}", "call-signs.csv")
                    .replace("{lookUpId}", NOBODYS_ID)
                    .replace("{documentId}", NOBODYS_ID)
                    .replace("{callSign}", "LB1AG")
                    .replace("{organisationNumber}", "312345676")
                    .replace("{purpose}", "call-sign-list")
                    .replace("{number}", "22000000")
                    .replace("{year}", "2026")
                    .replace("{token}", "AAAAAAAAAAAAAAAAAAAAAA")
                    .replace("{code}", "0123456789ABCDEFGHJKMNPQRS")
                    .replace("{key}", "A02F00C0E400001"),
                scope: operation["security"][0]["bearer"][0].as_str().map(str::to_owned),
                takes_body: operation["requestBody"].is_object(),
            });
        }
    }
    found
}

/// Calls it with the least that reaches the rule of access.
async fn call(app: &TestApp, operation: &Operation, who: Option<&Who>) -> Reply {
    assert!(!operation.path.contains('{'), "say what {} stands for", operation.path);
    let headers = [("if-match", "\"v1\""), ("incident-reference", "pending")];
    let body = operation.takes_body.then(|| json!({}));
    app.send(&operation.method, &operation.path, who, &headers, body.as_ref()).await
}

fn with_scopes(role: Role, scopes: &[&str]) -> Who {
    let scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
    Who(Ticket { scopes: Some(scopes), ..Who::role(role).0 })
}

#[test]
fn every_operation_has_a_row_and_every_row_an_operation() {
    let rows: BTreeSet<&str> = TABLE.iter().map(|(operation, _)| *operation).collect();
    let all = operations();
    let published: BTreeSet<&str> = all.iter().map(|operation| operation.id.as_str()).collect();
    assert_eq!(rows, published);
    assert_eq!(rows.len(), TABLE.len(), "a row stands twice");
    assert!(TABLE.iter().all(|(_, row)| row.len() == 2 + Role::ALL.len()));
}

#[tokio::test]
async fn each_role_may_call_what_the_table_says_and_nothing_else() {
    let app = TestApp::start().await;
    for operation in operations() {
        let (_, row) = TABLE.iter().find(|(id, _)| *id == operation.id).expect("a row");
        let mut marks = row.bytes();
        let callers = [None, None].into_iter().chain(Role::ALL.into_iter().map(Some));
        for (position, role) in callers.enumerate() {
            let mark = marks.next();
            if position == 1 {
                continue; // the gap after the first column
            }
            let who = role.map(Who::role);
            let reply = call(&app, &operation, who.as_ref()).await;
            let place = format!("{} by {role:?}: {}", operation.id, reply.text());
            if mark == Some(b'+') {
                assert!(![401, 403].contains(&reply.status), "{place}");
                assert!(reply.status < 500, "{place}");
            } else if role.is_none() {
                assert_eq!(reply.header("www-authenticate"), "Bearer", "{place}");
                reply.expect_problem(401, "not-signed-in");
            } else {
                assert_eq!(reply.status, 403, "{place}");
                reply.expect_problem(403, "not-allowed");
            }
        }
    }
    app.finish().await;
}

#[tokio::test]
async fn a_token_needs_the_scope_of_the_operation() {
    let app = TestApp::start().await;
    let all = operations();
    let scopes: BTreeSet<&str> = all.iter().filter_map(|one| one.scope.as_deref()).collect();
    for operation in &all {
        let Some(scope) = operation.scope.as_deref() else { continue };
        let (_, row) = TABLE.iter().find(|(id, _)| *id == operation.id).expect("a row");
        let role = Role::ALL[row[2..].find('+').expect("somebody may call it")];
        let others: Vec<&str> =
            scopes.iter().copied().filter(|other| *other != scope).chain(["openid"]).collect();
        call(&app, operation, Some(&with_scopes(role, &others)))
            .await
            .expect_problem(403, "not-allowed");
        let reply = call(&app, operation, Some(&with_scopes(role, &[scope]))).await;
        assert!(![401, 403].contains(&reply.status), "{}: {}", operation.id, reply.text());
    }
    app.finish().await;
}

/// A case of the `n`th person, granted by a caseworker where `grant` says so.
async fn plb(app: &TestApp, n: u64, serial: u32, grant: bool) -> Value {
    let mut application = people::plb_application(n);
    application["beacon"]["serial"] = json!(serial);
    let key = format!("{n}-{serial}");
    let receipt = app
        .send(
            "POST",
            "/v1/plb/applications",
            Some(&Who::person(n)),
            &[("idempotency-key", &key)],
            Some(&application),
        )
        .await
        .expect(201);
    if !grant {
        return receipt.json();
    }
    let path = format!("{}/decision", receipt.header("location"));
    let granted = json!({ "outcome": "granted" });
    app.post_on(&path, &Who::caseworker("a"), &receipt.etag(), &granted).await.expect(200).json()
}

/// What a stranger is told, without the request's own number.
fn told(reply: &Reply) -> Value {
    let mut body = reply.json();
    assert!(body["instance"].is_string());
    body["instance"] = json!(null);
    body
}

fn strangers() -> Vec<Who> {
    let representative = Ticket {
        organisation: Some("312345676".to_owned()),
        ..Ticket { roles: vec![Role::Representative], ..Who::person(3).0 }
    };
    vec![
        Who::person(2), // has a case and a permit of their own
        Who::person(3), // the registry has never met them
        Who(representative),
    ]
}

#[tokio::test]
async fn anothers_case_or_permit_is_told_apart_from_nothing_by_nobody() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let open = plb(&app, 1, 101, false).await["caseId"].as_str().expect("a case").to_owned();
    let decided = plb(&app, 1, 102, true).await;
    let (case, permit) = (decided["id"].as_str().unwrap(), decided["permitId"].as_str().unwrap());
    plb(&app, 2, 201, true).await;
    let contacts = json!({ "emergencyContacts": people::plb_application(2)["emergencyContacts"] });
    let requests = [
        ("GET", "/v1/cases/{id}", &*open, None),
        ("GET", "/v1/cases/{id}", case, None),
        ("POST", "/v1/cases/{id}/withdrawal", &open, None),
        ("POST", "/v1/cases/{id}/replies", &open, Some(json!({ "text": "Jeg svarer for henne." }))),
        ("GET", "/v1/permits/{id}", permit, None),
        ("GET", "/v1/permits/{id}/history", permit, None),
        ("GET", "/v1/permits/{id}/certificate", permit, None),
        ("PUT", "/v1/permits/{id}/contacts", permit, Some(contacts)),
        ("POST", "/v1/permits/{id}/confirmation", permit, None),
        ("POST", "/v1/permits/{id}/surrender", permit, Some(json!({ "reason": "sold" }))),
        ("POST", "/v1/permits/{id}/renewal", permit, None),
        (
            "POST",
            "/v1/permits/{id}/amendment-applications",
            permit,
            Some(json!({ "application": people::plb_application(2) })),
        ),
        (
            "POST",
            "/v1/permits/{id}/transfer",
            permit,
            Some(json!({ "newHolder": "312345676", "reason": "Solgt." })),
        ),
        (
            "POST",
            "/v1/cases/{id}/acceptance",
            case,
            Some(json!({ "applicant": people::applicant(3) })),
        ),
    ];
    for (method, path, id, body) in &requests {
        for who in strangers() {
            let mut answers = Vec::new();
            for id in [id, NOBODYS_ID, "not-an-id"] {
                let path = path.replace("{id}", id);
                let headers = [("if-match", "\"v1\"")];
                let reply = app.send(method, &path, Some(&who), &headers, body.as_ref()).await;
                assert_eq!(reply.status, 404, "{method} {path}: {}", reply.text());
                answers.push(told(&reply));
            }
            assert!(answers.iter().all(|answer| *answer == answers[0]), "{method} {path}");
        }
    }
    // and nothing of it had an effect
    let kari = Who::person(1);
    let seen = app.get(&format!("/v1/cases/{open}"), &kari).await.expect(200);
    assert_eq!((seen.json()["status"].clone(), seen.etag()), (json!("submitted"), "\"v1\"".into()));
    let seen = app.get(&format!("/v1/permits/{permit}"), &kari).await.expect(200);
    assert_eq!(seen.etag(), "\"v1\"");
    app.finish().await;
}

#[tokio::test]
async fn lists_cursors_and_idempotency_keys_show_only_ones_own() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (kari, ola, unknown) = (Who::person(1), Who::person(2), Who::person(3));
    for serial in [101, 102, 103] {
        plb(&app, 1, serial, true).await;
    }
    let own = plb(&app, 2, 201, true).await;
    for list in ["/v1/cases", "/v1/permits"] {
        let hers = app.get(&format!("{list}?limit=1"), &kari).await.expect(200).json();
        assert_eq!(hers["total"], 3, "{list}");
        let next = hers["next"].as_str().expect("a cursor");
        let his = app.get(list, &ola).await.expect(200).json();
        assert_eq!((&his["total"], his["items"].as_array().map(Vec::len)), (&json!(1), Some(1)));
        let on = app.get(&format!("{list}?cursor={next}"), &ola).await.expect(200).json();
        assert_eq!(on["total"], 1, "{list}");
        for item in on["items"].as_array().expect("items") {
            assert!([&own["id"], &own["permitId"]].contains(&&item["id"]), "{list}: {item}");
        }
        for who in [&unknown, &strangers()[2]] {
            let none = app.get(list, who).await.expect(200).json();
            assert_eq!((&none["total"], &none["items"]), (&json!(0), &json!([])), "{list}");
        }
    }
    // a filter is no way round
    let all = app.get("/v1/cases?assignee=a&status=granted", &ola).await.expect(200).json();
    assert_eq!(all["total"], 1);

    // the key of another person, with that person's own body, makes a case of one's own
    let mut hers = people::plb_application(1);
    hers["beacon"]["serial"] = json!(101);
    let key = [("idempotency-key", "1-101")];
    let made =
        app.send("POST", "/v1/plb/applications", Some(&ola), &key, Some(&hers)).await.expect(201);
    app.get(made.header("location"), &ola).await.expect(200);
    app.get(made.header("location"), &kari).await.expect(404);
    app.finish().await;
}

#[tokio::test]
async fn consent_and_own_data_are_ones_own() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let (kari, ola) = (Who::person(1), Who::person(2));
    for n in [1, 2] {
        let passed = json!({ "results": [{
            "nationalId": Who::person(n).national_id(), "licenceClass": "full",
            "passedOn": "2026-10-01", "reference": format!("2026-10/{n}")
        }] });
        app.post("/v1/exam-results", &Who::role(Role::Examiner), &passed).await.expect(201);
    }
    let path = "/v1/amateur/applications";
    let hers = people::amateur_application(1, &["name"]);
    let sign = app.post(path, &kari, &hers).await.expect(201).json()["callSign"].clone();
    let his = people::amateur_application(2, &["name"]);
    app.post(path, &ola, &his).await.expect(201);
    let sign = sign.as_str().expect("a call sign");

    let form = json!({ "callSign": sign, "fields": ["name", "address"] });
    let foreign =
        app.send("PUT", "/v1/consents/call-sign-list", Some(&ola), &[], Some(&form)).await;
    assert_eq!(foreign.status, 404);
    let withdrawal = format!("/v1/consents/call-sign-list?callSign={sign}");
    let withdrawn = app.send("DELETE", &withdrawal, Some(&ola), &[], None).await;
    assert!([204, 404].contains(&withdrawn.status));
    let shown = app.get_public(&format!("/v1/call-signs/{sign}")).await.expect(200).json();
    assert_eq!(shown["holder"]["name"], hers["applicant"]["name"], "her consent still stands");
    let list = app.get("/v1/consents", &ola).await.expect(200).json();
    assert_eq!(list["total"], 1);
    assert_ne!(list["items"][0]["callSign"], sign);
    let me = app.get("/v1/me", &ola).await.expect(200);
    assert_eq!(me.json()["name"], his["applicant"]["name"]);
    assert_eq!(me.header("cache-control"), "no-store");
    app.get("/v1/me", &Who::person(3)).await.expect_problem(404, "not-found");
    app.finish().await;
}

#[tokio::test]
async fn who_represents_an_organisation_reads_and_corrects_it_and_no_other() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    for n in [1, 2] {
        let path = "/v1/supplier/applications";
        app.post(path, &organisation(n), &supplier(n, &["supplier"])).await.expect(201);
    }
    let (own, other) = (organisation(1), number(2));
    let path = format!("/v1/organisations/{}", number(1));
    let known = app.get(&path, &own).await.expect(200);
    assert_eq!(known.json(), app.get("/v1/me", &own).await.expect(200).json());
    let mut body = known.json();
    for member in ["id", "kind", "organisationNumber", "addressProtected", "changedAt"] {
        body.as_object_mut().expect("an object").remove(member);
    }
    body["phone"] = json!("+4768050042");
    app.put(&path, &own, None, &body).await.expect_problem(428, "precondition-required");
    let changed = app.put(&path, &own, Some(&known.etag()), &body).await.expect(200);
    assert_eq!(changed.json()["phone"], "+4768050042");
    app.put(&path, &own, Some(&known.etag()), &body).await.expect_problem(412, "stale-version");
    assert_eq!(app.get(&path, &own).await.expect(200).json()["phone"], "+4768050042");

    for wrong in [other.as_str(), "312345677", "1", "%F0%9F%90%9F"] {
        let path = format!("/v1/organisations/{wrong}");
        app.get(&path, &own).await.expect_problem(404, "not-found");
        let etag = changed.etag();
        app.put(&path, &own, Some(&etag), &body).await.expect_problem(404, "not-found");
    }
    let not_met = format!("/v1/organisations/{}", number(3));
    app.get(&not_met, &organisation(3)).await.expect_problem(404, "not-found");
    app.finish().await;
}

#[tokio::test]
async fn a_token_limited_to_a_kind_decides_no_other_kind() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let granted = json!({ "outcome": "granted" });
    let case = plb(&app, 1, 101, false).await["caseId"].as_str().expect("a case").to_owned();
    let path = format!("/v1/cases/{case}/decision");
    let amateur = ["anrop:case.read", "anrop:case.decide", "anrop:amateur.decide"];
    let limited = with_scopes(Role::Caseworker, &amateur);
    app.post_on(&path, &limited, "\"v1\"", &granted).await.expect_problem(403, "not-allowed");
    // the scope of a kind alone does not open the operation either
    let alone = with_scopes(Role::Caseworker, &["anrop:plb.decide"]);
    app.post_on(&path, &alone, "\"v1\"", &granted).await.expect_problem(403, "not-allowed");
    let plb = with_scopes(Role::Caseworker, &["anrop:case.decide", "anrop:plb.decide"]);
    let decided = app.post_on(&path, &plb, "\"v1\"", &granted).await.expect(200).json();

    let permit = format!("/v1/permits/{}", decided["permitId"].as_str().expect("a permit"));
    let amateur = ["anrop:permit.decide", "anrop:amateur.decide"];
    let limited = with_scopes(Role::Caseworker, &amateur);
    let grounds = json!({ "grounds": "Vilkårene er brutt." });
    for step in ["suspension", "reinstatement", "revocation"] {
        app.post_on(&format!("{permit}/{step}"), &limited, "\"v1\"", &grounds)
            .await
            .expect_problem(403, "not-allowed");
    }
    let body =
        json!({ "range": "21 00 00 00-21 00 99 99", "change": "returned", "grounds": "Nei." });
    app.post("/v1/number-range-changes", &limited, &body).await.expect_problem(403, "not-allowed");
    app.finish().await;
}

#[tokio::test]
async fn a_caseworker_decides_nothing_of_their_own() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let own = Who(Ticket { roles: vec![Role::Caseworker], ..Who::person(1).0 });
    let case = plb(&app, 1, 101, false).await["caseId"].as_str().expect("a case").to_owned();
    let path = format!("/v1/cases/{case}");
    let steps = [
        ("decision", json!({ "outcome": "granted" })),
        ("information-request", json!({ "text": "Hvilken farge?", "dueOn": "2099-01-01" })),
        ("information-request-day", json!({ "dueOn": "2099-01-01" })),
        ("information-request-withdrawal", json!({})),
    ];
    for (step, body) in &steps {
        app.post_on(&format!("{path}/{step}"), &own, "\"v1\"", body)
            .await
            .expect_problem(403, "disqualified");
    }
    let granted = json!({ "outcome": "granted" });
    let decided = app
        .post_on(&format!("{path}/decision"), &Who::caseworker("another"), "\"v1\"", &granted)
        .await
        .expect(200)
        .json();
    let permit = format!("/v1/permits/{}", decided["permitId"].as_str().expect("a permit"));
    let grounds = json!({ "grounds": "Vilkårene er oppfylt igjen." });
    for step in ["suspension", "reinstatement", "revocation"] {
        app.post_on(&format!("{permit}/{step}"), &own, "\"v1\"", &grounds)
            .await
            .expect_problem(403, "disqualified");
    }
    app.finish().await;
}

#[tokio::test]
async fn a_caseworker_who_is_also_signed_in_as_a_person_acts_only_on_their_own_things() {
    let app = TestApp::start().await;
    app.waive_deliveries();
    let both = Who(Ticket { roles: vec![Role::Person, Role::Caseworker], ..Who::person(2).0 });
    let case = plb(&app, 1, 101, false).await["caseId"].as_str().expect("a case").to_owned();
    let permit = plb(&app, 1, 102, true).await["permitId"].as_str().expect("a permit").to_owned();
    let attempts = [
        (format!("/v1/cases/{case}/withdrawal"), None),
        (format!("/v1/cases/{case}/replies"), Some(json!({ "text": "Ja." }))),
        (format!("/v1/permits/{permit}/confirmation"), None),
        (format!("/v1/permits/{permit}/surrender"), Some(json!({ "reason": "sold" }))),
    ];
    for (path, body) in &attempts {
        let headers = [("if-match", "\"v1\"")];
        let reply = app.send("POST", path, Some(&both), &headers, body.as_ref()).await;
        assert_eq!(reply.status, 404, "{path}: {}", reply.text());
    }
    app.finish().await;
}
