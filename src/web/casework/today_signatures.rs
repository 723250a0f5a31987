//! What waits for the second signature of a head, as lines of the page `today.rs`: decisions and coercive fines that others
//! have proposed. Nobody signs their own, so those are not among them.

use super::{
    PATH, supervision,
    today::{LIMIT, Line},
    today_others::Seen,
};
use crate::{
    app::App,
    failure::Failure,
    identity::Role,
    permit::kind,
    task::store::signature::{self, Proposed, Unsigned},
    values::calendar::oslo_date,
    web::sign_in::SignedIn,
};

crate::web::texts::texts! {
    cwt_signatures: "Venter på underskrift nummer to", "Ventar på underskrift nummer to", "Waits for a second signature";
    cwt_signatures_lead: "Når det ble foreslått, og hvem som foreslår det. Åpne saken for å skrive under eller sende tilbake.", "Når det vart gjort framlegg om det, og kven som gjer det. Opne saka for å skrive under eller sende tilbake.", "When it was proposed, and by whom. Open the case to sign it or send it back.";
}

/// What a head can sign.
#[derive(Default)]
pub struct Signatures {
    /// What has waited longest first.
    pub lines: Vec<Line>,
    /// There is more.
    pub has_more: bool,
}

impl Signatures {
    /// What waits for somebody like the visitor; nothing for those who are not heads.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn of(app: &App, visitor: &SignedIn, seen: &Seen) -> Result<Self, Failure> {
        let caller = &visitor.caller;
        if !caller.is(Role::Supervisor) {
            return Ok(Self::default());
        }
        let (connection, signer) = (app.db().read(), &caller.subject);
        let mut found =
            signature::decisions(connection, caller.handled(), signer, LIMIT + 1).await?;
        found.extend(signature::fines(connection, &seen.supervision, signer, LIMIT + 1).await?);
        found.sort_by_key(|one| one.at);
        let most = usize::try_from(LIMIT).unwrap_or(usize::MAX);
        let has_more = found.len() > most;
        found.truncate(most);
        Ok(Self { lines: found.into_iter().map(|one| line(visitor, one)).collect(), has_more })
    }
}

fn line(visitor: &SignedIn, one: Unsigned) -> Line {
    let reader = &visitor.reader;
    let words = reader.words;
    let (link, what, kind) = match one.what {
        Proposed::Decision(kind, purpose, outcome) => {
            // of its own motion the authority grants and refuses nothing
            let what = match purpose.is_own_motion() {
                true => words.case_purpose(purpose),
                false => words.case_status(outcome),
            };
            let title = kind::any(kind).title(reader.language());
            (format!("{PATH}/cases/{}", one.case), what, title)
        }
        Proposed::Fine => {
            let link = supervision::CASE_PATH.replace(":id", &one.case.to_string());
            (link, words.sup_kind_fine(), words.sup_cases())
        }
    };
    Line {
        link: reader.link(link),
        number: one.number,
        what,
        kind,
        day: words.date(oslo_date(one.at)),
        who: Some(one.by),
        reminder: None,
    }
}
