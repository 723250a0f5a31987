//! Examinations passed, reported by examiners: one candidate on each line, all of them or none. National ids stand in the form
//! that is sent and in the answer to whoever sent it, nowhere else.

use askama::Template;
use poem::{Response, handler, http::StatusCode, web::Data};

use super::{
    form::Form,
    frame::{self, Frame},
    problems,
    sign_in::{SignedIn, Visitor},
    texts::Words,
};
use crate::{
    app::App,
    exam::{
        api::results_of,
        store,
        wire::{ExamResultForm, ExamResultsForm},
    },
    failure::{Failure, FieldError, FieldErrors, Problem},
    identity::Role,
    permit::kind::amateur::wire::LicenceClassName,
    values::calendar::oslo_date,
};

/// The page, below the language.
pub const PATH: &str = "/exam-results";
const SCOPE: &str = "anrop:exam.write";

super::texts::texts! {
    exams: "Beståtte eksamener", "Beståtte eksamenar", "Examinations passed";
    exams_lead: "Skriv én kandidat på hver linje: fødselsnummer, klasse, dato og din egen referanse, med semikolon imellom. Klassen er full eller begrenset. Alle linjene blir tatt imot, eller ingen.", "Skriv éin kandidat på kvar linje: fødselsnummer, klasse, dato og din eigen referanse, med semikolon imellom. Klassen er full eller avgrensa. Alle linjene blir tekne imot, eller ingen.", "Write one candidate on each line: national id, class, date and your own reference, with semicolons between them. The class is full or limited. All lines are taken, or none.";
    exams_kept: "Fødselsnummeret blir bare brukt til å kjenne igjen søkeren, og lagres ikke slik det er skrevet.", "Fødselsnummeret blir berre brukt til å kjenne att søkjaren, og blir ikkje lagra slik det er skrive.", "The national id is only used to recognise the applicant, and is not kept as it is written.";
    exams_example: "ÅÅMMDDNNNNN; full; 31.12.2026; 2026-17", "ÅÅMMDDNNNNN; full; 31.12.2026; 2026-17", "YYMMDDNNNNN; full; 2026-12-31; 2026-17";
    exams_lines: "Kandidater", "Kandidatar", "Candidates";
    exams_send: "Meld inn", "Meld inn", "Report";
    exams_done(added, known): "{added} er meldt inn. {known} var meldt inn før.", "{added} er melde inn. {known} var melde inn før.", "{added} are reported. {known} were reported before.";
    exams_refused: "Ingenting er tatt imot", "Ingenting er teke imot", "Nothing was taken";
    exams_line(number): "Linje {number}", "Linje {number}", "Line {number}";
    exams_form: "Linjen skal ha fire deler med semikolon imellom.", "Linja skal ha fire delar med semikolon imellom.", "The line has four parts with semicolons between them.";
    exams_class: "Klassen er full eller begrenset.", "Klassen er full eller avgrensa.", "The class is full or limited.";
    exams_id: "Fødselsnummeret er ikke gyldig.", "Fødselsnummeret er ikkje gyldig.", "The national id is not valid.";
    exams_day: "Skriv en dato som ikke er i framtiden.", "Skriv ein dato som ikkje er i framtida.", "Give a date that is not in the future.";
    exams_reference: "Referansen skal ha fra 1 til 60 tegn.", "Referansen skal ha frå 1 til 60 teikn.", "The reference has from 1 to 60 characters.";
    exams_count: "Meld inn fra 1 til 200 om gangen.", "Meld inn frå 1 til 200 om gongen.", "Report from 1 to 200 at a time.";
}

