//! What is done with a request for access at the desk: answering it, deciding what becomes of an appeal, giving fuller
//! grounds, and keeping the version that is released, as a file or written in the form. What was typed stays whatever is wrong; a file that was
//! taken stays with the request.

use futures_util::StreamExt as _;
use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path},
};

use super::{
    ACCESS_PATH,
    access::{SCOPE, id_of},
    access_one::{Said, open_appeal, shown},
    can_be_said, caseworker, status_of,
};
use crate::{
    app::App,
    attachment::model::LARGEST,
    document_access::{
        actions::{self, Decision, appeal::Ruling},
        model::{AppealStatus, Status},
    },
    failure::{Failure, FieldError, Problem},
    web::{
        form::Form,
        problems,
        sign_in::{SignedIn, Visitor, see},
        upload::{File, Upload},
    },
};

/// Longest grounds, in characters, as the operation has it.
const LONGEST: usize = 4000;
/// Longest text that is released instead of the document.
const LONGEST_TEXT: usize = 20_000;
/// Longest reference of the appeal body, as the operation has it.
const LONGEST_REFERENCE: usize = 100;
/// Keeps the version to be released without answering.
const KEEP: &str = "keep";
/// Gives fuller grounds.
const FULLER: &str = "fuller";

/// What a form says is to be done.
enum Deed {
    Keep,
    Answer(Status),
    Conclude(AppealStatus),
    Fuller,
}

impl Deed {
    /// Something is given, so that a version of it may be needed.
    const fn gives(&self) -> bool {
        match self {
            Deed::Keep => true,
            Deed::Fuller => false,
            Deed::Answer(status) => matches!(status, Status::Granted | Status::PartlyGranted),
            Deed::Conclude(status) => status.of_request().is_some(),
        }
    }
}

/// Answers a request, decides what becomes of an appeal, or keeps the version that is to be released.
#[handler]
pub async fn decide(
    visitor: Visitor,
    Path(id): Path<String>,
    upload: Upload,
    Data(app): Data<&App>,
) -> poem::Result<Response> {
    let visitor = caseworker(visitor, SCOPE)?;
    let words = visitor.reader.words;
    let (mut form, file) = match upload.read().await {
        Ok(read) => read,
        Err(failure) => return Ok(problems::page(&visitor.reader, failure)),
    };
    visitor.own(&form)?;
    let bytes = match file {
        Some(file) => whole(file, &mut form).await.map(Some),
        None => Ok(None),
    };
    let mut said = Said::of(&form);
    let bytes = bytes.unwrap_or_else(|_| {
        said.wrongs.push(("file", words.cwda_wrong_upload()));
        None
    });
    let has_appeal = match id_of(&id) {
        Ok(id) => actions::read(app, &visitor.caller, id).await,
        Err(failure) => Err(failure),
    };
    let has_appeal = match has_appeal {
        Ok((seen, _)) => open_appeal(&seen).is_some(),
        Err(failure) => return Ok(problems::page(&visitor.reader, failure)),
    };
    let deed = deed_of(&visitor, &form, has_appeal, bytes.is_some(), &mut said);
    let (Some(deed), true) = (deed, said.wrongs.is_empty()) else {
        return Ok(shown(app, &visitor, &id, StatusCode::UNPROCESSABLE_ENTITY, said).await);
    };
    match carry_out(app, &visitor, (&id, form.get("version")), &deed, bytes, &said).await {
        Ok(()) if matches!(deed, Deed::Keep) => {
            said.is_kept = true;
            said.text.clear();
            Ok(shown(app, &visitor, &id, StatusCode::OK, said).await)
        }
        Ok(()) => Ok(see(&visitor.reader.link(format_args!("{ACCESS_PATH}/{id}?done=yes")))),
        Err(failure) if can_be_said(&failure) => {
            said.wrongs = match deed {
                Deed::Fuller => vec![("fuller", wrong_grounds(&visitor, &failure))],
                _ => wrongs_of(&visitor, &failure),
            };
            if said.wrongs.is_empty() {
                return Ok(problems::page(&visitor.reader, failure));
            }
            let status = match failure.problem() {
                Problem::StaleVersion => StatusCode::CONFLICT,
                _ => status_of(&failure),
            };
            Ok(shown(app, &visitor, &id, status, said).await)
        }
        Err(failure) => Ok(problems::page(&visitor.reader, failure)),
    }
}

