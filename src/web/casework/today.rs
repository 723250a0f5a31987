//! Where a caseworker's day begins: what is overdue, what is due today and this week, what they were reminded of; for
//! heads, what has passed without anybody having seen to it. What is due besides cases on permits is in
//! `today_others.rs`, what waits for a signature in `today_signatures.rs`.

use askama::Template;
use chrono::NaiveDate;
use poem::{Response, handler, http::StatusCode, web::Data};
use uuid::Uuid;

use super::{
    Inside, PATH, TODAY_PATH, caseworker, frame_at, today_others, today_signatures::Signatures,
};
use crate::{
    app::App,
    case::store,
    failure::Failure,
    identity::Role,
    permit::{self, kind},
    task::{
        self, actions,
        model::{Duty, DutyQuery, Urgency, What},
        store::{
            case::{Audience, Told, told},
            duty,
        },
    },
    values::{
        calendar::oslo_date,
        ids::{CaseId, PermitId},
    },
    web::{
        form::Form,
        frame::{self, Frame},
        problems,
        query::Query,
        sign_in::{SignedIn, Visitor, see},
        texts::Words,
    },
};

/// Duties of one sort that are shown of one urgency; more stand in the queue.
pub(super) const LIMIT: u64 = 25;
/// Reminders shown at once.
const REMINDERS: u64 = 50;
const ALL: &str = "all";

crate::web::texts::texts! {
    cwt_title: "I dag", "I dag", "Today";
    cwt_lead: "Frister som er ute, frister i dag og de neste sju dagene.", "Fristar som er ute, fristar i dag og dei neste sju dagane.", "Deadlines that have passed, and those of today and the next seven days.";
    cwt_mine: "Mine", "Mine", "Mine";
    cwt_all: "Alles", "Alle sine", "Everybody's";
    cwt_whose: "Hvem sine frister", "Kven sine fristar", "Whose deadlines";
    cwt_overdue: "Fristen er ute", "Fristen er ute", "Overdue";
    cwt_today: "I dag", "I dag", "Today";
    cwt_week: "De neste sju dagene", "Dei neste sju dagane", "The next seven days";
    cwt_nothing: "Ingenting.", "Ingenting.", "Nothing.";
    cwt_more: "Det er flere. Se alle sakene etter frist.", "Det er fleire. Sjå alle sakene etter frist.", "There are more. See all cases by deadline.";
    cwt_reminders: "Påminnelser til deg", "Påminningar til deg", "Reminders to you";
    cwt_seen: "Sett", "Sett", "Seen";
    cwt_seen_of(number): "Påminnelsen om sak {number} er sett", "Påminninga om sak {number} er sett", "The reminder of case {number} is seen";
    cwt_escalated: "Løftet til leder", "Løfta til leiar", "Brought before the heads";
    cwt_escalated_lead: "Frister som er ute, og hvem som har saken.", "Fristar som er ute, og kven som har saka.", "Deadlines that have passed, and who has the case.";
    cwt_tasks: "Oppgaver", "Oppgåver", "Tasks";
    cwt_decision: "Vedtak", "Vedtak", "Decision";
    cwt_answer: "Svar fra søkeren", "Svar frå søkjaren", "Answer of the applicant";
    cwt_appeal: "Klage skal vurderes", "Klage skal vurderast", "Appeal to be considered";
    cwt_provisional: "Foreløpig svar", "Førebels svar", "Provisional answer";
    cwt_reasons: "Begrunnelse er krevd", "Grunngjeving er kravd", "Reasons are demanded";
    cwt_programming: "Nødpeilesenderen er ikke meldt kodet", "Naudpeilesendaren er ikkje meld koda", "The beacon was not reported coded";
    cwt_last_contact: "Ingen andre enn innehaveren kan ringes", "Ingen andre enn innehavaren kan ringjast", "Nobody but the holder can be called";
    cwt_numbers_unused: "Numre ikke meldt tatt i bruk i tide", "Nummer ikkje melde tekne i bruk i tide", "Numbers not stated to be in use in time";
    cwt_not_told: "En kontakt har ikke fått beskjed", "Ein kontakt har ikkje fått melding", "A contact could not be told";
    cwt_series_full: "Serien er nesten full", "Serien er nesten full", "The series is nearly full";
    cwt_restriction: "Avgjør om begrensede data skal gå til redningstjenesten", "Avgjer om avgrensa data skal gå til redningstenesta", "Decide whether restricted data go to the rescue service";
}

