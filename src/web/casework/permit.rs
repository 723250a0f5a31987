//! A permit at the desk: how it stands, the cases about it, and what the authority may do to it of its own motion.
//! Where that needs two signatures, the page leads to the case in which another signs.

use askama::Template;
use poem::{
    IntoResponse as _, Response, handler,
    http::StatusCode,
    web::{Data, Path},
};

use super::{
    Inside, PATH, PERMIT_PATH, Refusal, can_be_said, caseworker, contacts, day, for_holder,
    frame_at,
    letter::{self, Draft},
    series_transfer, status_of,
};
use crate::{
    app::App,
    case::{
        self,
        actions::{
            authority::{self, Change, Taken},
            hearing::{self, Notice},
            preview,
        },
        api::life,
        lifecycle::Step,
        model::{Purpose, WithoutNotice},
        signing,
        wire::life::{AmendmentForm, Intention, PermitNoticeForm},
    },
    failure::{Failure, FieldError, Problem},
    identity::Sight,
    party,
    permit::{
        actions::StateStep,
        kind::{self, amateur::actions as amateur},
        lifecycle::Step as PermitStep,
        model::Permit,
        store,
    },
    values::{calendar::oslo_date, ids::PermitId},
    web::{
        form::Form,
        frame::{self, Frame},
        my_page::hand_over,
        problems,
        sign_in::{SignedIn, Visitor, see},
    },
};

/// Cases shown.
const CASES: u64 = 20;
/// Longest grounds, in characters, as the operations have it.
const LONGEST: usize = 4000;
/// What the forms ask for besides steps.
const NEW_SIGN: &str = "new-sign";
const AMEND: &str = "amend";
const NOTICE: &str = "notice";

