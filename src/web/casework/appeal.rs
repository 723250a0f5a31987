//! Appeals at the desk: the list of those that wait, and in the case what came, what becomes of it, and what that means
//! for the permit. Late ones are told apart with their reason; nothing is decided here that the action would not.

use askama::Template;
use chrono::NaiveDate;
use poem::{
    IntoResponse as _, Response, handler,
    http::StatusCode,
    web::{Data, Path},
};
use uuid::Uuid;

use super::{
    APPEALS_PATH, Inside, PATH, appeal_comment,
    appeal_registered::{self, register},
    appeal_shown::with_body,
    case_id,
    case_page::Said,
    caseworker, day,
    deeds::{Undone, Wrong, answered, previewed},
    fee_invoice, frame_at,
};
use crate::{
    app::App,
    appeal::{
        actions::{self, Ruling, deferral::Deferral, preview::Forwarded},
        model::AppealStatus,
        store,
    },
    case,
    case_file::{package, wire::ZipFile},
    failure::Failure,
    fee::invoice,
    http::page,
    permit::kind,
    task::store::duty::appeal_due,
    values::{
        calendar::oslo_date,
        ids::{CaseId, InvoiceId},
    },
    web::{
        form::Form,
        frame::{self, Frame},
        parts::Paging,
        problems,
        sign_in::{SignedIn, Visitor},
        texts::Words,
    },
};

/// Appeals on a page.
const LIMIT: u64 = 50;
const LONGEST: usize = 4000;

/// What stands in the fields of the forms.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// One that is registered.
    pub new: appeal_registered::Typed,
    /// A comment on one that is registered.
    pub comment: appeal_comment::Typed,
    /// Which appeal something is decided about, by its id.
    pub which: String,
    /// What becomes of it.
    pub outcome: String,
    /// Grounds.
    pub grounds: String,
    /// Conditions, one on each line.
    pub conditions: String,
    /// It is sent back.
    pub sent_back: bool,
    /// Day of the appeal body's decision.
    pub decided: String,
    /// Its reference.
    pub reference: String,
    /// Which appeal the answer about waiting is to, by its id.
    pub waits_which: String,
    /// Whether the decision waits: `yes` or `no`.
    pub waits: String,
    /// Grounds of that.
    pub waits_grounds: String,
    /// Day of the appeal body's answer.
    pub waits_day: String,
    /// Its reference.
    pub waits_reference: String,
}

impl Typed {
    /// What a form says.
    pub fn of(form: &Form) -> Self {
        let text = |name: &str| form.get(name).to_owned();
        Self {
            new: appeal_registered::Typed::of(form),
            comment: appeal_comment::Typed::of(form),
            which: text("which"),
            outcome: text("appeal-outcome"),
            grounds: text("appeal-grounds"),
            conditions: text("appeal-conditions"),
            sent_back: form.get("sent-back") == "yes",
            decided: text("decided"),
            reference: text("reference"),
            waits_which: text("waits-which"),
            waits: text("waits"),
            waits_grounds: text("waits-grounds"),
            waits_day: text("waits-day"),
            waits_reference: text("waits-reference"),
        }
    }
}

/// An appeal in the list.
struct Line {
    link: String,
    number: String,
    kind: &'static str,
    status: &'static str,
    when: String,
    tone: &'static str,
    is_late: bool,
    assignee: Option<String>,
}

#[derive(Template)]
#[template(path = "casework_appeals.html", config = "src/web/askama.toml")]
struct ListPage {
    frame: Frame,
    inside: Inside,
    lines: Vec<Line>,
    paging: Paging,
}

/// The appeals that wait.
#[handler]
pub async fn list(visitor: Visitor, Data(app): Data<&App>) -> poem::Result<Response> {
    let visitor = caseworker(visitor, "anrop:case.read")?;
    Ok(match list_page(app, &visitor).await {
        Ok(page) => frame::answer(StatusCode::OK, &page.frame, &page),
        Err(failure) => problems::page(&visitor.reader, failure),
    })
}

