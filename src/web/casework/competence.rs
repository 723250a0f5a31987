//! The competence of persons whom an application for an installer authorisation names: assessed at the case, on what the
//! application says of them, by the action of the operation. What is said of a person stands on the page only.

use askama::Template;
use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path},
};

use super::{CASE_PATH, Inside, can_be_said, case_id, caseworker, frame_at, status_of};
use crate::{
    app::App,
    case::actions::dossier::dossier,
    failure::{Failure, Problem},
    permit::kind::{
        self, Kind,
        installer::{
            model::{InstallerDetails, Naming, Particulars, Standing},
            qualified_person::actions::{self, Assessing},
        },
    },
    values::{ids::CaseId, national_id::NationalId},
    web::{
        form::Form,
        frame::{self, Frame},
        problems,
        sign_in::{SignedIn, Visitor},
        texts::Words,
    },
};

/// The page, below the language.
pub const PATH: &str = "/casework/cases/:id/competence";
const SCOPE: &str = "anrop:case.decide";
/// Longest grounds, in characters, as the operations have it.
const LONGEST: usize = 4000;

crate::web::texts::texts! {
    cwq_title: "Kompetanse", "Kompetanse", "Competence";
    cwq_lead: "Personer som søknaden navngir. Kompetansen til hver person vurderes én gang. Personen får en referanse, som virksomheten skal bruke.", "Personar som søknaden namngjev. Kompetansen til kvar person blir vurdert éin gong. Personen får ein referanse, som verksemda skal bruke.", "Persons whom the application names. The competence of each is assessed once. The person gets a reference, which the business is to use.";
    cwq_none: "Søknaden navngir ingen som skal vurderes.", "Søknaden namngjev ingen som skal vurderast.", "The application names nobody who is to be assessed.";
    cwq_birth: "Født", "Fødd", "Born";
    cwq_qualification: "Grunnlag", "Grunnlag", "Basis";
    cwq_college: "Toårig fagskole", "Toårig fagskule", "Two years of vocational college";
    cwq_equivalent: "Tilsvarende", "Tilsvarande", "Equivalent";
    cwq_eea: "Godkjent i EØS", "Godkjend i EØS", "Recognised in the EEA";
    cwq_education: "Utdanning", "Utdanning", "Education";
    cwq_practice: "Praksis, måneder", "Praksis, månader", "Practice, months";
    cwq_work: "Arbeid", "Arbeid", "Work";
    cwq_outcome: "Vurdering", "Vurdering", "Assessment";
    cwq_assessed: "Kvalifisert", "Kvalifisert", "Qualified";
    cwq_refused: "Ikke kvalifisert", "Ikkje kvalifisert", "Not qualified";
    cwq_grounds: "Begrunnelse", "Grunngjeving", "Grounds";
    cwq_id: "Fødselsnummer, hvis det er kjent", "Fødselsnummer, om det er kjent", "National id, where it is known";
    cwq_another: "En annen person med samme navn og fødselsdato er vurdert før", "Ein annan person med same namn og fødselsdato er vurdert før", "Another person of the same name and birth date was assessed before";
    cwq_do: "Lagre vurderingen", "Lagre vurderinga", "Keep the assessment";
    cwq_done(name, reference): "{name} er vurdert. Referansen er {reference}.", "{name} er vurdert. Referansen er {reference}.", "{name} is assessed. The reference is {reference}.";
    cwq_wrong_outcome: "Velg en vurdering.", "Vel ei vurdering.", "Choose an assessment.";
    cwq_wrong_id: "Fødselsnummeret er ikke gyldig.", "Fødselsnummeret er ikkje gyldig.", "The national id is not valid.";
    cwq_known: "Personen er vurdert før. Søk på navn og fødselsdato og bruk referansen, eller skriv fødselsnummeret.", "Personen er vurdert før. Søk på namn og fødselsdato og bruk referansen, eller skriv fødselsnummeret.", "The person was assessed before. Search by name and birth date and use the reference, or give the national id.";
    cwq_go: "Vurder kompetansen til personene", "Vurder kompetansen til personane", "Assess the competence of the persons";
}

impl Words {
    fn qualification(self, code: &str) -> &'static str {
        match code {
            "vocationalCollege" => self.cwq_college(),
            "equivalent" => self.cwq_equivalent(),
            _ => self.cwq_eea(),
        }
    }
}