crate::web::texts::texts! {
    cwm_title: "Tillatelse", "Løyve", "Permit";
    cwm_holder: "Innehaver", "Innehavar", "Holder";
    cwm_valid: "Gjelder", "Gjeld", "Holds";
    cwm_from(day): "fra {day}", "frå {day}", "from {day}";
    cwm_to(from, until): "fra {from} til {until}, den dagen ikke medregnet", "frå {from} til {until}, den dagen ikkje medrekna", "from {from} until {until}, that day not included";
    cwm_sign: "Kallesignal", "Kallesignal", "Call sign";
    cwm_cases: "Saker om tillatelsen", "Saker om løyvet", "Cases about the permit";
    cwm_actions: "Av eget tiltak", "Av eige tiltak", "Of our own motion";
    cwm_what: "Hva som gjøres", "Kva som blir gjort", "What is done";
    cwm_suspend: "Stans tillatelsen", "Stans løyvet", "Suspend the permit";
    cwm_reinstate: "La tillatelsen gjelde igjen", "La løyvet gjelde igjen", "Reinstate the permit";
    cwm_revoke: "Tilbakekall tillatelsen", "Kall løyvet tilbake", "Revoke the permit";
    cwm_grounds: "Begrunnelse, på innehaverens språk", "Grunngjeving, på språket til innehavaren", "Grounds, in the holder's language";
    cwm_hint: "Innehaveren får et vedtak i brev og kan klage. Det som krever to underskrifter, skjer først når en annen har skrevet under. Innehaveren skal varsles og få en frist til å uttale seg før tillatelsen blir stanset, tilbakekalt eller endret (forvaltningsloven § 16), hvis ikke et av unntakene gjelder.", "Innehavaren får eit vedtak i brev og kan klage. Det som krev to underskrifter, skjer først når ein annan har skrive under. Innehavaren skal varslast og få ein frist til å uttale seg før løyvet blir stansa, kalla tilbake eller endra (forvaltningslova § 16), om ikkje eit av unntaka gjeld.", "The holder gets a decision by letter and can appeal. What needs two signatures happens only when somebody else has signed. The holder is to be given notice, and time to comment, before the permit is suspended, revoked or amended (forvaltningsloven § 16), unless one of the exceptions applies.";
    cwm_without: "Unntak fra varsel", "Unntak frå varsel", "Exception from notice";
    cwm_without_none: "Ingen: innehaveren er varslet", "Ingen: innehavaren er varsla", "None: the holder has been given notice";
    cwm_without_practicable: "Varsel er ikke praktisk mulig, eller kan hindre at vedtaket blir gjennomført (bokstav a)", "Varsel er ikkje praktisk mogleg, eller kan hindre at vedtaket blir gjennomført (bokstav a)", "Notice is not practicable, or would endanger that the decision is carried out (a)";
    cwm_without_address: "Adressen er ukjent og krever mer enn rimelig å finne (bokstav b)", "Adressa er ukjend og krev meir enn rimeleg å finne (bokstav b)", "The address is unknown and takes more than is reasonable to find (b)";
    cwm_without_unnecessary: "Innehaveren kjenner saken og har hatt tid til å uttale seg, eller varsel er åpenbart unødvendig (bokstav c)", "Innehavaren kjenner saka og har hatt tid til å uttale seg, eller varsel er openbert unødvendig (bokstav c)", "The holder knows of it and has had time to comment, or notice is manifestly unnecessary (c)";
    cwm_notice: "Gi forhåndsvarsel", "Gje førehandsvarsel", "Give advance notice";
    cwm_notice_of: "Hva vi vurderer", "Kva vi vurderer", "What is considered";
    cwm_notice_amend: "Endre tillatelsen", "Endre løyvet", "Amend the permit";
    cwm_notice_text: "Hva vi vil gjøre og hvorfor, på innehaverens språk", "Kva vi vil gjere og kvifor, på språket til innehavaren", "What is intended and why, in the holder's language";
    cwm_notice_due: "Siste dag for å uttale seg", "Siste dag for å uttale seg", "Last day to comment";
    cwm_notice_hint: "Innehaveren får brev og kan uttale seg under det eller på Min side. Det de skriver, står i saken.", "Innehavaren får brev og kan uttale seg under det eller på Mi side. Det dei skriv, står i saka.", "The holder gets a letter and can comment below it or on My page. What they write stands in the case.";
    cwm_notice_send: "Send varselet", "Send varselet", "Send the notice";
    cwm_wrong_due: "Skriv en dag som kommer, innen et år.", "Skriv ein dag som kjem, innan eit år.", "Give a day in the future, within a year.";
    cwm_not_heard: "Innehaveren er ikke varslet, eller kan fortsatt uttale seg. Gi forhåndsvarsel, vent, eller velg unntaket som gjelder.", "Innehavaren er ikkje varsla, eller kan framleis uttale seg. Gje førehandsvarsel, vent, eller vel unntaket som gjeld.", "The holder was given no notice, or may still comment. Give notice, wait, or choose the exception that applies.";
    cwm_do: "Gjør vedtaket", "Gjer vedtaket", "Make the decision";
    cwm_wrong_what: "Velg hva som skal gjøres.", "Vel kva som skal gjerast.", "Choose what is to be done.";
    cwm_stale: "Tillatelsen er endret mens du hadde den oppe. Ingenting er gjort. Se på den slik den er nå.", "Løyvet er endra medan du hadde det oppe. Ingenting er gjort. Sjå på det slik det er no.", "The permit was changed while you had it open. Nothing was done. Look at it as it is now.";
    cwm_new_sign: "Gi et nytt kallesignal, det neste ledige i serien", "Gi eit nytt kallesignal, det neste ledige i serien", "Give a new call sign, the next free one of the series";
    cwm_amend: "Endre vilkår eller siste dag", "Endre vilkår eller siste dag", "Change conditions or the last day";
    cwm_amend_conditions: "Vilkår satt for denne tillatelsen, ett på hver linje", "Vilkår sette for dette løyvet, eitt på kvar linje", "Conditions set for this permit, one on each line";
    cwm_amend_until: "Dagen etter den siste", "Dagen etter den siste", "Day after the last";
    cwm_wrong_day: "Skriv en dag som kommer, innen hundre år.", "Skriv ein dag som kjem, innan hundre år.", "Give a day in the future, within a hundred years.";
    cwm_wrong_condition: "Et vilkår er for langt, eller av en type loven ikke tillater. Vilkår for frekvenser skrives TYPE: tekst.", "Eit vilkår er for langt, eller av ein type lova ikkje tillèt. Vilkår for frekvensar blir skrivne TYPE: tekst.", "A condition is too long, or of a kind the act does not allow. Conditions of frequencies are written KIND: text.";
    cwm_wrong_nothing: "Vilkår og siste dag er som før.", "Vilkår og siste dag er som før.", "Conditions and last day are as before.";
    cwm_ended: "Tillatelsen er avsluttet.", "Løyvet er avslutta.", "The permit has ended.";
}

