//! One step of a form: shown, saved, and gone on from. Whatever button is pressed, what was typed is
//! saved first; what is wrong in it only keeps the reader from the next step.

use askama::Template;
use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path},
};
use serde_json::Value;

use super::{
    Around, Wrong, filer,
    form::{self, Form, Step},
    is_person, settled, start,
    values::{self, Posted, has_fields},
    view::{Sheet, Shown, id_of},
    wrong_by_step,
};
use crate::{
    app::App,
    appeal::actions::may_appeal,
    case::{
        self,
        lifecycle::Status,
        model::{Channel, Receiver},
    },
    draft::{
        actions::{self, Opened},
        api::draft_id,
        check,
        model::{Content, Purpose},
        store::Draft,
    },
    failure::{Failure, FieldError, Problem},
    identity::Sight,
    intake::{self, model::Intake},
    party,
    permit::{self, kind},
    values::{
        calendar::oslo_date,
        ids::{CaseId, DraftId},
    },
    web::{
        casework,
        form::Form as Sent,
        frame::{self, Frame},
        problems,
        sign_in::{SignedIn, Visitor, see},
    },
};

/// A step, below the language.
pub const PATH: &str = "/drafts/:id/:step";
/// The step in which consents are given.
const CONSENTS: &str = "publish";
/// The step in which another call sign is asked for than the permit has; a new application does not have it.
pub(super) const NEW_SIGN: &str = "new-sign";
/// Where a draft is thrown away.
pub const DELETE_PATH: &str = "/drafts/:id/delete";

/// The button that saves what was typed and shows the same page, in the language it is sent to.
pub const STAY: &str = "stay";

/// A step in the list of all.
pub struct StepLink {
    /// Where it is.
    pub address: String,
    /// What it is called.
    pub title: &'static str,
    /// It is the one shown.
    pub is_here: bool,
}

#[derive(Template)]
#[template(path = "apply/step.html", config = "src/web/askama.toml")]
struct StepPage {
    frame: Frame,
    around: Around,
    kind_title: String,
    title: &'static str,
    lead: &'static str,
    place: String,
    steps: Vec<StepLink>,
    action: String,
    delete: String,
    version: i32,
    fields: Vec<Shown>,
    wrongs: Vec<Wrong>,
    stale: Option<String>,
    /// What was typed before a session was over stands in it.
    is_left: bool,
    /// The permit says more than the form does.
    is_incomplete: bool,
    has_back: bool,
    kept: String,
    behalf: Option<String>,
}

impl StepPage {
    /// Where its form is sent to, below its own address.
    const fn posts_to(&self) -> &'static str {
        ""
    }
}

/// A draft on its way through the form.
pub struct Journey<'a> {
    /// Who goes.
    pub visitor: &'a SignedIn,
    /// The draft.
    pub opened: Opened,
    /// Its form.
    pub form: &'static Form,
    /// What it is, in words.
    pub title: String,
    /// For whom it is, where a caseworker fills it in.
    pub intake: Option<Intake>,
}

impl<'a> Journey<'a> {
    /// Opens a draft of an application.
    ///
    /// # Errors
    /// 404 when it is gone, another's or no application.
    pub async fn open(app: &App, visitor: &'a SignedIn, id: DraftId) -> Result<Self, Failure> {
        let opened = actions::open(app, &visitor.caller, id).await?;
        if !opened.content.application.is_object() {
            return Err(Failure::not_found());
        }
        let kind = opened.draft.kind;
        let title = titled(app, visitor, &opened.draft).await?.ok_or_else(Failure::not_found)?;
        let intake = match (visitor.caller.files_for_others(), opened.draft.purpose) {
            (false, _) => None,
            (true, Purpose::Reply(case)) => Some(answered(app, case, &opened.content).await?),
            (true, _) => Some(intake::actions::of(app, id).await?),
        };
        let form = if intake.is_some() { form::at_desk(kind) } else { form::of(kind) };
        Ok(Self { visitor, opened, form, title, intake })
    }

    /// A person applies, not an organisation.
    pub fn is_person(&self) -> bool {
        match &self.intake {
            Some(intake) => intake.applicant.is_person(),
            None => is_person(&self.visitor.caller),
        }
    }

