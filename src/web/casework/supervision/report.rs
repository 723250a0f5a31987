//! A report, and what becomes of it.

use askama::Template;
use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path},
};

use super::{
    CASE_PATH, Inside, REPORT_PATH, REPORTS_PATH, SCOPE, Undone, caseworker, county, frame_at,
    given, range, severity_tone, undone, version, visitor_link,
};
use crate::{
    app::App,
    failure::Failure,
    identity::Caller,
    interference::{
        actions,
        model::{Content, Report, Status},
        rules, store,
        wire::{
            report_id,
            view::{TriageForm, TriageOutcome},
        },
    },
    supervision::{
        self,
        lifecycle::Status as CaseStatus,
        store::{self as case_store, CaseQuery},
        wire::RespondentForm,
    },
    values::{ids::CaseId, municipality::Municipality},
    web::{
        entry::{DeedForm, Entry, Kind},
        form::Form,
        frame::{self, Frame},
        problems,
        sign_in::{SignedIn, Visitor, see},
    },
};

/// Open cases a report can be put to, the newest.
const CASES: u64 = 100;

#[derive(Template)]
#[template(path = "casework_report.html", config = "src/web/askama.toml")]
struct ReportPage {
    frame: Frame,
    inside: Inside,
    number: String,
    severity: &'static str,
    tone: &'static str,
    is_overdue: bool,
    rings: bool,
    facts: Vec<(&'static str, String)>,
    description: Vec<String>,
    case: Option<(String, String)>,
    refused: Option<(String, String)>,
    action: String,
    version: i32,
    forms: Vec<DeedForm>,
}

/// The page of a report.
#[handler]
pub async fn open(
    visitor: Visitor,
    Path(id): Path<String>,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = caseworker(visitor, SCOPE)?;
    Ok(shown(app, &visitor, &id, &Form::default(), StatusCode::OK, Undone::default()).await)
}

/// Does what the form says, or shows the page again.
#[handler]
pub async fn act(
    visitor: Visitor,
    Path(id): Path<String>,
    form: Form,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = caseworker(visitor, SCOPE)?;
    visitor.own(&form)?;
    let reader = &visitor.reader;
    match carry_out(app, &visitor.caller, &id, &form).await {
        Ok(to) => Ok(see(&reader.link(to))),
        Err(failure) => {
            let (status, undone) = undone(reader, &form, failure)?;
            Ok(shown(app, &visitor, &id, &form, status, undone).await)
        }
    }
}

/// Where the reader goes afterwards.
async fn carry_out(app: &App, caller: &Caller, id: &str, form: &Form) -> Result<String, Failure> {
    let id = report_id(id)?;
    let version = version(form)?;
    let outcome = match form.get("deed") {
        "acknowledge" => {
            actions::acknowledge(app, caller, id, version).await?;
            return Ok(REPORT_PATH.replace(":id", &id.to_string()));
        }
        "open" => TriageOutcome::Open,
        "join" => TriageOutcome::Join,
        "close" => TriageOutcome::Close,
        _ => return Err(Failure::not_found()),
    };
    let kept = store::find(app.db().read(), id).await?;
    let content = kept.content(&app.keys())?;
    let is_open = outcome == TriageOutcome::Open;
    let triage = TriageForm {
        outcome,
        supervision_case_id: given(form, "case").filter(|_| outcome == TriageOutcome::Join),
        matter: given(form, "matter").filter(|_| is_open),
        respondent: respondent(form).filter(|_| is_open),
        permit_id: given(form, "permit").filter(|_| is_open),
    };
    let triage = triage.parse(content.range, kept.report.language)?;
    Ok(match actions::triage(app, caller, id, version, &triage).await? {
        Some(case) => CASE_PATH.replace(":id", &case.id.to_string()),
        None => format!("{REPORTS_PATH}?done=yes"),
    })
}

/// Whom a form says a case is directed at.
pub(super) fn respondent(form: &Form) -> Option<RespondentForm> {
    let (holder_id, unknown) = (given(form, "holder"), given(form, "unknown"));
    let organisation = None;
    (holder_id.is_some() || unknown.is_some()).then_some(RespondentForm {
        holder_id,
        organisation,
        unknown,
    })
}

async fn shown(
    app: &App,
    visitor: &SignedIn,
    id: &str,
    form: &Form,
    status: StatusCode,
    undone: Undone,
) -> Response {
    match page(app, visitor, id, form, undone).await {
        Ok(page) => frame::answer(status, &page.frame, &page),
        Err(failure) => problems::page(&visitor.reader, failure),
    }
}

async fn page(
    app: &App,
    visitor: &SignedIn,
    id: &str,
    form: &Form,
    undone: Undone,
) -> Result<ReportPage, Failure> {
    let reader = &visitor.reader;
    let connection = app.db().read();
    let kept = actions::read(app, &visitor.caller, report_id(id)?).await?;
    let content = kept.content(&app.keys())?;
    let report = kept.report;
    let case = match report.status {
        Status::Received => None,
        Status::InCase(case) => {
            let case = case_store::find(connection, CaseId(case)).await?.case;
            Some((visitor_link(reader, CASE_PATH, case.id), case.display_number()))
        }
    };
    let forms = match case {
        Some(_) => Vec::new(),
        None => forms(app, visitor, &report, form, &undone).await?,
    };
    let path = REPORT_PATH.replace(":id", &report.id.to_string());
    Ok(ReportPage {
        frame: frame_at(visitor, report.display_number(), &path),
        inside: Inside::of(visitor, ""),
        number: report.display_number(),
        severity: rules::severity_title(report.severity, reader.language()),
        tone: severity_tone(report.severity),
        is_overdue: rules::is_overdue(&report, app.clock().now()),
        rings: report.rings(),
        facts: facts(visitor, &report, &content),
        description: content.description.lines().map(str::to_owned).collect(),
        case,
        refused: undone.refused,
        action: reader.link(format_args!("{path}/deed")),
        version: report.version,
        forms,
    })
}

/// What a report says, besides its description.
pub(super) fn facts(
    visitor: &SignedIn,
    report: &Report,
    content: &Content,
) -> Vec<(&'static str, String)> {
    let words = visitor.reader.words;
    let municipality = content.municipality.as_deref().and_then(|n| Municipality::parse(n).ok());
    let place = municipality.map(|number| number.entry().name.to_owned());
    let place = [place, content.place.clone()].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let mut facts = vec![
        (
            words.sup_service(),
            rules::service_title(report.service, visitor.reader.language()).to_owned(),
        ),
        (words.sup_received(), words.moment(report.received_at)),
        (words.sup_due(), words.limit(report.due_at)),
        (words.sup_county(), county(words, &report.county)),
    ];
    if !place.is_empty() {
        facts.push((words.sup_place(), place));
    }
    if let Some((north, east)) = content.position {
        let degrees = |micro: i32| words.decimal(f64::from(micro) / 1e6, 6);
        facts.push((words.sup_position(), format!("{} N, {} E", degrees(north), degrees(east))));
    }
    facts.push((words.sup_began(), words.moment(content.began_at)));
    let ended =
        content.ended_at.map_or_else(|| words.sup_goes_on().to_owned(), |at| words.moment(at));
    facts.push((words.sup_ended(), ended));
    facts.extend(content.range.map(|both| (words.sup_frequency(), range(words, both))));
    let reporter = content.reporter.as_ref().map(|one| {
        let parts = [&one.name, &one.phone, &one.email];
        parts.into_iter().flatten().cloned().collect::<Vec<_>>().join(", ")
    });
    facts.push((
        words.sup_reporter(),
        reporter.unwrap_or_else(|| words.sup_no_contact().to_owned()),
    ));
    if let Some((at, by)) = &report.acknowledged {
        facts.push((words.sup_alarm(), words.sup_acknowledged(by, words.moment(*at))));
    }
    facts
}

/// The fields of a new case.
pub(super) fn case_fields(visitor: &SignedIn) -> Vec<Entry> {
    let words = visitor.reader.words;
    let field = |name, label: &str, kind| Entry::new(words, name, label, kind);
    let text = Kind::Line("text");
    vec![
        field("matter", words.sup_matter(), Kind::Long),
        field("holder", words.sup_holder(), text.clone()).hint(words.sup_holder_hint()).optional(),
        field("unknown", words.sup_unknown(), text.clone()).optional(),
        field("permit", words.sup_permit(), text).hint(words.sup_permit_hint()).optional(),
    ]
}

async fn forms(
    app: &App,
    visitor: &SignedIn,
    report: &Report,
    form: &Form,
    undone: &Undone,
) -> Result<Vec<DeedForm>, Failure> {
    let words = visitor.reader.words;
    let keys = app.keys();
    let statuses = CaseStatus::ALL.iter().copied().filter(|status| status.is_open()).collect();
    let but = supervision::actions::own(app, &visitor.caller).await?;
    let query = CaseQuery { statuses, but, ..CaseQuery::default() };
    let (found, _) = case_store::list(app.db().read(), &query, CASES).await?;
    let mut cases = Vec::with_capacity(found.len());
    for kept in found {
        let matter = kept.matter(&kept.key(&keys)?)?.text;
        let short: String = matter.chars().take(60).collect();
        cases.push((kept.case.id.to_string(), format!("{} – {short}", kept.case.display_number())));
    }
    let mut forms = Vec::new();
    let mut add = |deed: &'static str, title: &str, lead: &str, fields: Vec<Entry>| {
        let is_tried = undone.deed == deed;
        let fields = fields.into_iter().map(|field| {
            let field = field.within(deed);
            if is_tried { field.typed(form, &undone.wrongs) } else { field }
        });
        forms.push(DeedForm {
            deed,
            target: String::new(),
            title: title.to_owned(),
            lead: lead.to_owned(),
            fields: fields.collect(),
            is_open: is_tried,
        });
    };
    if report.rings() {
        add("acknowledge", words.sup_take_alarm(), words.sup_take_alarm_lead(), Vec::new());
    }
    add("open", words.sup_open(), words.sup_open_lead(), case_fields(visitor));
    if !cases.is_empty() {
        let which = Entry::new(words, "case", words.sup_case(), Kind::Choice(cases));
        add("join", words.sup_join(), words.sup_join_lead(), vec![which]);
    }
    add("close", words.sup_close_report(), words.sup_close_report_lead(), Vec::new());
    Ok(forms)
}