/// What can be done: code, name, needs two signatures, is chosen.
type Choice = (&'static str, &'static str, bool, bool);

#[derive(Template)]
#[template(path = "casework_permit.html", config = "src/web/askama.toml")]
pub(super) struct PermitPage {
    pub(super) frame: Frame,
    inside: Inside,
    deed: String,
    number: String,
    title: &'static str,
    status: String,
    is_live: bool,
    version: i32,
    facts: Vec<(&'static str, String)>,
    conditions: Vec<String>,
    cases: Vec<(String, String, &'static str, &'static str)>,
    choices: Vec<Choice>,
    /// What can be registered for the holder: code and name; and where that is posted.
    told: Vec<(String, String)>,
    for_holder: String,
    /// A call sign that rests and can be left to a new owner: what is said of it, and the number that was typed.
    resting: Option<(String, String)>,
    /// Where the emergency contacts are replaced, for permits with some.
    contacts: Option<String>,
    /// Where a number series is moved, for permits with one.
    series_transfer: Option<String>,
    grounds: String,
    /// Exceptions from hearing the holder: code, name, is chosen.
    exceptions: Vec<(&'static str, &'static str, bool)>,
    /// What notice can be given of: code, name, is chosen.
    intentions: Vec<(&'static str, &'static str, bool)>,
    /// Text and day of a notice.
    noticed: (String, String),
    /// The notice as the letter it would be.
    draft: Option<Draft>,
    /// Conditions, the end and the grounds of an amendment, where the permit can be amended.
    amended: Option<(String, String, String)>,
    /// Fields that are wrong, by name.
    pub(super) wrongs: Vec<(&'static str, &'static str)>,
    /// Why it was refused.
    pub(super) refused: Option<Refusal>,
    is_done: bool,
}

impl PermitPage {
    /// Nothing was found wrong in the form of an amendment.
    fn is_amend_right(&self) -> bool {
        ["conditions", "valid-until", "amend-grounds"].iter().all(|name| self.wrong(name).is_none())
    }

    /// Nothing was found wrong in the form of a notice.
    fn is_notice_right(&self) -> bool {
        ["intention", "notice-text", "due"].iter().all(|name| self.wrong(name).is_none())
    }

    fn wrong(&self, name: &str) -> Option<&'static str> {
        self.wrongs.iter().find(|(own, _)| *own == name).map(|(_, text)| *text)
    }
}

/// A permit that this caseworker may handle.
pub(super) async fn seen(app: &App, visitor: &SignedIn, id: &str) -> Result<Permit, Failure> {
    let id = PermitId::parse(id).map_err(|_| Failure::not_found())?;
    let permit = store::find(app.db().read(), Sight::All, id).await?;
    party::actions::refuse_own(app, &visitor.caller, permit.holder).await?;
    visitor.caller.needs_kind(permit.kind)?;
    Ok(permit)
}

