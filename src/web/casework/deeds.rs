//! What a caseworker does with a case from its page. Nothing is written unless the case is as it was when
//! the form was made; then the page says what has happened since, and what was typed stays in the form.

use chrono::{Days, NaiveDate};
use poem::{
    IntoResponse as _, Response, handler,
    http::StatusCode,
    web::{Data, Path},
};

use super::{
    PATH, Refusal, can_be_said, case_id,
    case_page::{Said, Typed, shown},
    caseworker, correction, day, kept, letter, ring, status_of,
};
use crate::{
    app::App,
    case::{
        actions::{
            self, preview, registered, sign,
            time_limit::{self, Change},
        },
        grounds,
        lifecycle::Step,
        model::{Channel, LONGEST_ANSWER, Ruling},
        signing, store,
    },
    document::Document,
    failure::{Failure, FieldError, Problem},
    identity::Sight,
    reasons,
    values::{calendar::oslo_date, decision_timer::TimeLimitChange, ids::CaseId},
    web::{
        apply::flow,
        form::Form,
        problems,
        sign_in::{SignedIn, Visitor, see},
        texts::Words,
    },
};

/// Longest text, in characters, as the operations have it.
const LONGEST: usize = 4000;
const LONGEST_NAME: usize = 100;

/// A field of a form that is wrong, and what is wrong with it.
pub type Wrong = (&'static str, &'static str);

/// Fields of a form that an action found wrong, each once and with the first of its texts. `one` says which field of the
/// form it is, and what is said there; nothing for what the form has no field for.
pub(super) fn fields_of(
    failure: &Failure,
    one: impl Fn(&FieldError) -> Option<Wrong>,
) -> Vec<Wrong> {
    let mut wrongs: Vec<Wrong> = Vec::new();
    for wrong in failure.fields().iter().filter_map(one) {
        if !wrongs.iter().any(|(name, _)| *name == wrong.0) {
            wrongs.push(wrong);
        }
    }
    wrongs
}

/// Why something was not done.
pub enum Undone {
    /// Fields of the form are wrong.
    Wrong(Vec<Wrong>),
    /// The action refused.
    Failed(Failure),
}

impl From<Failure> for Undone {
    fn from(failure: Failure) -> Self {
        Undone::Failed(failure)
    }
}

/// Does what the form says, or shows the page again.
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
    let mut said = Said::of(&form);
    match form.get("deed") {
        // in another language, with all that was typed
        flow::STAY => return Ok(shown(app, &visitor, id, StatusCode::OK, said).await),
        "insert" => {
            if let Err(failure) = insert(app, &visitor, id, &mut said.typed).await {
                return Ok(problems::page(&visitor.reader, failure));
            }
            return Ok(shown(app, &visitor, id, StatusCode::OK, said).await);
        }
        "correct-reply" if !kept::is_empty(&kept::besides(&form, "register-reply")) => {
            // that leads to another page, which has no place for the rest
            said.wrongs = vec![("correction", visitor.reader.words.cwc_correction_besides())];
            return Ok(shown(app, &visitor, id, StatusCode::UNPROCESSABLE_ENTITY, said).await);
        }
        "correct-reply" => {
            let begun = correction::begin(app, &visitor, id, &form).await;
            let failure = match begun {
                Ok(address) => return Ok(see(&address)),
                Err(failure) => Err(failure.into()),
            };
            return Ok(answered(app, &visitor, (id, &form), said, failure, wrongs_of).await);
        }
        "uncorrect-reply" => {
            let done = correction::discard(app, &visitor, id, &form).await;
            return Ok(match done {
                Ok(()) => shown(app, &visitor, id, StatusCode::OK, said).await,
                Err(failure) => {
                    let undone = Err(failure.into());
                    answered(app, &visitor, (id, &form), said, undone, wrongs_of).await
                }
            });
        }
        "preview" | "preview-file" => {
            let made = previewed_decision(app, &visitor, id, &form).await;
            let made = made.map(|letter| vec![("decision", letter)]);
            return Ok(previewed(app, &visitor, (id, &form), said, made).await);
        }
        "preview-question" | "preview-question-file" => {
            let made = previewed_question(app, &visitor, id, &form).await;
            let made = made.map(|letter| vec![("question", letter)]);
            return Ok(previewed(app, &visitor, (id, &form), said, made).await);
        }
        "preview-reasons" | "preview-reasons-file" => {
            let made = previewed_reasons(app, &visitor, id, &form).await;
            let made = made.map(|letter| vec![("reasons", letter)]);
            return Ok(previewed(app, &visitor, (id, &form), said, made).await);
        }
        _ => {}
    }
    let done = carry_out(app, &visitor, id, &form).await;
    let read: fn(&SignedIn, &Failure) -> Vec<Wrong> = match form.get("deed") {
        "register-reasons" => wrongs_of_demand,
        _ => wrongs_of,
    };
    Ok(answered(app, &visitor, (id, &form), said, done, read).await)
}

