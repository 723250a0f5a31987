//! Appeals against an invoice at the desk: what came, the forms that register one, decide what becomes of it and whether the
//! payment waits, and the documents for the appeal body. Nothing is decided here that the actions would not.

use chrono::NaiveDate;
use poem::{
    IntoResponse as _, Response, handler,
    web::{Data, Path},
};

use super::{appeal_shown::answer_of, caseworker, day, fee_invoice, fees::accountant};
use crate::{
    app::App,
    appeal::{
        model::{Appeal, AppealStatus},
        wire::{AppealOutcome, DeferralForm},
    },
    case_file::wire::ZipFile,
    failure::Failure,
    fee::{
        appeal::{
            actions,
            wire::{FeeAppealDecisionForm, FeeAppealForm},
        },
        invoice::{api::invoice_id, model::Invoice},
        model::InvoiceLine,
    },
    values::{calendar::oslo_date, fee_object},
    web::{
        entry::{DeedForm, Entry, Kind},
        form::Form,
        problems,
        sign_in::{SignedIn, Visitor, see},
        texts::Words,
    },
};

/// Where what is done with an appeal is posted, below the language.
pub const PATH: &str = "/casework/fees/:id/appeal";
/// The documents for the appeal body.
pub const PACKAGE_PATH: &str = "/casework/fees/:id/appeal-package";
const WRITE: &str = "anrop:payment.write";

crate::web::texts::texts! {
    cwfa_line: "Hva som faller bort, når klageren får medhold", "Kva som fell bort, når klagaren får medhald", "What falls away when the appeal succeeds";
    cwfa_all: "Tomt: det klagen gjelder.", "Tomt: det klaga gjeld.", "Empty: what the appeal is about.";
    cwfa_reverse: "Slett kravet (kreditnota)", "Slett kravet (kreditnota)", "Cancel the claim (credit note)";
    cwfa_waits: "Avgjør om betalingen skal vente", "Avgjer om betalinga skal vente", "Decide whether the payment waits";
    cwfa_waits_lead: "Betalingen venter ikke når noen klager, med mindre det er bestemt. Mens den venter, sendes ingen påminnelse.", "Betalinga ventar ikkje når nokon klagar, med mindre det er avgjort. Medan ho ventar, blir inga påminning send.", "Payment does not wait for an appeal unless that is decided. While it waits, nobody is reminded.";
    cwfa_wrong: "Fyll ut det som mangler, med dager som er kommet.", "Fyll ut det som manglar, med dagar som er komne.", "Fill in what is missing, with days that have come.";
}

/// An appeal against an invoice, as the page shows it.
pub struct Shown {
    /// Where it stands, in words.
    pub status: &'static str,
    /// It waits.
    pub is_open: bool,
    /// When it came, and what has been decided since.
    pub when: Vec<String>,
    /// It came late.
    pub is_late: bool,
    /// What is written in it, and the grounds of the latest step.
    pub lines: Vec<String>,
}

/// The appeals against an invoice, the oldest first.
pub fn shown(words: Words, appeals: &[Appeal]) -> Vec<Shown> {
    let one = |appeal: &Appeal| {
        let mut when = vec![words.cwa_received(words.date(oslo_date(appeal.received_at)))];
        when.extend(answer_of(words, appeal));
        if let Some((day, reference)) = &appeal.body_decision {
            when.push(format!("{} ({reference})", words.date(*day)));
        }
        if let Some((at, _)) = &appeal.closed {
            when.push(words.cwa_closed(words.date(oslo_date(*at))));
        }
        let reason = appeal.late_reason.as_ref();
        let reason = reason.map(|why| format!("{}: {why}", words.cwa_late_reason()));
        let wish = appeal.deferral.as_ref();
        let wish = wish.map(|why| format!("{}: {why}", words.cwa_deferral()));
        let said = [Some(appeal.text.clone()), reason, wish, appeal.grounds.clone()];
        Shown {
            status: words.appeal_status(appeal.status),
            is_open: appeal.status.is_open(),
            when,
            is_late: !appeal.in_time,
            lines: said
                .into_iter()
                .flatten()
                .flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>())
                .filter(|line| !line.trim().is_empty())
                .collect(),
        }
    };
    appeals.iter().map(one).collect()
}