pub(super) async fn page(
    app: &App,
    visitor: &SignedIn,
    permit: &Permit,
    form: &Form,
) -> Result<PermitPage, Failure> {
    let reader = &visitor.reader;
    let words = reader.words;
    let connection = app.db().read();
    let today = oslo_date(app.clock().now());
    let path = PERMIT_PATH.replace(":id", &permit.id.to_string());
    let holder = party::store::get(connection, permit.holder).await?;
    let from = words.date(permit.validity.from());
    let mut facts = vec![
        (words.cwm_holder(), holder.details.name),
        (
            words.cwm_valid(),
            match permit.validity.until() {
                Some(until) => words.cwm_to(from, words.date(until)),
                None => words.cwm_from(from),
            },
        ),
    ];
    facts.extend(permit.call_sign.map(|sign| (words.cwm_sign(), sign.to_string())));
    let cases = case::store::about(connection, permit.id, CASES).await?;
    let has_contacts = !store::contacts(connection, &app.keys(), permit.id).await?.is_empty();
    let any = kind::any(permit.kind);
    let language = reader.language();
    let is_amendment = form.get("what") == AMEND;
    let condition = |text: &String| any.condition(text, language).unwrap_or_else(|_| text.clone());
    Ok(PermitPage {
        frame: frame_at(visitor, permit.number.clone(), &path),
        inside: Inside::of(visitor, ""),
        deed: reader.link(&path),
        number: permit.number.clone(),
        title: any.title(language),
        status: words.permit_status(permit.status.code()),
        is_live: permit.status.is_live(),
        version: permit.version,
        facts,
        conditions: permit.conditions.iter().map(condition).collect(),
        cases: cases
            .iter()
            .map(|case| {
                let link = reader.link(format_args!("{PATH}/cases/{}", case.id));
                let (purpose, status) =
                    (words.case_purpose(case.purpose), words.case_status(case.status));
                (link, case.display_number(), purpose, status)
            })
            .collect(),
        choices: [
            ("suspend", words.cwm_suspend(), Purpose::Suspension),
            ("reinstate", words.cwm_reinstate(), Purpose::Reinstatement),
            ("revoke", words.cwm_revoke(), Purpose::Revocation),
        ]
        .into_iter()
        .filter(|(code, _, _)| {
            step(code, "").is_some_and(|step| permit.status.after(step.step()).is_ok())
        })
        .map(|(code, name, purpose)| {
            let two = signing::rules::is_needed((permit.kind, purpose), Step::Grant, today);
            (code, name, two, code == form.get("what"))
        })
        .chain(
            amateur::has_own_sign(permit)
                .then(|| (NEW_SIGN, words.cwm_new_sign(), false, form.get("what") == NEW_SIGN)),
        )
        .collect(),
        amended: permit.status.after(PermitStep::Amend).is_ok().then(|| {
            let until = permit.validity.until().map(|until| until.to_string());
            let sent = |name: &str| form.get(name).to_owned();
            match is_amendment {
                true => (sent("conditions"), sent("valid-until"), sent("grounds")),
                false => (permit.conditions.join("\n"), until.unwrap_or_default(), String::new()),
            }
        }),
        told: for_holder::choices(words, permit),
        for_holder: reader.link(for_holder::PATH.replace(":id", &permit.id.to_string())),
        resting: hand_over::resting(app, permit).await?.map(|one| {
            let text = match one.is_holders {
                true => words.cwfh_sign_rests(one.sign, words.date(one.until)),
                false => words.cwfh_sign_given(one.sign),
            };
            (text, form.get("case").to_owned())
        }),
        contacts: (permit.status.is_live() && has_contacts)
            .then(|| reader.link(contacts::PATH.replace(":id", &permit.id.to_string()))),
        series_transfer: series_transfer::link(visitor, permit),
        exceptions: WithoutNotice::ALL
            .map(|one| {
                let name = match one {
                    WithoutNotice::NotPracticable => words.cwm_without_practicable(),
                    WithoutNotice::AddressUnknown => words.cwm_without_address(),
                    WithoutNotice::Unnecessary => words.cwm_without_unnecessary(),
                };
                (one.code(), name, form.get("without") == one.code())
            })
            .to_vec(),
        intentions: [
            ("suspension", words.cwm_suspend(), PermitStep::Suspend),
            ("revocation", words.cwm_revoke(), PermitStep::Revoke),
            ("amendment", words.cwm_notice_amend(), PermitStep::Amend),
        ]
        .into_iter()
        .filter(|(_, _, step)| permit.status.after(*step).is_ok())
        .map(|(code, name, _)| (code, name, form.get("intention") == code))
        .collect(),
        noticed: (form.get("notice-text").to_owned(), form.get("due").to_owned()),
        draft: None,
        grounds: if is_amendment { String::new() } else { form.get("grounds").to_owned() },
        wrongs: Vec::new(),
        refused: None,
        is_done: reader.query.get("done").is_some(),
    })
}