async fn list_page(app: &App, visitor: &SignedIn) -> Result<ListPage, Failure> {
    let reader = &visitor.reader;
    let words = reader.words;
    let connection = app.db().read();
    let keys = app.keys();
    let after = page::position(&keys, "appeals", reader.query.get("cursor"))?;
    let waiting = store::waiting(connection, &visitor.caller.kinds(), after, LIMIT + 1).await?;
    let (waiting, next) =
        page::cut(&keys, "appeals", waiting, LIMIT, |one| (one.received_at, one.id));
    let ids: Vec<CaseId> = waiting.iter().map(|one| one.case).collect();
    let cases = case::store::many(connection, &ids).await?;
    let invoices: Vec<InvoiceId> = ids.iter().map(|id| InvoiceId(id.0)).collect();
    let invoices = invoice::store::by_ids(connection, &invoices).await?;
    let today = oslo_date(app.clock().now());
    let lines = waiting.iter().filter_map(|one| {
        let case = cases.iter().find(|case| case.id == one.case);
        let invoice = invoices.iter().find(|invoice| invoice.id.0 == one.case.0);
        let (link, number, kind, assignee) = match (case, invoice) {
            (Some(case), _) => (
                reader.link(format_args!("{PATH}/cases/{}", case.id)),
                case.display_number(),
                kind::any(case.kind).title(reader.language()),
                case.assignee.clone(),
            ),
            (None, Some(invoice)) => (
                reader.link(fee_invoice::PATH.replace(":id", &invoice.id.to_string())),
                words.cwf_invoice(invoice.number),
                words.cwf_fees(),
                None,
            ),
            // orders and fines stand with their supervision case
            (None, None) => return None,
        };
        let due = appeal_due(oslo_date(one.received_at));
        let is_ours = one.status == AppealStatus::Received;
        let is_over = is_ours && due < today;
        let since = one.forwarded_at.map(oslo_date);
        Some(Line {
            link,
            number,
            kind,
            status: words.appeal_status(one.status),
            when: match (is_ours, is_over) {
                (true, true) => words.cwa_overdue(words.date(due)),
                (true, false) => words.cwa_due(words.date(due)),
                _ => with_body(words, one.body.as_deref(), since).unwrap_or_default(),
            },
            tone: if is_over { "danger" } else { "" },
            is_late: !one.in_time,
            assignee,
        })
    });
    Ok(ListPage {
        frame: frame_at(visitor, words.cwa_title(), APPEALS_PATH),
        inside: Inside::of(visitor, APPEALS_PATH),
        lines: lines.collect(),
        paging: Paging::new(reader, None, next.as_deref()),
    })
}

/// Registers an appeal, or writes down what becomes of one.
#[handler]
pub async fn act(
    visitor: Visitor,
    Path(id): Path<String>,
    form: Form,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = caseworker(visitor, "anrop:case.decide")?;
    visitor.own(&form)?;
    let Ok(id) = case_id(&id) else {
        return Ok(problems::page(&visitor.reader, Failure::not_found()));
    };
    let typed = Typed::of(&form);
    if form.get("deed").starts_with("preview-forwarding") {
        let of_body = form.get("deed") == "preview-forwarding-body-file";
        let made = forwarding(app, &visitor, id, &typed).await.map(|letters| {
            let (party, body) = (("forwarding", letters.to_party), ("to-body", letters.to_body));
            if of_body { vec![body] } else { vec![party, body] }
        });
        let said = Said::of(&form);
        return Ok(previewed(app, &visitor, (id, &form), said, made).await);
    }
    let done = match form.get("deed") {
        "register-appeal" => match version(&form) {
            Ok(version) => register(app, &visitor, (id, version), &typed.new).await,
            Err(failure) => Err(failure.into()),
        },
        "register-comment" => appeal_comment::register(app, &visitor, id, &typed.comment).await,
        "decide-appeal" => decided(app, &visitor, id, &form, &typed).await,
        "defer" => deferred(app, &visitor, id, &form, &typed).await,
        _ => Err(Failure::not_found().into()),
    };
    let read: fn(&SignedIn, &Failure) -> Vec<Wrong> = match form.get("deed") {
        "register-appeal" => appeal_registered::wrongs_of,
        "register-comment" => appeal_comment::wrongs_of,
        "defer" => wrongs_of_deferral,
        _ => wrongs_of,
    };
    let said = Said::of(&form);
    Ok(answered(app, &visitor, (id, &form), said, done, read).await)
}

/// Which appeal is meant, where the form names one; what is no id is looked for in vain.
fn named(id: &str) -> Option<Uuid> {
    (!id.is_empty()).then(|| Uuid::try_parse(id).unwrap_or_default())
}

