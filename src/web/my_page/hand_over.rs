//! Letting the call sign of a beacon that was sold go to its new owner, on the page of the permit that was given up. It
//! has no rules: the action says what can be handed over, and to whom.

use chrono::NaiveDate;

use crate::{
    app::App,
    assignment::{SignStatus, store as signs},
    failure::{Failure, Problem},
    permit::{kind::Kind, model::Permit},
    values::{calendar::oslo_date, call_sign::CallSign},
    web::{form::Form as Sent, frame::Reader},
};

/// What the button is called.
pub const DEED: &str = "hand-over";

crate::web::texts::texts! {
    hand_over_title: "Kallesignalet til den nye eieren", "Kallesignalet til den nye eigaren", "The call sign to the new owner";
    hand_over_text(sign, day): "{sign} hviler til {day}, og til da kan bare du få det igjen. Har du solgt senderen, kan den nye eieren beholde signalet: De søker om tillatelse med {sign} i søknaden, og du skriver nummeret på kvitteringen deres her.", "{sign} kviler til {day}, og til då kan berre du få det att. Har du selt sendaren, kan den nye eigaren halde på signalet: Dei søkjer om løyve med {sign} i søknaden, og du skriv nummeret på kvitteringa deira her.", "{sign} rests until {day}, and until then only you can have it back. If you have sold the beacon, the new owner can keep the sign: they apply for a permit with {sign} in the application, and you give the number on their receipt here.";
    hand_over_is_given(sign): "{sign} er overlatt til den som har saken du oppga. Var nummeret feil, skriv det riktige.", "{sign} er overlate til den som har saka du oppgav. Var nummeret feil, skriv det rette.", "{sign} is left to whoever has the case you named. If the number was wrong, give the right one.";
    hand_over_number: "Nummeret på den nye eierens sak", "Nummeret på saka til den nye eigaren", "Number of the new owner's case";
    hand_over_hint: "Som 2026/000123.", "Som 2026/000123.", "Such as 2026/000123.";
    hand_over_button: "La den nye eieren få kallesignalet", "La den nye eigaren få kallesignalet", "Let the new owner have the call sign";
    hand_over_unknown: "Ingen åpen sak med dette nummeret ber om kallesignalet. Få nummeret av den nye eieren; kallesignalet må stå i søknaden.", "Inga open sak med dette nummeret ber om kallesignalet. Få nummeret av den nye eigaren; kallesignalet må stå i søknaden.", "No open case with this number asks for the call sign. Get the number from the new owner; the call sign must stand in the application.";
    done_handed_over: "Takk. Den nye eieren kan få kallesignalet, og ingen andre.", "Takk. Den nye eigaren kan få kallesignalet, og ingen andre.", "Thank you. The new owner can have the call sign, and nobody else.";
}

/// The part of the page about a call sign that rests.
pub struct Resting {
    /// What can be done with it, or that it was done.
    pub text: String,
    /// What was typed.
    pub number: String,
    /// What is wrong with it.
    pub wrong: Option<&'static str>,
}

/// A call sign that rests.
pub struct Sign {
    /// The sign.
    pub sign: CallSign,
    /// Until when it rests.
    pub until: NaiveDate,
    /// Its former holder can have it back: it is not left to anybody.
    pub is_holders: bool,
}

/// The call sign of a beacon's permit that has ended, as long as it rests.
///
/// # Errors
/// When the database does not answer.
pub async fn resting(app: &App, permit: &Permit) -> Result<Option<Sign>, Failure> {
    let (Kind::Plb, false, Some(sign)) = (permit.kind, permit.status.is_live(), permit.call_sign)
    else {
        return Ok(None);
    };
    let today = oslo_date(app.clock().now());
    let row = signs::find(app.db().read(), sign).await?.filter(|row| {
        row.status == SignStatus::Quarantined
            && row.permit == Some(permit.id.0)
            && !row.is_free(today)
    });
    Ok(row.and_then(|row| {
        let is_holders = row.reserved_for == Some(permit.holder.0);
        row.until.map(|until| Sign { sign, until, is_holders })
    }))
}

impl Resting {
    /// Of a beacon's permit that has ended, as long as its call sign rests.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn of(app: &App, reader: &Reader, permit: &Permit) -> Result<Option<Self>, Failure> {
        let Some(Sign { sign, until, is_holders }) = resting(app, permit).await? else {
            return Ok(None);
        };
        let words = reader.words;
        let text = if is_holders {
            words.hand_over_text(sign, words.date(until))
        } else {
            words.hand_over_is_given(sign)
        };
        Ok(Some(Self { text, number: String::new(), wrong: None }))
    }

    /// The same with what was sent, and what is wrong with it.
    #[must_use]
    pub fn sent(mut self, sent: &Sent, wrong: &'static str) -> Self {
        sent.get("case").clone_into(&mut self.number);
        self.wrong = Some(wrong);
        self
    }
}

/// Whether the number that was sent is what kept it from being done.
pub fn is_wrong_number(sent: &Sent, failure: &Failure) -> bool {
    sent.get("deed") == DEED && failure.problem() == Problem::InvalidContent
}