fn step<'a>(code: &str, grounds: &'a str) -> Option<StateStep<'a>> {
    match code {
        "suspend" => Some(StateStep::Suspend(grounds)),
        "reinstate" => Some(StateStep::Reinstate(grounds)),
        "revoke" => Some(StateStep::Revoke(grounds)),
        _ => None,
    }
}

/// The page of a permit.
#[handler]
pub async fn open(
    visitor: Visitor,
    Path(id): Path<String>,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = caseworker(visitor, "anrop:permit.read")?;
    let shown = async {
        let permit = seen(app, &visitor, &id).await?;
        page(app, &visitor, &permit, &Form::default()).await
    };
    Ok(match shown.await {
        Ok(page) => frame::answer(StatusCode::OK, &page.frame, &page),
        Err(failure) => super::refused(&visitor, failure),
    })
}

/// Does what the form says, or shows the page again.
#[handler]
pub async fn act(
    visitor: Visitor,
    Path(id): Path<String>,
    form: Form,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = caseworker(visitor, "anrop:permit.decide")?;
    visitor.own(&form)?;
    Ok(match done(app, &visitor, &id, &form).await {
        Ok(response) => response,
        Err(failure) if can_be_said(&failure) => super::refused(&visitor, failure),
        Err(failure) => problems::page(&visitor.reader, failure),
    })
}

async fn done(app: &App, visitor: &SignedIn, id: &str, form: &Form) -> Result<Response, Failure> {
    let permit = seen(app, visitor, id).await?;
    let version = form.get("version").parse().unwrap_or_default();
    let wanted = match read(app, visitor, &permit, form) {
        Ok(wanted) => wanted,
        Err(wrongs) => return again(app, visitor, &permit, form, wrongs).await,
    };
    let caller = &visitor.caller;
    let without = WithoutNotice::ALL.into_iter().find(|one| one.code() == form.get("without"));
    let outcome = match wanted {
        Wanted::Step(step) => authority::take_step(app, caller, permit.id, version, step, without)
            .await
            .map(|taken| match taken {
                Taken::Done(permit) => done_at(visitor, &permit),
                Taken::Proposed(_, case) => {
                    visitor.reader.link(format_args!("{PATH}/cases/{case}?done=yes"))
                }
            }),
        Wanted::NewSign(grounds) => {
            authority::change_call_sign(app, caller, permit.id, version, grounds, without)
                .await
                .map(|permit| done_at(visitor, &permit))
        }
        Wanted::Change(change) => {
            authority::amend(app, caller, permit.id, version, &change, without)
                .await
                .map(|permit| done_at(visitor, &permit))
        }
        Wanted::Notice(notice) if form.get("deed").starts_with("preview") => {
            return previewed(app, visitor, &permit, form, &notice).await;
        }
        Wanted::Notice(notice) => hearing::notify(app, caller, permit.id, version, &notice)
            .await
            .map(|(_, case)| visitor.reader.link(format_args!("{PATH}/cases/{case}?done=yes"))),
    };
    settle(app, visitor, &permit, form, outcome).await
}