/// A person to be assessed.
struct Person {
    /// Place in the application.
    index: usize,
    name: String,
    facts: Vec<(&'static str, String)>,
    grounds: String,
    /// What is wrong in the form about this person.
    wrongs: Vec<&'static str>,
}

#[derive(Template)]
#[template(path = "casework_competence.html", config = "src/web/askama.toml")]
struct CompetencePage {
    frame: Frame,
    inside: Inside,
    /// The case: address and number.
    up: (String, String),
    action: String,
    persons: Vec<Person>,
    done: Option<String>,
    /// Why it was refused: in the reader's language, and in English with what to do.
    refused: Option<(String, Option<String>)>,
}

/// The persons of an open application, by their place in it, and the number of the case.
async fn named(
    app: &App,
    visitor: &SignedIn,
    id: CaseId,
) -> Result<(String, Vec<(usize, Particulars)>), Failure> {
    let dossier = dossier(app, &visitor.caller, id).await?;
    if dossier.case.kind != Kind::Installer || !dossier.case.status.is_open() {
        return Err(Failure::not_found());
    }
    let is_person = dossier.applicant.is_person();
    let parsed = kind::any(Kind::Installer).parse(&dossier.application, is_person)?;
    let details: InstallerDetails =
        serde_json::from_value(parsed.details).map_err(Failure::internal)?;
    let persons = details.persons.into_iter().enumerate();
    let persons = persons.filter_map(|(index, person)| match person.naming {
        Naming::Particulars(particulars) => Some((index, *particulars)),
        Naming::Reference(_) => None,
    });
    Ok((dossier.case.display_number(), persons.collect()))
}

fn page(
    visitor: &SignedIn,
    id: CaseId,
    (number, persons): &(String, Vec<(usize, Particulars)>),
    form: &Form,
) -> CompetencePage {
    let reader = &visitor.reader;
    let words = reader.words;
    let case = CASE_PATH.replace(":id", &id.to_string());
    let path = PATH.replace(":id", &id.to_string());
    let person = |(index, one): &(usize, Particulars)| Person {
        index: *index,
        name: one.name.clone(),
        facts: vec![
            (words.cwq_birth(), words.date(one.birth_date)),
            (words.cwq_qualification(), words.qualification(one.qualification.code()).to_owned()),
            (words.cwq_education(), one.education.clone()),
            (words.cwq_practice(), one.practice_months.to_string()),
            (words.cwq_work(), one.work_history.clone()),
        ],
        grounds: match form.get("person") == index.to_string() {
            true => form.get("grounds").to_owned(),
            false => String::new(),
        },
        wrongs: Vec::new(),
    };
    CompetencePage {
        frame: frame_at(visitor, format!("{} – {number}", words.cwq_title()), &path),
        inside: Inside::of(visitor, ""),
        up: (reader.link(&case), number.clone()),
        action: reader.link(&path),
        persons: persons.iter().map(person).collect(),
        done: None,
        refused: None,
    }
}

/// The page.
#[handler]
pub async fn open(
    visitor: Visitor,
    Path(id): Path<String>,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = caseworker(visitor, SCOPE)?;
    let shown = async {
        let id = case_id(&id)?;
        let found = named(app, &visitor, id).await?;
        Ok(page(&visitor, id, &found, &Form::default()))
    };
    Ok(match shown.await {
        Ok(page) => frame::answer(StatusCode::OK, &page.frame, &page),
        Err(failure) => super::refused(&visitor, failure),
    })
}

/// Keeps an assessment.
#[handler]
pub async fn act(
    visitor: Visitor,
    Path(id): Path<String>,
    form: Form,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = caseworker(visitor, SCOPE)?;
    visitor.own(&form)?;
    Ok(match done(app, &visitor, &id, &form).await {
        Ok(response) => response,
        Err(failure) if can_be_said(&failure) => super::refused(&visitor, failure),
        Err(failure) => problems::page(&visitor.reader, failure),
    })
}

async fn done(app: &App, visitor: &SignedIn, id: &str, form: &Form) -> Result<Response, Failure> {
    let words = visitor.reader.words;
    let id = case_id(id)?;
    let found = named(app, visitor, id).await?;
    let place = form.get("person").parse().ok();
    let chosen = found.1.iter().find(|(index, _)| Some(*index) == place);
    let (_, particulars) = chosen.ok_or_else(Failure::not_found)?;
    let assessing = match read(app, words, particulars, form) {
        Ok(assessing) => assessing,
        Err(wrongs) => {
            let mut page = page(visitor, id, &found, form);
            if let Some(person) = page.persons.iter_mut().find(|one| Some(one.index) == place) {
                person.wrongs = wrongs;
            }
            return Ok(frame::answer(StatusCode::UNPROCESSABLE_ENTITY, &page.frame, &page));
        }
    };
    match actions::assess(app, &visitor.caller, &assessing).await {
        Ok(person) => {
            let mut page = page(visitor, id, &found, &Form::default());
            page.done = Some(words.cwq_done(&particulars.name, &person.reference));
            Ok(frame::answer(StatusCode::OK, &page.frame, &page))
        }
        Err(failure) if can_be_said(&failure) => {
            let mut page = page(visitor, id, &found, form);
            let told = failure.detail_in(visitor.reader.language()).map(str::to_owned);
            page.refused = Some(match (failure.problem(), told) {
                (Problem::IllegalTransition, _) => {
                    (words.cwq_known().to_owned(), Some(failure.detail().to_owned()))
                }
                (_, Some(text)) => (text, None),
                (problem, None) => {
                    let text = words.case_problem(problem).to_owned();
                    (text, Some(failure.detail().to_owned()))
                }
            });
            Ok(frame::answer(status_of(&failure), &page.frame, &page))
        }
        Err(failure) => Err(failure),
    }
}

fn read(
    app: &App,
    words: Words,
    particulars: &Particulars,
    form: &Form,
) -> Result<Assessing, Vec<&'static str>> {
    let mut wrongs = Vec::new();
    let standing = Standing::from_code(form.get("outcome"));
    if standing.is_none() {
        wrongs.push(words.cwq_wrong_outcome());
    }
    let grounds = form.get("grounds");
    if grounds.is_empty() || grounds.chars().count() > LONGEST {
        wrongs.push(words.cwc_wrong_text());
    }
    let text = form.get("national-id");
    let national_id = NationalId::parse(text, app.national_id_rule()).ok();
    if !text.is_empty() && national_id.is_none() {
        wrongs.push(words.cwq_wrong_id());
    }
    match standing.filter(|_| wrongs.is_empty()) {
        Some(standing) => Ok(Assessing {
            particulars: particulars.clone(),
            national_id,
            is_another: !form.get("another").is_empty(),
            standing,
            grounds: grounds.to_owned(),
        }),
        None => Err(wrongs),
    }
}
