//! The page of a request for access at the desk, with its answer, the appeals, and the form by which it is answered or an
//! appeal is decided. What the form does is in `access_deeds.rs`, which shows this page again when something is wrong.

use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};
use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path},
};

use super::{
    ACCESS_PATH, Inside,
    access::{Choice, SCOPE, appeal_state, case_link, code_name, codes, id_of},
    caseworker, frame_at,
};
use crate::{
    app::App,
    document_access::{
        actions::{self, Seen},
        model::{Appeal, AppealStatus, Request, Status},
        rules,
        store::appeal::Opened,
        wire::{AccessAnswerText, grounds::FullerGroundsView},
    },
    journal::{model::Journaled, public::wire::title},
    values::calendar::oslo_date,
    web::{
        form::Form,
        frame::{self, Frame},
        problems,
        sign_in::{SignedIn, Visitor},
    },
};

/// An appeal there was or is.
struct AppealShown {
    title: String,
    facts: Vec<(&'static str, String)>,
    text: String,
    letters: Vec<AccessAnswerText>,
}

#[derive(Template)]
#[template(path = "casework_access_one.html", config = "src/web/askama.toml")]
struct OnePage {
    frame: Frame,
    inside: Inside,
    action: String,
    version: i32,
    facts: Vec<(&'static str, String)>,
    case: String,
    answer: Vec<String>,
    appeals: Vec<AppealShown>,
    is_done: bool,
    /// The version that was sent was kept just now.
    is_kept: bool,
    /// Fuller grounds that were demanded: when and by when, and the letter.
    fuller: Option<(String, Option<AccessAnswerText>)>,
    /// What was typed of them, while they wait.
    giving: Option<String>,
    /// The form, while there is something to decide.
    form: Option<Deciding>,
    wrongs: Vec<(&'static str, &'static str)>,
}

/// The form.
struct Deciding {
    file: String,
    text: String,
    outcome_label: &'static str,
    outcomes: Vec<Choice>,
    codes: Vec<Choice>,
    grounds_label: &'static str,
    grounds: String,
    /// Day and reference of what the appeal body decided, where it has the appeal.
    body: Option<(String, String)>,
    today: String,
}

impl OnePage {
    fn wrong(&self, name: &str) -> Option<&'static str> {
        self.wrongs.iter().find(|(own, _)| *own == name).map(|(_, text)| *text)
    }
}

/// What was typed, and what is wrong with it.
#[derive(Default)]
pub struct Said {
    is_typed: bool,
    /// The version that was sent was kept.
    pub is_kept: bool,
    /// What is answered, or becomes of the appeal.
    pub outcome: String,
    /// Code by which something is kept back.
    pub code: String,
    /// Text that is released.
    pub text: String,
    /// Grounds.
    pub grounds: String,
    /// Day of what the appeal body decided.
    pub decided: String,
    /// Its reference.
    pub reference: String,
    /// Fuller grounds.
    pub fuller: String,
    /// Fields that are wrong, by name.
    pub wrongs: Vec<(&'static str, &'static str)>,
}

impl Said {
    /// As the form says it.
    pub fn of(form: &Form) -> Self {
        // browsers send each line end as two characters
        let lines = |name: &str| form.get(name).replace("\r\n", "\n");
        Self {
            is_typed: true,
            is_kept: false,
            outcome: form.get("outcome").to_owned(),
            code: form.get("code").to_owned(),
            text: lines("text"),
            grounds: lines("grounds"),
            decided: form.get("decided").to_owned(),
            reference: form.get("reference").to_owned(),
            fuller: lines("fuller"),
            wrongs: Vec::new(),
        }
    }
}

/// The page.
#[handler]
pub async fn show(
    visitor: Visitor,
    Path(id): Path<String>,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = caseworker(visitor, SCOPE)?;
    Ok(shown(app, &visitor, &id, StatusCode::OK, Said::default()).await)
}

/// The page with what is to be said above it.
pub async fn shown(
    app: &App,
    visitor: &SignedIn,
    id: &str,
    status: StatusCode,
    said: Said,
) -> Response {
    let seen = match id_of(id) {
        Ok(id) => actions::read(app, &visitor.caller, id).await,
        Err(failure) => Err(failure),
    };
    match seen {
        Ok((seen, contact)) => {
            let page = page(visitor, &seen, contact, said, app.clock().now());
            frame::answer(status, &page.frame, &page)
        }
        Err(failure) => problems::page(&visitor.reader, failure),
    }
}

fn page(
    visitor: &SignedIn,
    seen: &Seen,
    contact: Option<String>,
    said: Said,
    now: DateTime<Utc>,
) -> OnePage {
    let (reader, words) = (&visitor.reader, visitor.reader.words);
    let (request, entry) = (&seen.request, &seen.entry);
    let today = oslo_date(now);
    let number = format!("{}-{}", entry.case_display(), request.number);
    let path = format!("{ACCESS_PATH}/{}", request.id);
    let mut due = words.date(request.waits_until());
    if rules::is_overdue(request, today) {
        due = format!("{due} – {}", words.cwda_overdue());
    }
    let facts = vec![
        (words.cwda_document(), format!("{} {}", entry.display(), title(entry, reader.language()))),
        (words.cwda_code(), code_name(visitor, entry)),
        (words.cwda_received(), words.moment(request.received_at)),
        (words.cwda_due(), due),
        (words.cwda_contact(), contact.unwrap_or_else(|| words.cwda_no_contact().to_owned())),
    ];
    let answer = seen.answer.as_ref().map(|document| AccessAnswerText::of(document).paragraphs);
    let open = open_appeal(seen);
    let is_open = open.is_some() || request.status == Status::Received;
    OnePage {
        frame: frame_at(visitor, words.cwda_one(number), &path),
        inside: Inside::of(visitor, ACCESS_PATH),
        action: reader.link(&path),
        version: request.version,
        facts,
        case: case_link(reader, entry),
        answer: answer.unwrap_or_default(),
        appeals: appeals(visitor, seen),
        is_done: !said.is_typed && reader.query.get("done").is_some(),
        is_kept: said.is_kept,
        wrongs: said.wrongs.clone(),
        fuller: FullerGroundsView::of(seen).map(|fuller| {
            let day = words.date(oslo_date(fuller.demanded_at));
            (words.cwda_fuller_asked(day, words.date(fuller.due_on)), fuller.letter)
        }),
        giving: request.wanting().map(|_| said.fuller.clone()),
        form: is_open.then(|| deciding(visitor, (request, entry, open), said, today)),
    }
}

/// The appeal that is open.
pub fn open_appeal(seen: &Seen) -> Option<&Appeal> {
    seen.appeals.last().map(|one| &one.appeal).filter(|appeal| appeal.status.is_open())
}

fn appeals(visitor: &SignedIn, seen: &Seen) -> Vec<AppealShown> {
    let words = visitor.reader.words;
    let shown = |one: &Opened| {
        let appeal = &one.appeal;
        let number = format!("{}-{}", seen.entry.case_display(), appeal.number);
        let timely = match appeal.period_ends_on {
            Some(day) if !appeal.in_time => words.cwda_late(words.date(day)),
            Some(_) => words.cwda_in_time().to_owned(),
            None => words.cwda_not_begun().to_owned(),
        };
        let mut state = appeal_state(visitor, appeal);
        if appeal.status == AppealStatus::Received {
            state = format!("{state}. {}", words.cwda_consider_by(words.date(appeal.due_on)));
        }
        AppealShown {
            title: words.cwda_appeal_of(number, words.moment(appeal.received_at)),
            facts: vec![(words.cwda_state(), state), (words.cwda_due(), timely)],
            text: one.text.clone().unwrap_or_else(|| words.cwda_no_text().to_owned()),
            letters: one.letters.iter().map(AccessAnswerText::of).collect(),
        }
    };
    seen.appeals.iter().map(shown).collect()
}

fn deciding(
    visitor: &SignedIn,
    (request, entry, appeal): (&Request, &Journaled, Option<&Appeal>),
    said: Said,
    today: NaiveDate,
) -> Deciding {
    let words = visitor.reader.words;
    let (granted, partly) = (words.cwda_granted(), words.cwda_partly());
    let mut outcomes = vec![("granted", granted), ("partlyGranted", partly)];
    let is_with_body = appeal.is_some_and(|appeal| appeal.status == AppealStatus::Forwarded);
    match appeal {
        None => outcomes.push(("refused", words.cwda_refused())),
        Some(_) if is_with_body => outcomes.push(("upheld", words.cwda_uphold())),
        Some(appeal) => {
            outcomes.push(("forwarded", words.cwda_forward()));
            if !appeal.in_time {
                outcomes.push(("dismissed", words.cwda_dismiss()));
            }
        }
    }
    let kept = match appeal {
        Some(appeal) => appeal.file_type.as_ref(),
        None => request.file_type.as_ref(),
    };
    let before = request.access_code.as_deref();
    let suggested = before.or(entry.access().map(|code| code.code)).unwrap_or_default();
    let chosen = if said.is_typed { said.code.as_str() } else { suggested };
    Deciding {
        file: kept.map_or_else(|| words.cwda_no_file().to_owned(), |kind| words.cwda_file(kind)),
        outcome_label: match appeal {
            None => words.cwda_outcome(),
            Some(_) if is_with_body => words.cwda_body_outcome(),
            Some(_) => words.cwda_appeal_outcome(),
        },
        outcomes: outcomes
            .into_iter()
            .map(|(code, name)| Choice {
                code,
                name: name.to_owned(),
                is_chosen: said.outcome == code,
            })
            .collect(),
        codes: codes(visitor, today, chosen),
        grounds_label: if appeal.is_some() { words.cwda_statement() } else { words.cwda_grounds() },
        text: said.text,
        grounds: said.grounds,
        body: is_with_body.then_some((said.decided, said.reference)),
        today: today.to_string(),
    }
}