/// The page with the notice as the letter it would be, or that letter as a file. Nothing is sent.
async fn previewed(
    app: &App,
    visitor: &SignedIn,
    permit: &Permit,
    form: &Form,
    notice: &Notice,
) -> Result<Response, Failure> {
    let made = preview::notice(app, &visitor.caller, permit.id, notice).await;
    let letter = match made {
        Ok(letter) => letter,
        Err(failure) => return settle(app, visitor, permit, form, Err(failure)).await,
    };
    if form.get("deed") == "preview-file" {
        return Ok(letter::file(letter).await?.into_response());
    }
    let mut page = page(app, visitor, permit, form).await?;
    page.draft = Some(Draft::of(&letter));
    Ok(frame::answer(StatusCode::OK, &page.frame, &page))
}

/// The page of a permit to which something was done.
pub(super) fn done_at(visitor: &SignedIn, permit: &Permit) -> String {
    let path = PERMIT_PATH.replace(":id", &permit.id.to_string());
    visitor.reader.link(format_args!("{path}?done=yes"))
}

/// What the form asks for.
enum Wanted<'a> {
    Step(StateStep<'a>),
    NewSign(&'a str),
    Change(Box<Change>),
    Notice(Notice),
}

/// Fields that are wrong, by name.
type Wrongs = Vec<(&'static str, &'static str)>;

fn read<'a>(
    app: &App,
    visitor: &SignedIn,
    permit: &Permit,
    form: &'a Form,
) -> Result<Wanted<'a>, Wrongs> {
    if form.get("what") == NOTICE {
        return noticed(app, visitor, form).map(Wanted::Notice);
    }
    let words = visitor.reader.words;
    let grounds = form.get("grounds");
    let mut wrongs = Vec::new();
    let is_text = !grounds.is_empty() && grounds.chars().count() <= LONGEST;
    let what = form.get("what");
    let field = if what == AMEND { "amend-grounds" } else { "grounds" };
    let wanted = match what {
        AMEND => match changed(app, visitor, permit, form) {
            Ok(change) => Some(Wanted::Change(Box::new(change))),
            Err(more) => {
                wrongs.extend(more);
                None
            }
        },
        NEW_SIGN => Some(Wanted::NewSign(grounds)),
        code => step(code, grounds).map(Wanted::Step),
    };
    if wanted.is_none() && wrongs.is_empty() {
        wrongs.push(("what", words.cwm_wrong_what()));
    }
    if !is_text {
        wrongs.push((field, words.cwc_wrong_text()));
    }
    wanted.filter(|_| wrongs.is_empty()).ok_or(wrongs)
}

/// The notice that the form gives.
fn noticed(app: &App, visitor: &SignedIn, form: &Form) -> Result<Notice, Wrongs> {
    let words = visitor.reader.words;
    let text = form.get("notice-text");
    let intention = match form.get("intention") {
        "suspension" => Some(Intention::Suspension),
        "revocation" => Some(Intention::Revocation),
        "amendment" => Some(Intention::Amendment),
        _ => None,
    };
    let mut wrongs = Vec::new();
    if intention.is_none() {
        wrongs.push(("intention", words.cwm_wrong_what()));
    }
    if text.trim().is_empty() || text.chars().count() > LONGEST {
        wrongs.push(("notice-text", words.cwc_wrong_text()));
    }
    let due = day(form.get("due"));
    let asked = intention.zip(due).map(|(intention, due_on)| {
        let form = PermitNoticeForm { intention, text: text.to_owned(), due_on };
        form.parse(oslo_date(app.clock().now()))
    });
    match asked {
        Some(Ok(notice)) if wrongs.is_empty() => return Ok(notice),
        Some(Err(failure)) if failure.fields().iter().any(|error| error.pointer == "/dueOn") => {
            wrongs.push(("due", words.cwm_wrong_due()));
        }
        _ if due.is_none() => wrongs.push(("due", words.cwm_wrong_due())),
        _ if wrongs.is_empty() => wrongs.push(("notice-text", words.cwc_wrong_text())),
        _ => {}
    }
    Err(wrongs)
}

