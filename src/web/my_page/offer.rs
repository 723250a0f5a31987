//! A permit that is offered to the reader: what is offered, and accepting it. What passed between the holder and the
//! authority is not shown.

use poem::{
    Response, handler,
    web::{Data, Path},
};
use serde_json::{Value, json};

use super::{
    Notice, PATH as MY_PAGE, appeal,
    entry::{EntryPage, Filled, again, done, sent_for},
    me::step,
};
use crate::{
    app::App,
    case::{
        actions::receive,
        lifecycle::Status,
        model::{Purpose, TransferTerms},
        store::{self, Case},
    },
    draft::basis::known_of,
    failure::{Failure, FieldErrors},
    http::body,
    identity::Sight,
    party,
    permit::kind::{self, shared::Applicant},
    values::ids::CaseId,
    web::{
        apply::{Around, applicant, is_person, settled},
        form::Form as Sent,
        frame,
        sign_in::{SignedIn, Visitor},
    },
};

/// The page, below the language.
pub const PATH: &str = "/my-page/offers/:id";
const READ: &str = "anrop:case.read";
const WRITE: &str = "anrop:case.write";

/// A transfer to the reader.
async fn offered(app: &App, visitor: &SignedIn, id: &str) -> Result<Case, Failure> {
    let id = CaseId::parse(id).map_err(|_| Failure::not_found())?;
    let receiver = receive::receiving(app, &visitor.caller).ok_or_else(Failure::not_found)?;
    let connection = app.db().read();
    let found = store::find_received(connection, &receiver, id).await;
    if found.is_err() && store::find(connection, Sight::All, id).await.is_ok() {
        visitor.caller.asked_for_others("case", id);
    }
    let case = found?;
    if case.purpose == Purpose::Transfer { Ok(case) } else { Err(Failure::not_found()) }
}

async fn entry(
    app: &App,
    visitor: &SignedIn,
    case: &Case,
    (typed, failure): (&Value, Option<&Failure>),
) -> Result<EntryPage, Failure> {
    let reader = &visitor.reader;
    let words = reader.words;
    let connection = app.db().read();
    let key = party::store::data_key(connection, &app.keys(), case.applicant).await?;
    let terms: TransferTerms =
        serde_json::from_value(case.application(&key)?).map_err(Failure::internal)?;
    let mut facts = vec![
        (words.receipt_number(), case.display_number()),
        (words.case_about(), kind::any(case.kind).title(reader.language()).to_owned()),
        (words.permit_its_number(), terms.permit_number),
        (words.transfer_from(), words.date(terms.from)),
        (words.transfer_reason(), terms.reason),
        (words.my_status(), words.case_status_of(case.status).to_owned()),
    ];
    let may_accept = case.status.is_open() && case.accepted.is_none();
    let mut texts = Vec::new();
    if let Some((_, at)) = case.accepted {
        facts.push((words.offer_accepted_at(), words.moment(at)));
    }
    if case.status.is_open() {
        if case.accepted.is_some() {
            texts.push(words.offer_next(words.date(case.due_on)));
        } else {
            texts.push(words.offer_refuse().to_owned());
        }
    } else if matches!(case.status, Status::Granted | Status::PartlyGranted) {
        texts.push(words.offer_granted().to_owned());
    } else if case.status.is_under_appeal() {
        texts.push(words.offer_appealed().to_owned());
    } else if matches!(case.status, Status::Upheld | Status::Reversed) {
        texts.push(words.offer_after_appeal().to_owned());
    } else {
        texts.push(words.offer_ended().to_owned());
    }
    let left = match appeal::right(app, visitor, case).await? {
        Some(_) => None,
        None => appeal::left(app, visitor, case.id).await?,
    };
    let is_person = is_person(&visitor.caller);
    let filled = Filled { step: step(), is_person, typed, failure, grows: None };
    let mut frame = reader.frame(words.offer_title()).about_persons();
    frame.here = format!("{MY_PAGE}/offers/{}", case.id);
    Ok(EntryPage {
        around: Around::of(visitor),
        notice: Notice::saved(reader),
        unsent: left.map(|left| left.text),
        up: (reader.link(MY_PAGE), words.my_page().to_owned()),
        lead: words.offer_lead().to_owned(),
        facts,
        texts,
        action: reader.link(&frame.here),
        frame,
        version: case.version,
        wrongs: Vec::new(),
        fields: if may_accept { filled.fields(visitor) } else { Vec::new() },
        save: words.offer_accept(),
    })
}

/// Shows it again, with what the reader wrote that could not be sent.
pub(super) async fn again_with(
    app: &App,
    visitor: &SignedIn,
    id: &str,
    (said, unsent): (Notice, Option<String>),
) -> Result<Response, Failure> {
    let case = offered(app, visitor, id).await?;
    let mut page = entry(app, visitor, &case, (&Value::Null, None)).await?;
    let status = said.status;
    page.notice = Some(said);
    page.unsent = unsent.or(page.unsent);
    Ok(frame::answer(status, &page.frame, &page))
}

/// Shows what is offered.
#[handler]
pub async fn show(
    visitor: Visitor,
    Path(id): Path<String>,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = applicant(visitor, READ)?;
    let shown = async {
        let case = offered(app, &visitor, &id).await?;
        let party = party::actions::party_of(app, app.db().read(), &visitor.caller).await?;
        let known = match &party {
            Some(party) => known_of(party)?,
            None => json!({ "language": visitor.reader.language().code() }),
        };
        let typed = json!({ "applicant": known });
        Ok(entry(app, &visitor, &case, (&typed, None)).await?.answer())
    };
    settled(&visitor, shown.await)
}

/// Accepts it.
#[handler]
pub async fn accept(
    visitor: Visitor,
    Path(id): Path<String>,
    sent: Sent,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = applicant(visitor, WRITE)?;
    visitor.own(&sent)?;
    let outcome = async {
        let case = offered(app, &visitor, &id).await?;
        let typed = sent_for(step(), &sent, is_person(&visitor.caller));
        match accepted(app, &visitor, &case, &sent, &typed).await {
            Ok(()) => Ok(done(&visitor, &format!("{MY_PAGE}/offers/{}?done=accepted", case.id))),
            Err(failure) => {
                let case = offered(app, &visitor, &id).await?;
                let page = entry(app, &visitor, &case, (&typed, Some(&failure))).await?;
                again(&visitor, page, failure)
            }
        }
    };
    settled(&visitor, outcome.await)
}

async fn accepted(
    app: &App,
    visitor: &SignedIn,
    case: &Case,
    sent: &Sent,
    typed: &Value,
) -> Result<(), Failure> {
    let text = typed["applicant"].to_string();
    let said: Applicant =
        body::parse(text.as_bytes()).map_err(|failure| failure.below("/applicant"))?;
    let mut errors = FieldErrors::new();
    let said = said.parse(is_person(&visitor.caller), &mut errors);
    let said = errors.finish(said)?;
    let version = sent.get("version").parse().map_err(|_| Failure::stale())?;
    let caller = &visitor.caller;
    receive::accept(app, caller, case.id, version, &said.details, said.birth_date).await?;
    Ok(())
}