/// What can be done now.
pub fn forms(
    words: Words,
    (invoice, lines): (&Invoice, &[InvoiceLine]),
    appeals: &[Appeal],
    typed: Option<&Form>,
) -> Vec<DeedForm> {
    let field = |name, label: &str, kind| Entry::new(words, name, label, kind);
    let mut forms = Vec::new();
    let mut add = |deed: &'static str, title: &str, lead: &str, fields: Vec<Entry>| {
        let tried = typed.filter(|form| form.get("deed") == deed);
        forms.push(DeedForm {
            deed,
            target: String::new(),
            title: title.to_owned(),
            lead: lead.to_owned(),
            fields: fields
                .into_iter()
                .map(|field| match tried {
                    Some(form) => field.within(deed).typed(form, &[]),
                    None => field.within(deed),
                })
                .collect(),
            is_open: tried.is_some(),
        });
    };
    if let Some(open) = appeals.last().filter(|appeal| appeal.status.is_open()) {
        let is_with_body = open.status == AppealStatus::Forwarded;
        let (what, fields) = ruling_fields(words, lines, is_with_body);
        add("decide-appeal", what, "", fields);
        if open.deferral_answer.is_none() {
            let ways = vec![
                ("yes".to_owned(), words.cwa_waits_yes().to_owned()),
                ("no".to_owned(), words.cwa_waits_no().to_owned()),
            ];
            let mut fields = vec![
                field("waits", words.cwa_waits(), Kind::Choice(ways)),
                field("grounds", words.cwa_waits_grounds(), Kind::Long),
            ];
            if is_with_body {
                fields.push(field("decided", words.cwa_waits_day(), Kind::Day).optional());
                let label = words.cwa_reference();
                fields.push(field("reference", label, Kind::Line("text")).optional());
            }
            add("defer", words.cwfa_waits(), words.cwfa_waits_lead(), fields);
        }
    }
    if actions::may_appeal(invoice, lines, appeals).is_ok() {
        let fields = vec![
            field("appeal", words.cwa_text(), Kind::Long),
            field("came", words.cwa_came(), Kind::Day),
            field("posted", words.cwa_posted(), Kind::Day).optional().hint(words.cwa_posted_hint()),
            field("late", words.cwa_late_reason(), Kind::Long).optional(),
            field("deferral", words.cwa_deferral(), Kind::Long).optional(),
        ];
        add("register-appeal", words.cwa_register(), "", fields);
    }
    forms
}

fn ruling_fields(
    words: Words,
    lines: &[InvoiceLine],
    is_with_body: bool,
) -> (&'static str, Vec<Entry>) {
    let field = |name, label: &str, kind| Entry::new(words, name, label, kind);
    let own = [
        ("forwarded", words.sup_forwarded()),
        ("reversed", words.cwfa_reverse()),
        ("inadmissible", words.cwa_inadmissible()),
    ];
    let of_body = [
        ("upheld", words.cwa_upheld()),
        ("changed", words.cwa_changed()),
        ("annulled", words.cwa_annulled()),
    ];
    let outcomes = if is_with_body { of_body } else { own };
    let outcomes = outcomes.map(|(code, name)| (code.to_owned(), name.to_owned())).to_vec();
    let left = lines.iter().filter(|line| line.credit.is_none()).map(|line| {
        let what = fee_object::name(&line.object, words.language());
        let amount = words.kroner(line.amount_ore);
        (line.id.to_string(), format!("{} – {what} {} ({amount})", line.permit_number, line.year))
    });
    let mut fields = vec![
        field(
            "outcome",
            if is_with_body { words.cwa_outcome() } else { words.cwa_what() },
            Kind::Choice(outcomes),
        ),
        field("line", words.cwfa_line(), Kind::Several(left.collect()))
            .optional()
            .hint(words.cwfa_all()),
        field("grounds", words.cwa_grounds(), Kind::Long),
    ];
    if is_with_body {
        fields.push(field("decided", words.cwa_decided_on(), Kind::Day));
        fields.push(field("reference", words.cwa_reference(), Kind::Line("text")));
    }
    (if is_with_body { words.cwa_outcome() } else { words.cwa_what() }, fields)
}