    /// For whom a caseworker fills it in, how it came and when.
    pub fn behalf(&self) -> Option<String> {
        let intake = self.intake.as_ref()?;
        let words = self.visitor.reader.words;
        let name =
            self.opened.content.application.pointer("/applicant/name").and_then(Value::as_str);
        let who = match (name, &intake.applicant) {
            (Some(name), _) => name.to_owned(),
            (None, Receiver::Organisation(number)) => number.to_string(),
            (None, Receiver::Person(_)) => words.cwh_person().to_lowercase(),
        };
        let channel = words.case_channel(intake.channel.code());
        let day = words.date(intake.received_on);
        Some(match self.opened.draft.purpose {
            Purpose::Reply(_) => words.cwc_correction_behalf(who, channel, day),
            _ => words.cwi_behalf(who, channel, day),
        })
    }

    /// The application without what is not asked for.
    pub fn finished(&self) -> Value {
        let application = self.opened.content.application.clone();
        values::finished(&self.form.steps, application, self.is_person())
    }

    /// Everything that is missing or wrong.
    pub fn findings(&self) -> Vec<FieldError> {
        let draft = &self.opened.draft;
        check::findings(draft.kind, &self.finished(), self.is_person(), draft.new_on())
    }

    /// What the steps are shown with.
    pub fn sheet<'s>(&'s self, errors: &'s [FieldError]) -> Sheet<'s> {
        Sheet {
            words: self.visitor.reader.words,
            application: &self.opened.content.application,
            is_person: self.is_person(),
            errors,
            grows: None,
        }
    }

    /// The address of a step.
    pub fn address(&self, step: &str) -> String {
        self.visitor.reader.link(format_args!("/drafts/{}/{step}", self.opened.draft.id))
    }

    /// The steps in which something is asked for.
    pub fn asked(&self) -> Vec<&'static Step> {
        let hidden = match self.opened.draft.purpose {
            // consents are given and withdrawn on their own once there is a permit
            Purpose::Amendment(_) => Some(CONSENTS),
            Purpose::New => Some(NEW_SIGN),
            _ => None,
        };
        let is_asked = |step: &&Step| {
            hidden != Some(step.name)
                && has_fields(step, &self.opened.content.application, self.is_person())
        };
        self.form.steps.iter().filter(is_asked).collect()
    }

    /// The list of the steps, the review last.
    pub fn links(&self, here: &str) -> Vec<StepLink> {
        let reader = &self.visitor.reader;
        let steps = self.asked().into_iter();
        let steps = steps.map(|step| (step.name, step.title.of(reader.language())));
        steps
            .chain([("review", reader.words.apply_review())])
            .map(|(name, title)| StepLink {
                address: self.address(name),
                title,
                is_here: name == here,
            })
            .collect()
    }

    /// What is wrong, by step, with addresses within the pages of the form.
    pub fn wrongs(&self, errors: &[FieldError]) -> (Vec<Vec<Wrong>>, Vec<Wrong>) {
        wrong_by_step(self.form, self.sheet(errors), |step, id| {
            format!("{}#{id}", self.address(step))
        })
    }

    /// How long the draft is kept.
    pub fn kept(&self) -> String {
        let words = self.visitor.reader.words;
        words.apply_drafts_kept(words.date(oslo_date(self.opened.draft.expires_at)))
    }

    fn page(&self, step: &'static Step, errors: &[FieldError], grows: Option<&str>) -> StepPage {
        let reader = &self.visitor.reader;
        let (words, language) = (reader.words, reader.language());
        let asked = self.asked();
        let at = asked.iter().position(|one| one.name == step.name).unwrap_or_default();
        let title = step.title.of(language);
        let mut frame = reader.frame(format!("{title} – {}", self.title)).about_persons();
        frame.here = format!("/drafts/{}/{}", self.opened.draft.id, step.name);
        let number = self.form.steps.iter().position(|one| one.name == step.name);
        let (mut by_step, _) = self.wrongs(errors);
        let mut wrongs = by_step.swap_remove(number.unwrap_or_default());
        for wrong in &mut wrongs {
            // the field is on this very page
            wrong.address = wrong
                .address
                .take()
                .and_then(|address| address.split_once('#').map(|(_, id)| format!("#{id}")));
        }
        StepPage {
            frame,
            around: Around::of(self.visitor),
            kind_title: self.title.clone(),
            title,
            lead: step.lead.of(language),
            place: words.apply_step_of(at + 1, asked.len() + 1),
            steps: self.links(step.name),
            action: self.address(step.name),
            delete: self.address("delete"),
            version: self.opened.draft.version,
            fields: Sheet { grows, ..self.sheet(errors) }.step(step),
            wrongs,
            stale: None,
            is_left: false,
            is_incomplete: reader.query.get("basis") == Some("incomplete"),
            has_back: at > 0,
            kept: self.kept(),
            behalf: self.behalf(),
        }
    }
}

