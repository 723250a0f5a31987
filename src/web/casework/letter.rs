//! A decision in short, in the language of the letter and not of the reader; and a letter that is not sent yet, whole, as
//! the rules of letters make it.

use chrono::NaiveDate;

use crate::{
    case::{
        actions::dossier::Dossier,
        lifecycle::{Status, Step},
        model::Ruling,
        signing,
    },
    disclosure::legal_basis,
    document::{Document, render_pdf, tidy},
    failure::Failure,
    http::rendered::Rendered,
    permit::kind,
    values::{appeal_body::appeal_body, language::Language},
    web::{letters::shown::Part, texts::Words},
};

/// A letter to be shown.
pub struct Letter {
    /// Its language.
    pub language: &'static str,
    /// What it is about.
    pub subject: String,
    /// Outcome in words.
    pub outcome: &'static str,
    /// Grounds, in paragraphs.
    pub grounds: Vec<String>,
    /// Conditions.
    pub conditions: Vec<String>,
    /// Day after the last.
    pub until: Option<String>,
    /// Label and provision.
    pub basis: (&'static str, String),
    /// How to appeal.
    pub appeal: String,
}

impl Letter {
    /// The letter of a ruling made on `day`.
    pub fn of(dossier: &Dossier, ruling: &Ruling, day: NaiveDate) -> Self {
        let language = dossier.case.language;
        let words = Words(language);
        let any = kind::any(dossier.case.kind);
        let outcome = signing::rules::outcome(ruling.step).and_then(Status::from_code);
        let condition =
            |text: &String| any.condition(text, language).unwrap_or_else(|_| text.clone());
        let appeal = match appeal_body(dossier.decision_type, day) {
            Some(body) => words.cwc_appeal(body.name(language)),
            None => words.cwc_no_appeal().to_owned(),
        };
        Self {
            language: language.code(),
            subject: format!("{} – {}", dossier.case.display_number(), any.title(language)),
            outcome: match outcome {
                // of its own motion the authority grants nothing
                Some(_) if dossier.case.purpose.is_own_motion() => {
                    words.case_purpose(dossier.case.purpose)
                }
                Some(status) => words.case_status(status),
                None => "",
            },
            grounds: ruling
                .grounds
                .lines()
                .map(str::trim)
                .filter(|line| !line.is_empty())
                .map(str::to_owned)
                .collect(),
            conditions: ruling.conditions.iter().map(condition).collect(),
            until: ruling.valid_until.map(|day| words.cwc_holds_until(words.date(day))),
            basis: (words.cwc_legal_basis(), cite(any.legal_basis(day), language)),
            appeal,
        }
    }

    /// The letter of the decision that was made, if one was.
    pub fn made(dossier: &Dossier) -> Option<Self> {
        let decision = dossier.decision.as_ref()?;
        let ruling = Ruling {
            step: signing::rules::step(&decision.outcome).unwrap_or(Step::Grant),
            grounds: decision.grounds.clone(),
            conditions: decision.conditions.clone(),
            valid_until: None,
        };
        let day = crate::values::calendar::oslo_date(decision.decided_at);
        let basis = cite(&decision.legal_basis, dossier.case.language);
        let letter = Self::of(dossier, &ruling, day);
        Some(Self { basis: (letter.basis.0, basis), ..letter })
    }
}

fn cite(code: &str, language: Language) -> String {
    legal_basis::find(code).map_or_else(|| code.to_owned(), |basis| basis.cite(language))
}

/// A letter that is not sent yet, with everything it would say.
pub struct Draft {
    /// Its language.
    pub language: &'static str,
    /// Who it would go to, line by line.
    pub recipient: Vec<String>,
    /// What it is about.
    pub title: String,
    /// What it says.
    pub parts: Vec<Part>,
}

impl Draft {
    /// The letter as the page shows it.
    pub fn of(document: &Document) -> Self {
        Self {
            language: document.language.code(),
            recipient: document.recipient.clone(),
            title: tidy(&document.title),
            parts: document.blocks.iter().map(Part::of).collect(),
        }
    }
}

/// A letter that is not sent yet, as a file.
///
/// # Errors
/// When it cannot be drawn.
pub async fn file(document: Document) -> Result<Rendered, Failure> {
    let drawn = tokio::task::spawn_blocking(move || {
        render_pdf(&document).map(|pdf| pdf.file("draft", document.number))
    });
    let bytes = drawn.await.map_err(Failure::internal)?.map_err(Failure::internal)?;
    Ok(Rendered::Pdf(bytes, "utkast".to_owned()))
}