/// What is to be done, and what is wrong with what was typed.
fn deed_of(
    visitor: &SignedIn,
    form: &Form,
    has_appeal: bool,
    has_file: bool,
    said: &mut Said,
) -> Option<Deed> {
    let words = visitor.reader.words;
    let wrongs = &mut said.wrongs;
    let mut check = |name: &'static str, text: &str, most: usize, wrong: &'static str| {
        if text.chars().count() > most {
            wrongs.push((name, wrong));
        }
    };
    check("text", &said.text, LONGEST_TEXT, words.cwda_wrong_text());
    check("grounds", &said.grounds, LONGEST, words.cwda_wrong_text());
    check("fuller", &said.fuller, LONGEST, words.cwda_wrong_fuller());
    check("reference", &said.reference, LONGEST_REFERENCE, words.cwda_wrong_reference());
    if has_file && !said.text.is_empty() {
        wrongs.push(("text", words.cwda_wrong_both()));
    }
    if !said.decided.is_empty() && super::day(&said.decided).is_none() {
        wrongs.push(("decided", words.cwda_wrong_day()));
    }
    if form.get("deed") == FULLER {
        return Some(Deed::Fuller);
    }
    if form.get("deed") == KEEP {
        if !has_file && said.text.is_empty() && wrongs.is_empty() {
            wrongs.push(("file", words.cwda_wrong_file()));
        }
        return Some(Deed::Keep);
    }
    let deed = if has_appeal {
        said.outcome.parse().ok().filter(|one| *one != AppealStatus::Received).map(Deed::Conclude)
    } else {
        let status = Status::from_code(&said.outcome);
        status.filter(|status| *status != Status::Received).map(Deed::Answer)
    };
    if deed.is_none() {
        wrongs.push(("outcome", words.cwda_wrong_outcome()));
    }
    deed
}

/// The bytes of a file, and what stands behind it in the form.
async fn whole(mut file: File, form: &mut Form) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let mut outcome = Ok(());
    {
        let mut pieces = file.bytes();
        while let Some(piece) = pieces.next().await {
            match piece {
                Ok(piece) if bytes.len() + piece.len() <= LARGEST => bytes.extend(piece),
                Ok(_) => {
                    outcome = Err(Failure::new(Problem::BodyTooLarge, "The file is too large."));
                    break;
                }
                Err(_) => {
                    outcome = Err(Failure::new(Problem::MalformedBody, "The file is not whole."));
                    break;
                }
            }
        }
    }
    file.pass_over(form).await;
    outcome.map(|()| bytes)
}

async fn carry_out(
    app: &App,
    visitor: &SignedIn,
    (id, version): (&str, &str),
    deed: &Deed,
    bytes: Option<Vec<u8>>,
    said: &Said,
) -> Result<(), Failure> {
    let (id, caller) = (id_of(id)?, &visitor.caller);
    let mut version: i32 = version.parse().map_err(|_| Failure::stale())?;
    let typed = Some(said.text.as_bytes().to_vec()).filter(|text| !text.is_empty());
    if let Some(bytes) = bytes.or(typed).filter(|_| deed.gives()) {
        version = actions::keep_released(app, caller, id, version, &bytes).await?.version;
    }
    let code = Some(said.code.as_str()).filter(|code| !code.is_empty());
    match deed {
        Deed::Keep => Ok(()),
        Deed::Fuller => {
            actions::grounds::give(app, caller, id, version, &said.fuller).await.map(|_| ())
        }
        Deed::Answer(status) => {
            // what is given whole keeps nothing back, whatever the list suggested
            let code = code.filter(|_| *status != Status::Granted);
            let decision = Decision { status: *status, code, grounds: &said.grounds };
            actions::decide(app, caller, id, version, &decision).await.map(|_| ())
        }
        Deed::Conclude(outcome) => {
            let keeps_nothing = matches!(outcome, AppealStatus::Granted | AppealStatus::Dismissed);
            let ruling = Ruling {
                outcome: *outcome,
                code: code.filter(|_| !keeps_nothing),
                grounds: &said.grounds,
                body_decision: super::day(&said.decided).map(|day| (day, said.reference.as_str())),
            };
            actions::appeal::conclude(app, caller, id, version, &ruling).await.map(|_| ())
        }
    }
}

/// Why fuller grounds were not taken.
fn wrong_grounds(visitor: &SignedIn, failure: &Failure) -> &'static str {
    let words = visitor.reader.words;
    match failure.problem() {
        Problem::StaleVersion => words.cwda_stale(),
        Problem::IllegalTransition => words.cwda_wrong_fuller_step(),
        _ => words.cwda_wrong_fuller(),
    }
}

/// What is wrong, by field; nothing where the page cannot say it.
fn wrongs_of(visitor: &SignedIn, failure: &Failure) -> Vec<(&'static str, &'static str)> {
    let words = visitor.reader.words;
    let of_field = |field: &FieldError| match (field.pointer.as_str(), field.code.as_ref()) {
        ("/accessCode", _) => ("code", words.cwda_wrong_code()),
        ("/grounds", _) => ("grounds", words.cwda_wrong_grounds()),
        ("/decidedOn", _) => ("decided", words.cwda_wrong_day()),
        ("/outcome", "no-document") => ("file", words.cwda_wrong_file()),
        ("/outcome", "not-applicable") => ("outcome", words.cwda_wrong_dismissal()),
        _ => ("outcome", words.cwda_wrong_outcome()),
    };
    match failure.problem() {
        Problem::StaleVersion => vec![("outcome", words.cwda_stale())],
        Problem::IllegalTransition => vec![("outcome", words.cwda_wrong_step())],
        Problem::BodyTooLarge | Problem::UnsupportedMediaType | Problem::MalformedBody => {
            vec![("file", words.cwda_wrong_upload())]
        }
        _ => failure.fields().iter().map(of_field).collect(),
    }
}
