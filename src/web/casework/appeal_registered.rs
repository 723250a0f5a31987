//! An appeal that came on paper or by telephone, at the desk: what was typed of it, who appeals, and what is wrong with either.
//! The form is read as the operation reads its JSON; who may appeal is decided by the action.

use super::{
    day,
    deeds::{Undone, Wrong, fields_of},
};
use crate::{
    app::App,
    appeal::{
        actions::{self, Registered},
        wire::registered::{AppellantForm, AppellantParty, RegisteredCaseAppealForm},
    },
    case::{actions::dossier::Dossier, model::Channel, wire::desk::FilingChannel},
    failure::{Failure, FieldError},
    party::wire::{Address, Contactable},
    values::{ids::CaseId, language::Language},
    web::{form::Form, sign_in::SignedIn, texts::Words},
};

/// The party whose case it is, as the form names it.
pub const APPLICANT: &str = "applicant";
/// Who accepted to receive the permit.
const NEW_HOLDER: &str = "newHolder";
/// Anybody else.
const OTHER: &str = "other";

/// What stands in the fields of the form.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// The appeal.
    pub text: String,
    /// How it came in; on paper when nothing is chosen.
    pub way: String,
    /// The day it came in.
    pub came: String,
    /// The day it was posted, where the envelope says.
    pub posted: String,
    /// Why it comes late.
    pub late: String,
    /// Why the decision should wait, where that is asked for.
    pub deferral: String,
    /// Who appeals: `applicant`, `newHolder` or `other`.
    pub who: String,
    /// The number of somebody else.
    pub number: String,
    /// Their name.
    pub name: String,
    /// Lines of their address.
    pub lines: String,
    /// Postal code.
    pub postal_code: String,
    /// Post town abroad.
    pub town: String,
    /// Country abroad.
    pub country: String,
    /// Telephone.
    pub phone: String,
    /// E-mail.
    pub email: String,
    /// Language of letters.
    pub language: String,
    /// Day the decision became known to them.
    pub known: String,
}