/// The conditions and the end that the form gives a permit, as far as they are others than it has.
fn changed(app: &App, visitor: &SignedIn, permit: &Permit, form: &Form) -> Result<Change, Wrongs> {
    let words = visitor.reader.words;
    let today = oslo_date(app.clock().now());
    let lines = form.get("conditions").lines().map(str::trim).filter(|line| !line.is_empty());
    let conditions: Vec<String> = lines.map(str::to_owned).collect();
    let until = form.get("valid-until");
    let valid_until = day(until).filter(|until| permit.validity.until() != Some(*until));
    let mut wrongs = Vec::new();
    if !until.is_empty() && day(until).is_none() {
        wrongs.push(("valid-until", words.cwm_wrong_day()));
    }
    let any = kind::any(permit.kind);
    if conditions.iter().any(|text| any.condition(text, visitor.reader.language()).is_err()) {
        wrongs.push(("conditions", words.cwm_wrong_condition()));
    }
    let asked = AmendmentForm {
        grounds: form.get("grounds").to_owned(),
        application: None,
        conditions: (conditions != permit.conditions).then_some(conditions),
        valid_until,
        without_notice: None,
    };
    if asked.conditions.is_none() && asked.valid_until.is_none() && wrongs.is_empty() {
        wrongs.push(("conditions", words.cwm_wrong_nothing()));
    }
    match life::change(asked, today) {
        Ok(change) if wrongs.is_empty() => Ok(change),
        Err(failure) if wrongs.is_empty() => {
            let is_day = |error: &FieldError| error.pointer == "/validUntil";
            let is_condition = |error: &FieldError| error.pointer.starts_with("/conditions");
            if failure.fields().iter().any(is_day) {
                wrongs.push(("valid-until", words.cwm_wrong_day()));
            }
            if failure.fields().iter().any(is_condition) {
                wrongs.push(("conditions", words.cwm_wrong_condition()));
            }
            if wrongs.is_empty() {
                wrongs.push(("amend-grounds", words.cwc_wrong_text()));
            }
            Err(wrongs)
        }
        _ => Err(wrongs),
    }
}

/// The page again, with what is wrong in the form.
pub(super) async fn again(
    app: &App,
    visitor: &SignedIn,
    permit: &Permit,
    form: &Form,
    wrongs: Wrongs,
) -> Result<Response, Failure> {
    let mut page = page(app, visitor, permit, form).await?;
    page.wrongs = wrongs;
    Ok(frame::answer(StatusCode::UNPROCESSABLE_ENTITY, &page.frame, &page))
}

/// What a form came to: where it leads, or the page again with why not.
pub(super) async fn settle(
    app: &App,
    visitor: &SignedIn,
    permit: &Permit,
    form: &Form,
    outcome: Result<String, Failure>,
) -> Result<Response, Failure> {
    let failure = match outcome {
        Ok(to) => return Ok(see(&to)),
        Err(failure) if can_be_said(&failure) => failure,
        Err(failure) => return Err(failure),
    };
    let words = visitor.reader.words;
    let mut page = page(app, visitor, permit, form).await?;
    // only what the state allows can be chosen here, so that what is missing is that the holder was heard
    let is_decision = matches!(form.get("what"), "suspend" | "revoke" | AMEND | NEW_SIGN);
    let own = match failure.problem() {
        Problem::IllegalTransition if is_decision => {
            (Problem::IllegalTransition, words.cwm_not_heard())
        }
        _ => (Problem::StaleVersion, words.cwm_stale()),
    };
    page.refused = Some(Refusal::but(words, &failure, own));
    Ok(frame::answer(status_of(&failure), &page.frame, &page))
}
