//! The form of the page of numbers: returning, withdrawing and handing over numbers that only the published list says are
//! assigned. The action is that of the operation; numbers of a permit are changed with the permit, not here.

use poem::{Response, handler, web::Data};

use super::{FATES, PATH, SCOPE, page_of};
use crate::{
    app::App,
    failure::{Failure, FieldErrors, Problem},
    numbering::list::{
        actions::{self, Step},
        wire::{ChangeName, NewProviderForm, NumberRangeChangeForm},
    },
    web::{
        casework::{
            Refusal, can_be_said, caseworker,
            deeds::{Wrong, fields_of},
            frame_at, refused, status_of,
        },
        form::Form,
        frame::{self, Reader},
        problems,
        sign_in::{SignedIn, Visitor, see},
        texts::Words,
    },
};

/// Changes numbers of the list, or shows the page again with why not.
#[handler]
pub async fn act(visitor: Visitor, form: Form, Data(app): Data<&App>) -> poem::Result<Response> {
    let visitor = caseworker(visitor, SCOPE)?;
    visitor.own(&form)?;
    Ok(match done(app, &visitor, &form).await {
        Ok(response) => response,
        Err(failure) if can_be_said(&failure) => refused(&visitor, failure),
        Err(failure) => problems::page(&visitor.reader, failure),
    })
}

async fn done(app: &App, visitor: &SignedIn, form: &Form) -> Result<Response, Failure> {
    let failure = match changed(app, visitor, form).await {
        Ok(step) => return Ok(see(&place_of(&visitor.reader, &step))),
        Err(failure) if can_be_said(&failure) => failure,
        Err(failure) => return Err(failure),
    };
    let words = visitor.reader.words;
    let frame = frame_at(visitor, words.cwnr_title(), PATH);
    let (_, mut page) = page_of(app, visitor, frame, form).await?;
    page.wrongs = wrongs(words, &failure);
    if page.wrongs.is_empty() {
        let own = (Problem::IllegalTransition, words.cwnr_not_so());
        page.refused = Some(Refusal::but(words, &failure, own));
    }
    Ok(frame::answer(status_of(&failure), &page.frame, &page))
}

/// What the operation does with the same.
async fn changed(app: &App, visitor: &SignedIn, form: &Form) -> Result<Step, Failure> {
    let text = |name: &str| Some(form.get(name).to_owned()).filter(|text| !text.is_empty());
    let (name, number) = (text("provider"), text("organisation"));
    let new_provider = (name.is_some() || number.is_some()).then(|| NewProviderForm {
        name: name.unwrap_or_default(),
        organisation_number: number.unwrap_or_default(),
    });
    let mut errors = FieldErrors::new();
    let chosen = FATES.iter().find(|(code, _)| *code == form.get("change"));
    let chosen = chosen.map(|(_, change)| *change);
    if chosen.is_none() {
        errors.add("/change", "missing", "Choose what becomes of the numbers.");
    }
    let otherwise =
        if new_provider.is_some() { ChangeName::Transferred } else { ChangeName::Returned };
    let asked = NumberRangeChangeForm {
        kind: text("kind"),
        range: form.get("range").to_owned(),
        change: chosen.unwrap_or(otherwise),
        new_provider,
        grounds: form.get("grounds").to_owned(),
    };
    let step = asked.meaning(&mut errors);
    let step = errors.finish(step)?;
    actions::change(app, &visitor.caller, &step).await?;
    Ok(step)
}

/// Where what became of the numbers is shown.
fn place_of(reader: &Reader, step: &Step) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("number", step.resource.first()).append_pair("type", step.kind.code);
    query.append_pair("done", "yes");
    reader.link(format_args!("{PATH}?{}", query.finish()))
}

/// Fields that are wrong, by name.
fn wrongs(words: Words, failure: &Failure) -> Vec<Wrong> {
    fields_of(failure, |field| match field.pointer.as_str() {
        "/range" | "/kind" | "/type" => Some(("range", words.cwnr_wrong_range())),
        "/change" => Some(("change", words.cwm_wrong_what())),
        "/newProvider" | "/newProvider/name" => Some(("provider", words.cwnr_wrong_provider())),
        "/newProvider/organisationNumber" => {
            Some(("organisation", words.cwnr_wrong_organisation()))
        }
        "/grounds" => Some(("grounds", words.cwnr_wrong_grounds())),
        _ => None,
    })
}