impl Words {
    /// What is due, in words.
    pub const fn duty(self, what: What) -> &'static str {
        match what {
            What::Decision => self.cwt_decision(),
            What::Answer => self.cwt_answer(),
            What::Appeal => self.cwt_appeal(),
            What::ProvisionalAnswer => self.cwt_provisional(),
            What::Reasons => self.cwt_reasons(),
        }
    }

    const fn urgency(self, urgency: Urgency) -> &'static str {
        match urgency {
            Urgency::Overdue => self.cwt_overdue(),
            Urgency::Today => self.cwt_today(),
            Urgency::Week => self.cwt_week(),
        }
    }

    fn task_kind(self, code: &str) -> &'static str {
        match code {
            "programmingOverdue" => self.cwt_programming(),
            "lastContactLeft" => self.cwt_last_contact(),
            "contactNotTold" => self.cwt_not_told(),
            "numbersUnused" => self.cwt_numbers_unused(),
            _ => self.cwt_restriction(),
        }
    }
}

/// One thing that is due.
pub(super) struct Line {
    /// Where it is seen to.
    pub link: String,
    /// Number of the case, invoice or request.
    pub number: String,
    /// What is due.
    pub what: &'static str,
    /// What it is about.
    pub kind: &'static str,
    /// The day, in words.
    pub day: String,
    /// Who has it.
    pub who: Option<String>,
    /// Reminder it is.
    pub reminder: Option<Uuid>,
}

/// A line with its day.
pub(super) type Dated = (NaiveDate, Line);

/// What is due at one time.
struct Group {
    id: &'static str,
    title: &'static str,
    tone: &'static str,
    lines: Vec<Line>,
    has_more: bool,
}