/// For whom a caseworker corrects an application, and how and when the answer came, as far as that is written down yet.
async fn answered(app: &App, case: CaseId, content: &Content) -> Result<Intake, Failure> {
    let case = case::store::find(app.db().read(), Sight::All, case).await?;
    Ok(Intake {
        applicant: intake::actions::named(app, case.applicant).await?,
        channel: Channel::from_code(content.text("way")).unwrap_or(Channel::Paper),
        received_on: casework::day(content.text("came"))
            .unwrap_or_else(|| oslo_date(app.clock().now())),
    })
}

/// What the reader's drafts may be about: their own things; of a caseworker, the cases they handle.
///
/// # Errors
/// When the database does not answer.
pub async fn sight_of(app: &App, visitor: &SignedIn) -> Result<Sight, Failure> {
    if visitor.caller.files_for_others() {
        return party::actions::sight_of(app, &visitor.caller).await;
    }
    party::actions::own_sight_of(app, &visitor.caller).await
}

/// Where a caseworker goes who leaves a form, below the language.
fn desk_of(purpose: Purpose) -> String {
    match purpose {
        Purpose::Reply(case) => casework::CASE_PATH.replace(":id", &case.to_string()),
        _ => casework::INTAKE_PATH.to_owned(),
    }
}

/// What a draft is, in words; none where it can be sent no more.
///
/// # Errors
/// When what it is about is gone.
pub async fn titled(
    app: &App,
    visitor: &SignedIn,
    draft: &Draft,
) -> Result<Option<String>, Failure> {
    let words = visitor.reader.words;
    let connection = app.db().read();
    let sight = sight_of(app, visitor).await?;
    Ok(match draft.purpose {
        Purpose::New => Some(kind::any(draft.kind).title(visitor.reader.language()).to_owned()),
        Purpose::Amendment(id) => {
            let permit = permit::store::find(connection, sight, id).await?;
            permit.status.is_live().then(|| words.amendment_of(permit.number))
        }
        Purpose::Reply(id) => {
            let case = case::store::find(connection, sight, id).await?;
            let is_asked = case.status == Status::WaitingForApplicant;
            is_asked.then(|| match case.waits_for_comment() {
                true => words.comment_in(case.display_number()),
                false => words.reply_of(case.display_number()),
            })
        }
        Purpose::Appeal(id) => {
            let case = case::store::find_of_party(connection, sight, id).await?;
            let Sight::Party(party) = sight else { return Ok(None) };
            may_appeal(app, &case, party).await?.then(|| words.appeal_of(case.display_number()))
        }
    })
}

fn known_step(form: &'static Form, name: &str) -> Result<(usize, &'static Step), Failure> {
    form.step(name).ok_or_else(Failure::not_found)
}

/// Shows a step.
#[handler]
pub async fn show(
    visitor: Visitor,
    Path((id, step)): Path<(String, String)>,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = filer(visitor)?;
    let page = shown(app, &visitor, &id, &step).await;
    settled(&visitor, page.map(|page| frame::answer(StatusCode::OK, &page.frame, &page)))
}

async fn shown(app: &App, visitor: &SignedIn, id: &str, step: &str) -> Result<StepPage, Failure> {
    let mut journey = Journey::open(app, visitor, draft_id(id)?).await?;
    let (_, step) = known_step(journey.form, step)?;
    if let Some(left) = visitor.left() {
        let is_person = journey.is_person();
        values::take(step, &typed(left), &mut journey.opened.content.application, is_person);
    }
    let query = &visitor.reader.query;
    // what is wrong is said once it has been tried, not before anything is typed
    let errors = if query.get("check").is_some() { journey.findings() } else { Vec::new() };
    let is_left = visitor.left().is_some();
    Ok(StepPage { is_left, ..journey.page(step, &errors, query.get("add")) })
}

/// Saves a step, and does what the button says.
#[handler]
pub async fn save(
    visitor: Visitor,
    Path((id, step)): Path<(String, String)>,
    sent: Sent,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = filer(visitor)?;
    visitor.own(&sent)?;
    settled(&visitor, saved(app, &visitor, &id, &step, &sent).await)
}