fn version(form: &Form) -> Result<i32, Failure> {
    form.get("version").parse().map_err(|_| Failure::stale())
}

async fn decided(
    app: &App,
    visitor: &SignedIn,
    id: CaseId,
    form: &Form,
    typed: &Typed,
) -> Result<(), Undone> {
    let version = version(form)?;
    let today = oslo_date(app.clock().now());
    let ruling = ruling(visitor.reader.words, typed, today).map_err(Undone::Wrong)?;
    actions::decide(app, &visitor.caller, id, version, &ruling).await?;
    Ok(())
}

/// The letters that would be sent if the appeal were forwarded with what is typed.
async fn forwarding(
    app: &App,
    visitor: &SignedIn,
    id: CaseId,
    typed: &Typed,
) -> Result<Forwarded, Undone> {
    let words = visitor.reader.words;
    if typed.grounds.is_empty() || typed.grounds.chars().count() > LONGEST {
        return Err(Undone::Wrong(vec![("appeal-grounds", words.cwc_wrong_text())]));
    }
    let statement = (named(&typed.which), typed.grounds.as_str());
    Ok(actions::preview::forwarding(app, &visitor.caller, id, statement).await?)
}

/// Writes down whether the decision waits for the appeal.
async fn deferred(
    app: &App,
    visitor: &SignedIn,
    id: CaseId,
    form: &Form,
    typed: &Typed,
) -> Result<(), Undone> {
    let version = version(form)?;
    let today = oslo_date(app.clock().now());
    let deferral = deferral(visitor.reader.words, typed, today).map_err(Undone::Wrong)?;
    actions::deferral::answer(app, &visitor.caller, id, version, &deferral).await?;
    Ok(())
}