#[derive(Template)]
#[template(path = "exams.html", config = "src/web/askama.toml")]
struct ExamsPage {
    frame: Frame,
    subject: String,
    csrf: String,
    lines: String,
    done: Option<String>,
    /// Which line is wrong, and how.
    wrongs: Vec<(String, &'static str)>,
}

fn page(visitor: &SignedIn, lines: &str) -> ExamsPage {
    let mut frame = visitor.reader.frame(visitor.reader.words.exams()).about_persons();
    PATH.clone_into(&mut frame.here);
    ExamsPage {
        frame,
        subject: visitor.caller.subject.clone(),
        csrf: visitor.csrf.clone(),
        lines: lines.to_owned(),
        done: None,
        wrongs: Vec::new(),
    }
}

fn examiner(visitor: Visitor) -> poem::Result<SignedIn> {
    visitor.needs(&[Role::Examiner, Role::Administrator], SCOPE)
}

/// The form.
#[handler]
pub async fn open(visitor: Visitor) -> poem::Result<Response> {
    let visitor = examiner(visitor)?;
    let page = page(&visitor, "");
    Ok(frame::answer(StatusCode::OK, &page.frame, &page))
}

/// Takes the results in.
#[handler]
pub async fn send(visitor: Visitor, form: Form, Data(app): Data<&App>) -> poem::Result<Response> {
    let visitor = examiner(visitor)?;
    visitor.own(&form)?;
    let lines = form.get("lines");
    let words = visitor.reader.words;
    Ok(match taken(app, &visitor, lines).await {
        Ok((added, known)) => {
            let mut page = page(&visitor, "");
            page.done = Some(words.exams_done(added, known));
            frame::answer(StatusCode::OK, &page.frame, &page)
        }
        Err(failure) if failure.problem() == Problem::InvalidContent => {
            let mut page = page(&visitor, lines);
            page.wrongs = failure.fields().iter().map(|error| said(words, error)).collect();
            frame::answer(StatusCode::UNPROCESSABLE_ENTITY, &page.frame, &page)
        }
        Err(failure) => problems::page(&visitor.reader, failure),
    })
}

/// How many were added, and how many were known.
async fn taken(app: &App, visitor: &SignedIn, lines: &str) -> Result<(usize, usize), Failure> {
    let mut errors = FieldErrors::new();
    let results = read(lines, &mut errors);
    if !errors.is_empty() {
        // the others would stand at other places
        return errors.finish(None);
    }
    let form = ExamResultsForm { results };
    let today = oslo_date(app.clock().now());
    let results = results_of(&form, today, app.national_id_rule(), &mut errors);
    let results = errors.finish(Some(results))?;
    let added = store::insert(app, &visitor.caller.subject, &results).await?;
    Ok((added, results.len() - added))
}

/// The lines that are not empty, in their order; what is no line of four parts is noted.
fn read(lines: &str, errors: &mut FieldErrors) -> Vec<ExamResultForm> {
    let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut results = Vec::new();
    for (index, line) in lines.enumerate() {
        let at = |member: &str| format!("/results/{index}/{member}");
        let parts: Vec<&str> = line.split(';').map(str::trim).collect();
        let [national_id, class, day, reference] = parts.as_slice() else {
            errors.add(format!("/results/{index}"), "form", "Four parts with semicolons between.");
            continue;
        };
        let licence_class = match class.to_lowercase().as_str() {
            "full" => Some(LicenceClassName::Full),
            "begrenset" | "avgrensa" | "limited" => Some(LicenceClassName::Limited),
            _ => None,
        };
        if licence_class.is_none() {
            errors.add(at("licenceClass"), "not-in-list", "The class is full or limited.");
        }
        let passed_on = super::casework::day(day);
        if passed_on.is_none() {
            errors.add(at("passedOn"), "date", "Give the day of the examination.");
        }
        let (Some(licence_class), Some(passed_on)) = (licence_class, passed_on) else { continue };
        results.push(ExamResultForm {
            national_id: (*national_id).to_owned(),
            licence_class,
            passed_on,
            reference: (*reference).to_owned(),
        });
    }
    results
}

/// Where an error is, and what it says.
fn said(words: Words, error: &FieldError) -> (String, &'static str) {
    let mut parts = error.pointer.split('/').skip(2);
    let line = parts.next().and_then(|index| index.parse::<usize>().ok());
    let text = match parts.next() {
        Some("nationalId") => words.exams_id(),
        Some("licenceClass") => words.exams_class(),
        Some("passedOn") => words.exams_day(),
        Some("reference") => words.exams_reference(),
        _ if line.is_some() => words.exams_form(),
        _ => words.exams_count(),
    };
    (line.map_or_else(String::new, |line| words.exams_line(line + 1)), text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_four_parts_and_every_wrong_one_is_told() {
        let lines = "1; full; 31.12.2025; a\n\n2;Begrenset;2025-12-31;b\n3; full; i går; c\nx";
        let mut errors = FieldErrors::new();
        let read = read(lines, &mut errors);
        assert_eq!(read.len(), 2);
        assert_eq!((&*read[1].national_id, &*read[1].reference), ("2", "b"));
        let failure = errors.finish(Some(())).expect_err("two are wrong");
        let told: Vec<_> = failure
            .fields()
            .iter()
            .map(|one| said(Words(crate::values::language::Language::English), one))
            .collect();
        assert_eq!(told[0].0, "Line 3");
        assert_eq!(told[1].0, "Line 4");
    }
}