#[derive(Template)]
#[template(path = "casework_today.html", config = "src/web/askama.toml")]
struct TodayPage {
    frame: Frame,
    inside: Inside,
    /// Address, name, and whether it is chosen.
    whose: Vec<(String, &'static str, bool)>,
    reminders: Vec<Line>,
    groups: Vec<Group>,
    escalated: Option<Vec<Line>>,
    /// For heads.
    signatures: Signatures,
    tasks: Vec<Line>,
}

/// What is due.
#[handler]
pub async fn open(visitor: Visitor, Data(app): Data<&App>) -> poem::Result<Response> {
    let visitor = caseworker(visitor, "anrop:case.read")?;
    Ok(match page(app, &visitor).await {
        Ok(page) => frame::answer(StatusCode::OK, &page.frame, &page),
        Err(failure) => problems::page(&visitor.reader, failure),
    })
}

async fn page(app: &App, visitor: &SignedIn) -> Result<TodayPage, Failure> {
    let reader = &visitor.reader;
    let words = reader.words;
    let today = oslo_date(app.clock().now());
    let own = &visitor.caller.subject;
    let is_all = reader.query.get("who") == Some(ALL);
    let asked = DutyQuery {
        assignee: (!is_all).then(|| own.clone()),
        kinds: visitor.caller.kinds(),
        ..DutyQuery::default()
    };
    let seen = today_others::Seen::by(app, &visitor.caller).await?;
    let mut groups = Vec::new();
    for urgency in Urgency::ALL {
        let (from, until) = urgency.days(today);
        groups.push(
            group(app, visitor, &seen, urgency, &DutyQuery { from, until, ..asked.clone() })
                .await?,
        );
    }
    let to = |who: Option<&str>| reader.here(&Query::default().with("who", who));
    let escalated = match visitor.caller.is(Role::Supervisor) {
        true => Some(reminders(app, visitor, Audience::Heads).await?),
        false => None,
    };
    Ok(TodayPage {
        frame: frame_at(visitor, words.cwt_title(), TODAY_PATH),
        inside: Inside::of(visitor, TODAY_PATH),
        whose: vec![
            (to(None), words.cwt_mine(), !is_all),
            (to(Some(ALL)), words.cwt_all(), is_all),
        ],
        reminders: reminders(app, visitor, Audience::Caseworker(own)).await?,
        groups,
        escalated,
        signatures: Signatures::of(app, visitor, &seen).await?,
        tasks: tasks(app, visitor).await?,
    })
}

async fn group(
    app: &App,
    visitor: &SignedIn,
    seen: &today_others::Seen,
    urgency: Urgency,
    query: &DutyQuery,
) -> Result<Group, Failure> {
    let (mut lines, mut has_more) = today_others::lines(app, visitor, seen, query).await?;
    for what in What::ALL {
        let due = duty::list(app.db().read(), what, query, LIMIT + 1).await?;
        has_more |= due.len() as u64 > LIMIT;
        let due = due.iter().take(usize::try_from(LIMIT).unwrap_or(usize::MAX));
        lines.extend(due.map(|duty| (duty.due_on, line(visitor, duty))));
    }
    lines.sort_by(|(day, one), (other_day, other)| {
        (day, &one.number).cmp(&(other_day, &other.number))
    });
    Ok(Group {
        id: match urgency {
            Urgency::Overdue => "overdue",
            Urgency::Today => "due-today",
            Urgency::Week => "week",
        },
        title: visitor.reader.words.urgency(urgency),
        tone: match urgency {
            Urgency::Overdue => "danger",
            Urgency::Today => "warn",
            Urgency::Week => "",
        },
        lines: lines.into_iter().map(|(_, line)| line).collect(),
        has_more,
    })
}

fn line(visitor: &SignedIn, duty: &Duty) -> Line {
    let reader = &visitor.reader;
    Line {
        link: reader.link(format_args!("{PATH}/cases/{}", duty.case)),
        number: duty.number.clone(),
        what: reader.words.duty(duty.what),
        kind: kind::any(duty.kind).title(reader.language()),
        day: reader.words.date(duty.due_on),
        who: duty.assignee.clone(),
        reminder: None,
    }
}

async fn reminders(
    app: &App,
    visitor: &SignedIn,
    audience: Audience<'_>,
) -> Result<Vec<Line>, Failure> {
    let connection = app.db().read();
    let reader = &visitor.reader;
    let told = told(connection, audience, visitor.caller.handled(), REMINDERS).await?;
    let ids: Vec<CaseId> = told.iter().map(|one| one.case).collect();
    let known = store::many(connection, &ids).await?;
    let line = |one: Told| {
        let case = known.iter().find(|case| case.id == one.case)?;
        Some(Line {
            link: reader.link(format_args!("{PATH}/cases/{}", case.id)),
            number: case.display_number(),
            what: reader.words.duty(one.what),
            kind: kind::any(case.kind).title(reader.language()),
            day: reader.words.date(one.due_on),
            who: one.told,
            reminder: Some(one.id),
        })
    };
    Ok(told.into_iter().filter_map(line).collect())
}

/// Tasks about permits and series of call signs, whoever sees to them.
async fn tasks(app: &App, visitor: &SignedIn) -> Result<Vec<Line>, Failure> {
    let connection = app.db().read();
    let reader = &visitor.reader;
    let own = visitor.caller.handled();
    let (waiting, _) = task::store::list(connection, own, None, REMINDERS).await?;
    let ids: Vec<PermitId> = waiting.iter().map(|one| PermitId(one.permit_id)).collect();
    let known = permit::store::many(connection, &ids).await?;
    let about_permit = |one: &task::store::Task| {
        let permit = known.iter().find(|permit| permit.id.0 == one.permit_id)?;
        Some(Line {
            link: reader.link(format_args!("{PATH}/permits/{}", permit.id)),
            number: permit.number.clone(),
            what: reader.words.task_kind(&one.kind),
            kind: kind::any(permit.kind).title(reader.language()),
            day: reader.words.date(one.due_on),
            who: None,
            reminder: None,
        })
    };
    let mut lines: Vec<Line> = waiting.iter().filter_map(about_permit).collect();
    let (full, _) = task::store::series::list(connection, own, None, REMINDERS).await?;
    for one in full {
        let code = task::store::series::series_of(&one)?.kind.code();
        lines.push(Line {
            link: reader.link(super::series::PATH),
            number: reader.words.sign_series(code),
            what: reader.words.cwt_series_full(),
            kind: kind::any(task::store::series::kind_of(&one)?).title(reader.language()),
            day: reader.words.date(one.due_on),
            who: None,
            reminder: None,
        });
    }
    Ok(lines)
}

/// Notes that a reminder was seen.
#[handler]
pub async fn mark(visitor: Visitor, form: Form, Data(app): Data<&App>) -> poem::Result<Response> {
    let visitor = caseworker(visitor, "anrop:case.read")?;
    visitor.own(&form)?;
    let id = Uuid::try_parse(form.get("seen")).map_err(|_| Failure::not_found());
    let done = match id {
        Ok(id) => actions::seen(app, &visitor.caller, id).await,
        Err(failure) => Err(failure),
    };
    Ok(match done {
        Ok(()) => see(&visitor.reader.link(TODAY_PATH)),
        Err(failure) => problems::page(&visitor.reader, failure),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::language::Language;

    #[test]
    fn what_is_due_and_how_soon_has_words_in_every_language() {
        let [bokmal, _, english] = Language::ALL.map(Words);
        for what in What::ALL {
            assert_ne!(bokmal.duty(what), english.duty(what), "{what:?}");
        }
        for urgency in Urgency::ALL {
            assert_ne!(bokmal.urgency(urgency), english.urgency(urgency), "{urgency:?}");
        }
    }
}