/// The answer as a form says it, or what is wrong with that.
fn deferral(words: Words, typed: &Typed, today: NaiveDate) -> Result<Deferral, Vec<Wrong>> {
    let mut wrongs = Vec::new();
    let is_granted = match typed.waits.as_str() {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    if is_granted.is_none() {
        wrongs.push(("waits", words.cwa_wrong_waits()));
    }
    if typed.waits_grounds.is_empty() || typed.waits_grounds.chars().count() > LONGEST {
        wrongs.push(("waits-grounds", words.cwc_wrong_text()));
    }
    let is_of_body = !(typed.waits_day.is_empty() && typed.waits_reference.is_empty());
    let decided = day(&typed.waits_day).filter(|day| *day <= today);
    if is_of_body && decided.is_none() {
        wrongs.push(("waits-day", words.cwa_wrong_decided()));
    }
    let length = typed.waits_reference.chars().count();
    if is_of_body && !(1..=100).contains(&length) {
        wrongs.push(("waits-reference", words.cwa_wrong_reference()));
    }
    match is_granted {
        Some(is_granted) if wrongs.is_empty() => Ok(Deferral {
            appeal: named(&typed.waits_which),
            is_granted,
            grounds: typed.waits_grounds.clone(),
            body_decision: decided.map(|day| (day, typed.waits_reference.clone())),
        }),
        _ => Err(wrongs),
    }
}

/// The documents of a case for the appeal body, as a file to be saved.
#[handler]
pub async fn documents(
    visitor: Visitor,
    Path(id): Path<String>,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = caseworker(visitor, "anrop:case.decide")?;
    let made = async { package::of_case(app, &visitor.caller, case_id(&id)?).await };
    Ok(match made.await {
        Ok(package) => ZipFile(package).into_response(),
        Err(failure) => super::refused(&visitor, failure),
    })
}

/// What becomes of an appeal as a form says it, or what is wrong with that.
fn ruling(words: Words, typed: &Typed, today: NaiveDate) -> Result<Ruling, Vec<Wrong>> {
    let mut wrongs = Vec::new();
    let outcome = AppealStatus::from_code(&typed.outcome)
        .filter(|outcome| *outcome != AppealStatus::Received);
    if outcome.is_none() {
        wrongs.push(("appeal-outcome", words.cwa_wrong_outcome()));
    }
    if typed.grounds.is_empty() || typed.grounds.chars().count() > LONGEST {
        wrongs.push(("appeal-grounds", words.cwc_wrong_text()));
    }
    let changes = matches!(
        outcome,
        Some(AppealStatus::Reversed | AppealStatus::Changed | AppealStatus::Annulled)
    );
    let conditions: Vec<String> =
        typed.conditions.lines().map(str::trim).map(str::to_owned).collect();
    let conditions: Vec<String> = conditions.into_iter().filter(|line| !line.is_empty()).collect();
    if conditions.len() > 20 || conditions.iter().any(|text| text.chars().count() > 1000) {
        wrongs.push(("appeal-conditions", words.cwc_wrong_condition()));
    }
    let mut body_decision = None;
    if outcome.is_some_and(AppealStatus::is_of_the_body) {
        let decided = day(&typed.decided).filter(|day| *day <= today);
        if decided.is_none() {
            wrongs.push(("decided", words.cwa_wrong_decided()));
        }
        if typed.reference.is_empty() || typed.reference.chars().count() > 100 {
            wrongs.push(("reference", words.cwa_wrong_reference()));
        }
        body_decision = decided.map(|day| (day, typed.reference.clone()));
    }
    match outcome {
        Some(outcome) if wrongs.is_empty() => Ok(Ruling {
            appeal: named(&typed.which),
            outcome,
            grounds: typed.grounds.clone(),
            conditions: (changes && !conditions.is_empty()).then_some(conditions),
            sent_back: typed.sent_back && outcome == AppealStatus::Annulled,
            body_decision,
        }),
        _ => Err(wrongs),
    }
}

/// Fields of the forms that an action found wrong.
fn wrongs_of(visitor: &SignedIn, failure: &Failure) -> Vec<Wrong> {
    let words = visitor.reader.words;
    let one = |field: &crate::failure::FieldError| match field.pointer.as_str() {
        "/appealId" => Some(("which", words.cwa_wrong_which())),
        pointer if pointer.starts_with("/conditions") => {
            Some(("appeal-conditions", words.cwc_wrong_condition()))
        }
        _ => None,
    };
    failure.fields().iter().filter_map(one).collect()
}

/// The same of the answer about the decision waiting.
fn wrongs_of_deferral(visitor: &SignedIn, failure: &Failure) -> Vec<Wrong> {
    let which = failure.fields().iter().any(|field| field.pointer == "/appealId");
    let wrong = ("waits-which", visitor.reader.words.cwa_wrong_which());
    which.then_some(wrong).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::language::Language;

    #[test]
    fn what_the_appeal_body_decided_needs_its_day_and_reference() {
        let words = Words(Language::Bokmal);
        let today: NaiveDate = "2026-11-22".parse().expect("a date");
        let mut typed = Typed {
            outcome: "upheld".to_owned(),
            grounds: "Vedtaket er riktig.".to_owned(),
            ..Typed::default()
        };
        let names = |typed: &Typed| {
            ruling(words, typed, today)
                .err()
                .map(|wrongs| wrongs.iter().map(|(name, _)| *name).collect::<Vec<_>>())
        };
        assert_eq!(names(&typed), Some(vec!["decided", "reference"]));
        typed.decided = "2026-11-23".to_owned();
        typed.reference = "25/1".to_owned();
        assert_eq!(names(&typed), Some(vec!["decided"]));
        typed.decided = "20.11.2026".to_owned();
        let made = ruling(words, &typed, today).expect("a ruling");
        assert_eq!(made.body_decision.expect("a day").0.to_string(), "2026-11-20");
        let waits = |typed: &Typed| {
            let wrongs = deferral(words, typed, today).err();
            wrongs.map(|wrongs| wrongs.iter().map(|(name, _)| *name).collect::<Vec<_>>())
        };
        assert_eq!(waits(&typed), Some(vec!["waits", "waits-grounds"]));
        (typed.waits, typed.waits_grounds) = ("yes".to_owned(), "Fordi.".to_owned());
        assert_eq!(waits(&typed), None, "the authority's own");
        typed.waits_reference = "25/2".to_owned();
        assert_eq!(waits(&typed), Some(vec!["waits-day"]));
        typed.waits_day = "2026-11-20".to_owned();
        assert_eq!(waits(&typed), None);
        typed.outcome = "received".to_owned();
        assert_eq!(names(&typed), Some(vec!["appeal-outcome"]));
        for status in AppealStatus::ALL {
            let [bokmal, nynorsk, english] =
                Language::ALL.map(|language| Words(language).appeal_status(status));
            assert!(bokmal != english && nynorsk != english, "{status:?}");
        }
    }
}