async fn previewed_decision(
    app: &App,
    visitor: &SignedIn,
    id: CaseId,
    form: &Form,
) -> Result<Document, Undone> {
    let ruling = ruling(app, visitor, form).map_err(Undone::Wrong)?;
    Ok(preview::decision(app, &visitor.caller, id, &ruling).await?)
}

async fn previewed_question(
    app: &App,
    visitor: &SignedIn,
    id: CaseId,
    form: &Form,
) -> Result<Document, Undone> {
    let (text, due) = question(app, visitor.reader.words, form)?;
    Ok(preview::question(app, &visitor.caller, id, (&text, due)).await?)
}

async fn previewed_reasons(
    app: &App,
    visitor: &SignedIn,
    id: CaseId,
    form: &Form,
) -> Result<Document, Undone> {
    let text = form.get("reasons");
    if text.is_empty() || text.chars().count() > LONGEST {
        let wrong = visitor.reader.words.cwc_wrong_text();
        return Err(Undone::Wrong(vec![("reasons", wrong)]));
    }
    Ok(reasons::actions::preview_letter(app, &visitor.caller, id, text).await?)
}

/// What the applicant is asked and by when, as a form says it.
fn question(app: &App, words: Words, form: &Form) -> Result<(String, NaiveDate), Undone> {
    let text = form.get("question");
    if text.is_empty() || text.chars().count() > LONGEST {
        return Err(Undone::Wrong(vec![("question", words.cwc_wrong_text())]));
    }
    let today = oslo_date(app.clock().now());
    let due = day(form.get("due")).filter(|day| *day > today);
    let due = due.ok_or(Undone::Wrong(vec![("due", words.cwc_wrong_day())]))?;
    Ok((text.to_owned(), due))
}