/// Registers an appeal, decides what becomes of one, or whether the payment waits.
#[handler]
pub async fn act(
    visitor: Visitor,
    Path(id): Path<String>,
    form: Form,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = caseworker(visitor, WRITE)?;
    visitor.own(&form)?;
    match carry_out(app, &visitor, &id, &form).await {
        Ok(()) => {
            let link = format!("{}?done=yes", fee_invoice::PATH.replace(":id", &id));
            Ok(see(&visitor.reader.link(link)))
        }
        Err(failure) if super::can_be_said(&failure) => {
            let wrong = visitor.reader.words.cwfa_wrong();
            Ok(fee_invoice::refused(app, &visitor, &id, (&failure, wrong), form).await)
        }
        Err(failure) => Ok(problems::page(&visitor.reader, failure)),
    }
}

fn given(form: &Form, name: &str) -> Option<String> {
    Some(form.get(name).to_owned()).filter(|text| !text.is_empty())
}

fn past(form: &Form, name: &str) -> Result<Option<NaiveDate>, Failure> {
    match form.get(name) {
        "" => Ok(None),
        text => day(text).map(Some).ok_or_else(wrong),
    }
}

fn wrong() -> Failure {
    let detail = "Fill in what is missing, and give days as they are asked for.";
    Failure::new(crate::failure::Problem::InvalidContent, detail)
}

async fn carry_out(app: &App, visitor: &SignedIn, id: &str, form: &Form) -> Result<(), Failure> {
    let (caller, id) = (&visitor.caller, invoice_id(id)?);
    let version = form.get("version").parse().map_err(|_| Failure::stale())?;
    let today = oslo_date(app.clock().now());
    match form.get("deed") {
        "register-appeal" => {
            let came = past(form, "came")?.ok_or_else(wrong)?;
            let said = FeeAppealForm {
                text: form.get("appeal").to_owned(),
                late_reason: given(form, "late"),
                deferral: given(form, "deferral"),
                lines: Vec::new(),
                received_on: Some(came),
                posted_on: past(form, "posted")?,
            };
            let how = said.came(came);
            let said = said.parse(true)?;
            actions::register(
                app,
                caller,
                id,
                version,
                (&said.written.lodging(), &said.lines),
                how,
            )
            .await?;
        }
        "decide-appeal" => {
            let outcome = match form.get("outcome") {
                "inadmissible" => AppealOutcome::Inadmissible,
                "reversed" => AppealOutcome::Reversed,
                "forwarded" => AppealOutcome::Forwarded,
                "upheld" => AppealOutcome::Upheld,
                "changed" => AppealOutcome::Changed,
                "annulled" => AppealOutcome::Annulled,
                _ => return Err(wrong()),
            };
            let ruling = FeeAppealDecisionForm {
                outcome,
                grounds: form.get("grounds").to_owned(),
                lines: form.all("line").map(str::to_owned).collect(),
                decided_on: past(form, "decided")?,
                body_reference: given(form, "reference"),
            };
            actions::decide(app, caller, id, version, &ruling.parse(today)?).await?;
        }
        "defer" => {
            let granted = match form.get("waits") {
                "yes" => true,
                "no" => false,
                _ => return Err(wrong()),
            };
            let what = DeferralForm {
                granted,
                grounds: form.get("grounds").to_owned(),
                decided_on: past(form, "decided")?,
                body_reference: given(form, "reference"),
                appeal_id: None,
            };
            actions::defer(app, caller, id, version, &what.parse(today)?).await?;
        }
        _ => return Err(Failure::not_found()),
    }
    Ok(())
}

/// The documents about an invoice for the appeal body, as a file to be saved.
#[handler]
pub async fn package(
    visitor: Visitor,
    Path(id): Path<String>,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = accountant(visitor)?;
    let made = async {
        if !visitor.caller.is_staff() || !visitor.caller.has_scope(WRITE) {
            return Err(Failure::not_found());
        }
        actions::package(app, &visitor.caller, invoice_id(&id)?).await
    };
    Ok(match made.await {
        Ok(package) => ZipFile(package).into_response(),
        Err(failure) => problems::page(&visitor.reader, failure),
    })
}