fn given(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

impl Typed {
    /// What a form says.
    pub fn of(form: &Form) -> Self {
        let text = |name: &str| form.get(name).to_owned();
        Self {
            text: text("appeal"),
            way: text("appeal-way"),
            came: text("came"),
            posted: text("posted"),
            late: text("late"),
            deferral: text("deferral"),
            who: text("who"),
            number: text("who-number"),
            name: text("who-name"),
            lines: text("who-lines"),
            postal_code: text("who-postal-code"),
            town: text("who-town"),
            country: text("who-country"),
            phone: text("who-phone"),
            email: text("who-email"),
            language: text("who-language"),
            known: text("known"),
        }
    }

    /// It was told on the telephone.
    pub fn is_by_telephone(&self) -> bool {
        self.way == Channel::Telephone.code()
    }

    /// Somebody besides the parties is typed in.
    pub fn is_other(&self) -> bool {
        self.who == OTHER
    }

    /// Who appeals, as in JSON; nobody named is the applicant.
    fn appellant(&self) -> Option<AppellantForm> {
        let party = match self.who.as_str() {
            "" | APPLICANT => return None,
            NEW_HOLDER => Some(AppellantParty::NewHolder),
            _ => None,
        };
        if party.is_some() {
            return Some(AppellantForm { party, ..AppellantForm::default() });
        }
        let is_organisation = self.number.chars().filter(char::is_ascii_digit).count() == 9;
        let number = Some(self.number.clone());
        let (organisation_number, national_id) =
            if is_organisation { (number, None) } else { (None, number) };
        let contact = self.contact();
        Some(AppellantForm { organisation_number, national_id, contact, ..Default::default() })
    }

    /// How to reach them; nothing where nothing of that is typed.
    fn contact(&self) -> Option<Contactable> {
        let typed = [&self.name, &self.lines, &self.postal_code, &self.phone, &self.email];
        if typed.iter().all(|text| text.is_empty()) {
            return None;
        }
        let lines = self.lines.lines().map(str::trim).filter(|line| !line.is_empty());
        Some(Contactable {
            name: self.name.clone(),
            address: Address {
                lines: lines.map(str::to_owned).collect(),
                postal_code: given(&self.postal_code),
                town: given(&self.town),
                country: given(&self.country),
            },
            phone: self.phone.clone(),
            email: self.email.clone(),
            language: given(&self.language),
        })
    }
}

/// Who may be chosen as appellant: code, name, is chosen.
pub fn choices(
    words: Words,
    dossier: &Dossier,
    typed: &Typed,
) -> Vec<(&'static str, String, bool)> {
    let chosen: &str = if typed.who.is_empty() { APPLICANT } else { &typed.who };
    let mut all = vec![(APPLICANT, dossier.applicant.details.name.clone())];
    // without an acceptance nobody was told of the decision but who applied
    let receiver = dossier.case.new_holder().and(dossier.new_holder.clone());
    all.extend(receiver.map(|name| (NEW_HOLDER, name)));
    all.push((OTHER, words.cwa_who_other().to_owned()));
    all.into_iter().map(|(code, name)| (code, name, code == chosen)).collect()
}

/// The languages of letters: code, name, is chosen.
pub fn languages(typed: &Typed) -> Vec<(&'static str, &'static str, bool)> {
    let chosen: &str =
        if typed.language.is_empty() { Language::default().code() } else { &typed.language };
    Language::ALL.map(|one| (one.code(), one.name(), one.code() == chosen)).to_vec()
}

/// Registers what was typed.
pub async fn register(
    app: &App,
    visitor: &SignedIn,
    (id, version): (CaseId, i32),
    typed: &Typed,
) -> Result<(), Undone> {
    let words = visitor.reader.words;
    let (came, posted, known) = (day(&typed.came), day(&typed.posted), day(&typed.known));
    let form = RegisteredCaseAppealForm {
        text: typed.text.clone(),
        late_reason: given(&typed.late),
        deferral: given(&typed.deferral),
        channel: typed.is_by_telephone().then_some(FilingChannel::Telephone),
        received_on: came,
        posted_on: posted,
        appellant: typed.appellant(),
        known_since: known,
    };
    let read = form.parse(app.national_id_rule());
    let mut wrongs: Vec<Wrong> = Vec::new();
    if let Err(failure) = &read {
        wrongs.extend(wrongs_of(visitor, failure));
    }
    if came.is_none() {
        wrongs.push(("came", words.cwa_wrong_day()));
    }
    if posted.is_none() && !typed.posted.is_empty() {
        wrongs.push(("posted", words.cwa_wrong_posted()));
    }
    if known.is_none() && !typed.known.is_empty() {
        wrongs.push(("known", words.cwa_wrong_known()));
    }
    let (Ok((written, appellant)), Some(came), true) = (read, came, wrongs.is_empty()) else {
        return Err(Undone::Wrong(wrongs));
    };
    let came = Registered {
        appellant: &appellant,
        lodging: written.lodging(),
        how: form.came(came),
        known_since: known,
    };
    actions::register(app, &visitor.caller, id, version, &came).await?;
    Ok(())
}

/// Fields of the form that were found wrong, each once.
pub fn wrongs_of(visitor: &SignedIn, failure: &Failure) -> Vec<Wrong> {
    fields_of(failure, |field| wrong_of(visitor.reader.words, field))
}

fn wrong_of(words: Words, field: &FieldError) -> Option<Wrong> {
    Some(match field.pointer.as_str() {
        "/text" => ("appeal", words.cwa_wrong_text()),
        "/lateReason" if field.code == "missing" => ("late", words.cwa_wrong_late()),
        "/lateReason" => ("late", words.cwc_wrong_text()),
        "/deferral" => ("deferral", words.cwc_wrong_text()),
        "/receivedOn" => ("came", words.cwa_wrong_day()),
        "/postedOn" => ("posted", words.cwa_wrong_posted()),
        "/knownSince" => ("known", words.cwa_wrong_known()),
        "/appellant/nationalId" | "/appellant/organisationNumber" => {
            ("who-number", words.cwi_wrong_number())
        }
        "/appellant/contact" => ("who-name", words.cwa_wrong_unknown()),
        "/appellant/contact/name" => ("who-name", words.cwa_wrong_name()),
        "/appellant/contact/phone" => ("who-phone", words.cwa_wrong_phone()),
        "/appellant/contact/email" => ("who-email", words.cwa_wrong_email()),
        "/appellant/contact/address/postalCode" => {
            ("who-postal-code", words.cwa_wrong_postal_code())
        }
        "/appellant/contact/address/town" => ("who-town", words.cwa_wrong_address()),
        "/appellant/contact/address/country" => ("who-country", words.cwa_wrong_address()),
        pointer if pointer.starts_with("/appellant/contact") => {
            ("who-lines", words.cwa_wrong_address())
        }
        pointer if pointer.starts_with("/appellant") => ("who", words.cwa_wrong_who()),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::national_id::NationalIdRule;

    fn typed() -> Typed {
        Typed {
            text: "Vi klager.".to_owned(),
            who: OTHER.to_owned(),
            number: "312 345 676".to_owned(),
            ..Typed::default()
        }
    }

    fn names(typed: &Typed) -> Vec<&'static str> {
        let form = RegisteredCaseAppealForm {
            text: typed.text.clone(),
            late_reason: None,
            deferral: None,
            channel: None,
            received_on: None,
            posted_on: None,
            appellant: typed.appellant(),
            known_since: None,
        };
        let refused = form.parse(NationalIdRule::Current).err();
        let fields = refused.iter().flat_map(Failure::fields);
        fields.filter_map(|field| Some(wrong_of(Words(Language::Bokmal), field)?.0)).collect()
    }

    #[test]
    fn somebody_else_is_known_by_a_number_or_typed_in_whole() {
        assert!(names(&typed()).is_empty(), "the registry may know them");
        assert_eq!(names(&Typed { number: "1".to_owned(), ..typed() }), ["who-number"]);
        let half = Typed { name: "Eksempel AS".to_owned(), ..typed() };
        assert_eq!(names(&half), ["who-postal-code", "who-email", "who-phone"]);
        let whole = Typed {
            lines: "Fjordgata 7\r\n\r\n".to_owned(),
            postal_code: "4790".to_owned(),
            phone: "68 05 00 12".to_owned(),
            email: "post@example.no".to_owned(),
            ..half
        };
        assert!(names(&whole).is_empty());
        assert!(Typed::default().appellant().is_none(), "who the case is of");
    }
}