/// The case with letters that are not sent yet, each where it was asked for, or the first of them as a file.
pub async fn previewed(
    app: &App,
    visitor: &SignedIn,
    (id, form): (CaseId, &Form),
    mut said: Said,
    made: Result<Vec<(&'static str, Document)>, Undone>,
) -> Response {
    said.previews = match made {
        Ok(letters) => letters,
        Err(undone) => {
            return answered(app, visitor, (id, form), said, Err(undone), wrongs_of).await;
        }
    };
    if form.get("deed").ends_with("-file") && !said.previews.is_empty() {
        return match letter::file(said.previews.swap_remove(0).1).await {
            Ok(file) => file.into_response(),
            Err(failure) => problems::page(&visitor.reader, failure),
        };
    }
    shown(app, visitor, id, StatusCode::OK, said).await
}

/// The case after what was tried: anew when it was done, with what was typed for other buttons; else with what is wrong or why
/// it was refused, and with all that was typed. When the case has changed meanwhile the page says how.
pub async fn answered(
    app: &App,
    visitor: &SignedIn,
    (id, form): (CaseId, &Form),
    mut said: Said,
    done: Result<(), Undone>,
    wrongs_of: fn(&SignedIn, &Failure) -> Vec<Wrong>,
) -> Response {
    let failure = match done {
        Ok(()) => {
            let besides = kept::besides(form, form.get("deed"));
            if kept::is_empty(&besides) {
                return see(&visitor.reader.link(format_args!("{PATH}/cases/{id}?done=yes")));
            }
            let said = Said { is_done: true, ..Said::of(&besides) };
            return shown(app, visitor, id, StatusCode::OK, said).await;
        }
        Err(Undone::Wrong(wrongs)) => {
            said.wrongs = wrongs;
            return shown(app, visitor, id, StatusCode::UNPROCESSABLE_ENTITY, said).await;
        }
        Err(Undone::Failed(failure)) => failure,
    };
    if failure.problem() == Problem::StaleVersion {
        said.seen = Some(form.get("seen").parse().unwrap_or(i32::MAX));
        return shown(app, visitor, id, StatusCode::CONFLICT, said).await;
    }
    if !can_be_said(&failure) {
        return problems::page(&visitor.reader, failure);
    }
    said.wrongs = wrongs_of(visitor, &failure);
    if said.wrongs.is_empty() || failure.problem() != Problem::InvalidContent {
        let words = visitor.reader.words;
        said.refused = Some(Refusal::of(words, words.case_problem(failure.problem()), &failure));
    }
    shown(app, visitor, id, status_of(&failure), said).await
}

/// Puts the chosen text of the library below what is written already.
async fn insert(
    app: &App,
    visitor: &SignedIn,
    id: CaseId,
    typed: &mut Typed,
) -> Result<(), Failure> {
    let case = store::find(app.db().read(), Sight::All, id).await?;
    let today = oslo_date(app.clock().now());
    let reader = visitor.reader.language();
    let library = grounds::library(case.kind, today, reader, case.language);
    if let Some(ground) = library.into_iter().find(|ground| ground.code == typed.library) {
        if !typed.grounds.is_empty() {
            typed.grounds.push_str("\n\n");
        }
        typed.grounds.push_str(&ground.text);
        typed.library.clear();
    }
    Ok(())
}

async fn carry_out(app: &App, visitor: &SignedIn, id: CaseId, form: &Form) -> Result<(), Undone> {
    let (caller, words) = (&visitor.caller, visitor.reader.words);
    let version: i32 = form.get("version").parse().map_err(|_| Failure::stale())?;
    let written = |name: &'static str| match form.get(name) {
        text if text.is_empty() || text.chars().count() > LONGEST => {
            Err(Undone::Wrong(vec![(name, words.cwc_wrong_text())]))
        }
        text => Ok(text.to_owned()),
    };
    let way = |name: &'static str| {
        let wrong = Undone::Wrong(vec![(name, words.cwc_wrong_way())]);
        Channel::from_code(form.get(name)).ok_or(wrong)
    };
    match form.get("deed") {
        "take" => {
            actions::assign(app, caller, id, version, &caller.subject).await?;
        }
        "release" => {
            actions::release(app, caller, id, version).await?;
        }
        "assign" => {
            let to = form.get("to");
            if to.is_empty() || to.chars().count() > LONGEST_NAME {
                return Err(Undone::Wrong(vec![("to", words.cwc_wrong_name())]));
            }
            actions::assign(app, caller, id, version, to).await?;
        }
        "ask" => {
            let (text, due) = question(app, words, form)?;
            actions::request_information(app, caller, id, version, &text, due).await?;
        }
        "move-answer-day" => {
            let wrong = || Undone::Wrong(vec![("answer-day", words.cwc_wrong_answer_day())]);
            let due = day(form.get("answer-day")).ok_or_else(wrong)?;
            actions::question::move_day(app, caller, (id, version), due).await?;
        }
        "withdraw-question" => {
            actions::question::withdraw(app, caller, (id, version)).await?;
        }
        "register-reply" => {
            let text = form.get("reply").to_owned();
            if text.is_empty() || text.chars().count() > LONGEST_ANSWER {
                return Err(Undone::Wrong(vec![("reply", words.cwc_wrong_reply())]));
            }
            let wrong_day = || Undone::Wrong(vec![("reply-came", words.cwc_wrong_came())]);
            let came =
                (way("reply-way")?, Some(day(form.get("reply-came")).ok_or_else(wrong_day)?));
            let answer = (text.as_str(), came);
            correction::register(app, visitor, (id, version), form, answer).await?;
        }
        "register-withdrawal" => {
            registered::withdraw(app, caller, (id, version), way("withdrawal-way")?).await?;
        }
        "time-limit" => {
            let change: TimeLimitChange = form
                .get("change")
                .parse()
                .map_err(|_| Undone::Wrong(vec![("change", words.cwc_wrong_change())]))?;
            let on = match form.get("change-on") {
                "" => None,
                text => {
                    let wrong = Undone::Wrong(vec![("change-on", words.cwc_wrong_came())]);
                    Some(day(text).ok_or(wrong)?)
                }
            };
            let reason = written("change-reason")?;
            let is_abroad = matches!(
                change,
                TimeLimitChange::CoordinationSent | TimeLimitChange::CoordinationReply
            );
            let what = Change { change, reason, on: on.filter(|_| is_abroad) };
            time_limit::change(app, caller, (id, version), &what).await?;
        }
        "correct-ring" => {
            let (found, why) = (ring::numbers(form.get("ring")), written("ring-why")?);
            let found = (!found.is_empty()).then_some(found.as_slice());
            actions::correct_ring(app, caller, (id, version), (found, &why)).await?;
        }
        "register-reasons" => {
            let wrong_day = || Undone::Wrong(vec![("reasons-came", words.cwc_wrong_came())]);
            let on = day(form.get("reasons-came")).ok_or_else(wrong_day)?;
            let came = (way("reasons-way")?, Some(on));
            reasons::actions::register(app, caller, (id, version), came).await?;
        }
        "give-reasons" => {
            let text = written("reasons")?;
            reasons::actions::give(app, caller, (id, version), &text).await?;
        }
        "note" => {
            let text = written("note")?;
            actions::note(app, caller, id, version, &text).await?;
        }
        "decide" => {
            let ruling = ruling(app, visitor, form).map_err(Undone::Wrong)?;
            actions::decide(app, caller, id, version, &ruling).await?;
        }
        "sign" => {
            if !caller.is(crate::identity::Role::Supervisor) {
                let refused = "The second signature is a supervisor's.";
                return Err(Failure::new(Problem::NotAllowed, refused).into());
            }
            sign::sign(app, caller, id, version).await?;
        }
        "send-back" => {
            let text = written("why")?;
            sign::send_back(app, caller, id, version, &text).await?;
        }
        _ => return Err(Failure::not_found().into()),
    }
    Ok(())
}