/// True for the path of a step, below the language.
pub fn is_step(below: &str) -> bool {
    let step = below.strip_prefix("/drafts/").and_then(|rest| rest.split_once('/'));
    step.is_some_and(|(_, step)| form::is_step(step))
}

/// What was typed, without the item that is taken away.
pub fn typed(sent: &Sent) -> Posted {
    let gone = sent.get("deed").strip_prefix("remove:").map(|pointer| format!("{pointer}/"));
    let mut posted = Posted::new();
    for (name, value) in sent.fields() {
        let is_gone = gone.as_deref().is_some_and(|gone| name.starts_with(gone));
        if name.starts_with('/') && !is_gone {
            posted.entry(name.to_owned()).or_default().push(value.to_owned());
        }
    }
    posted
}

async fn saved(
    app: &App,
    visitor: &SignedIn,
    id: &str,
    step: &str,
    sent: &Sent,
) -> Result<Response, Failure> {
    let id = draft_id(id)?;
    let mut journey = Journey::open(app, visitor, id).await?;
    let (number, step) = known_step(journey.form, step)?;
    let is_person = journey.is_person();
    values::take(step, &typed(sent), &mut journey.opened.content.application, is_person);
    let version = sent.get("version").parse().unwrap_or_default();
    let content = &journey.opened.content;
    match actions::save(app, &visitor.caller, id, version, content).await {
        Ok(opened) => journey.opened = opened,
        Err(failure) if failure.problem() == Problem::StaleVersion => {
            let mut page = journey.page(step, &[], None);
            let changed = visitor.reader.words.moment(journey.opened.draft.changed_at);
            page.stale = Some(changed);
            return Ok(frame::answer(StatusCode::PRECONDITION_FAILED, &page.frame, &page));
        }
        Err(failure) => return Err(failure),
    }
    let deed = sent.get("deed");
    if let Some(list) = deed.strip_prefix("add:") {
        let query =
            url::form_urlencoded::Serializer::new(String::new()).append_pair("add", list).finish();
        let items = journey.opened.content.application.pointer(list).and_then(Value::as_array);
        let new = id_of(&format!("{list}/{}", items.map_or(0, Vec::len)));
        return Ok(see(&format!("{}?{query}#{new}", journey.address(step.name))));
    }
    if let Some(item) = deed.strip_prefix("remove:") {
        let list = item.rsplit_once('/').map_or(item, |(list, _)| list);
        return Ok(see(&format!("{}#{}", journey.address(step.name), id_of(list))));
    }
    if deed == STAY {
        return Ok(see(&journey.address(step.name)));
    }
    if deed == "later" {
        return Ok(see(&visitor.reader.link(match journey.intake {
            Some(_) => desk_of(journey.opened.draft.purpose),
            None => crate::web::my_page::PATH.to_owned(),
        })));
    }
    let asked = journey.asked();
    let at = asked.iter().position(|one| one.name == step.name);
    if deed == "back" {
        let before =
            at.and_then(|at| asked.get(at.checked_sub(1)?)).map_or(step.name, |one| one.name);
        return Ok(see(&journey.address(before)));
    }
    let errors = journey.findings();
    if journey.wrongs(&errors).0.get(number).is_some_and(|wrongs| !wrongs.is_empty()) {
        let page = journey.page(step, &errors, None);
        return Ok(frame::answer(StatusCode::UNPROCESSABLE_ENTITY, &page.frame, &page));
    }
    let next = at.and_then(|at| asked.get(at + 1)).map_or("review", |one| one.name);
    Ok(see(&journey.address(next)))
}

/// Throws a draft away.
#[handler]
pub async fn delete(
    visitor: Visitor,
    Path(id): Path<String>,
    sent: Sent,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = filer(visitor)?;
    visitor.own(&sent)?;
    let outcome = async {
        let version = sent.get("version").parse().map_err(|_| Failure::stale())?;
        let id = draft_id(&id)?;
        let purpose = actions::open(app, &visitor.caller, id).await?.draft.purpose;
        actions::discard(app, &visitor.caller, id, version).await?;
        let is_at_desk = visitor.caller.files_for_others();
        Ok(if is_at_desk { desk_of(purpose) } else { start::left(purpose) })
    };
    match outcome.await {
        Ok(path) => Ok(see(&visitor.reader.link(path))),
        Err(failure) => Ok(problems::page(&visitor.reader, failure)),
    }
}