/// The decision a form says, or what is wrong with it.
fn ruling(app: &App, visitor: &SignedIn, form: &Form) -> Result<Ruling, Vec<Wrong>> {
    let words = visitor.reader.words;
    let mut wrongs = Vec::new();
    let step = signing::rules::step(form.get("outcome"));
    if step.is_none() {
        wrongs.push(("outcome", words.cwc_wrong_outcome()));
    }
    let grounds = form.get("grounds");
    if step.is_some_and(|step| step != Step::Grant) && grounds.is_empty() {
        wrongs.push(("grounds", words.cwc_wrong_grounds()));
    }
    if grounds.chars().count() > LONGEST {
        wrongs.push(("grounds", words.cwc_wrong_text()));
    }
    let conditions: Vec<String> = form
        .get("conditions")
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect();
    if conditions.len() > 20 || conditions.iter().any(|text| text.chars().count() > 1000) {
        wrongs.push(("conditions", words.cwc_wrong_condition()));
    }
    let tomorrow = oslo_date(app.clock().now()) + Days::new(1);
    let valid_until = match form.get("until") {
        "" => None,
        text => {
            let until = day(text).filter(|day| *day >= tomorrow);
            if until.is_none() {
                wrongs.push(("until", words.cwc_wrong_until()));
            }
            until
        }
    };
    match step {
        Some(step) if wrongs.is_empty() => {
            Ok(Ruling { step, grounds: grounds.to_owned(), conditions, valid_until })
        }
        _ => Err(wrongs),
    }
}

/// Fields of the form that an action found wrong.
fn wrongs_of(visitor: &SignedIn, failure: &Failure) -> Vec<Wrong> {
    let words = visitor.reader.words;
    fields_of(failure, |field| match field.pointer.as_str() {
        "/receivedOn" => Some(("reply-came", words.cwc_wrong_came())),
        pointer if pointer.starts_with("/application") => {
            Some(("correction", words.reply_correction_wrong()))
        }
        "/dueOn" => Some(("answer-day", words.cwc_wrong_answer_day())),
        "/on" => Some(("change-on", words.cwc_wrong_came())),
        "/validUntil" => Some(("until", words.cwc_wrong_until())),
        "/appealId" => Some(("which", words.cwa_wrong_which())),
        pointer if pointer.starts_with("/ringMunicipalities") => {
            Some(("ring", words.cwc_wrong_ring()))
        }
        pointer if pointer.starts_with("/area") => Some(("ring", words.cwc_wrong_ring())),
        pointer if pointer.starts_with("/conditions") => {
            Some(("conditions", words.cwc_wrong_condition()))
        }
        _ => None,
    })
}

/// The same of a demand for reasons.
fn wrongs_of_demand(visitor: &SignedIn, failure: &Failure) -> Vec<Wrong> {
    let words = visitor.reader.words;
    fields_of(failure, |field| {
        (field.pointer == "/receivedOn").then(|| ("reasons-came", words.cwc_wrong_came()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::FieldErrors;

    #[test]
    fn a_field_is_wrong_once_with_the_first_of_its_texts() {
        let mut errors = FieldErrors::new();
        for pointer in ["/a", "/b", "/c", "/d"] {
            errors.add(pointer, "length", "The length must be at most 2.");
        }
        let failure = errors.finish::<()>(None).expect_err("four errors");
        let wrongs = fields_of(&failure, |field| match field.pointer.as_str() {
            "/a" => Some(("ring", "first")),
            "/b" => Some(("until", "its own")),
            "/c" => Some(("ring", "second")),
            _ => None,
        });
        assert_eq!(wrongs, [("ring", "first"), ("until", "its own")]);
    }
}
