//! What stands beside the dossier of a case: appeals, reasons that are demanded, documents that came in, letters and how
//! they went.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::appeal_shown;
use crate::{
    app::App,
    appeal::{actions::appellant_of, model::Appeal},
    attachment::{self, model::Attachment},
    case::actions::dossier::Dossier,
    document::Document,
    failure::Failure,
    identity::Sight,
    letter::{
        self,
        store::{LetterQuery, post},
    },
    party,
    reasons::{actions::standing, model::Request},
    values::ids::{LetterId, PartyId},
    web::sign_in::SignedIn,
};

/// Letters shown.
const LETTERS: u64 = 50;

/// What stands beside the dossier of a case.
pub struct Beside {
    /// The appeals, the oldest first.
    pub appeals: Vec<Appeal>,
    /// Names of those who appeal besides who the case is of, and of those who were told of it.
    pub appellants: HashMap<PartyId, String>,
    /// Documents in the order of their numbers.
    pub documents: Vec<Attachment>,
    /// The last demand for reasons for the decision.
    pub reasons: Option<Request>,
    /// Reasons may be demanded.
    pub may_demand: bool,
    letters: Vec<(letter::store::Letter, Document)>,
    posted: Vec<(LetterId, DateTime<Utc>, String)>,
    /// Letters of the case go by post.
    by_post: bool,
    /// Who appeals on paper or by telephone, and since when: letters to them go by post.
    on_paper: Vec<(PartyId, DateTime<Utc>)>,
}

impl Beside {
    /// Of a case.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn of(app: &App, dossier: &Dossier) -> Result<Self, Failure> {
        let connection = app.db().read();
        let case = &dossier.case;
        let key = party::store::data_key(connection, &app.keys(), case.applicant).await?;
        let query = LetterQuery { case: Some(case.id), ..LetterQuery::default() };
        let (letters, _) = letter::store::list(connection, Sight::All, query, LETTERS).await?;
        let documents = attachment::store::of_case(connection, &key, case.id).await?;
        let by_post = post::goes_by_post(&case.channel)
            || post::only_by_post(connection, case.applicant).await?;
        let (decision, now) = (dossier.decision.as_ref(), app.clock().now());
        let mut standing = standing(connection, &key, case, decision, now).await?;
        let appeals = appeal_shown::of_case(app, case).await?;
        let named: Vec<PartyId> = appeals.iter().flat_map(Appeal::others).collect();
        let on_paper = appeals.iter().filter(|one| one.channel.is_some());
        Ok(Self {
            by_post,
            on_paper: on_paper.map(|one| (appellant_of(case, one), one.received_at)).collect(),
            may_demand: standing.may_demand.is_ok(),
            reasons: standing.requests.pop(),
            appeals,
            appellants: party::store::names(connection, &named).await?,
            documents: documents.into_iter().map(|(document, _)| document).collect(),
            letters: letter::actions::opened_data(app, letters).await?,
            posted: post::of_case(connection, case.id).await?,
        })
    }

    fn goes_by_post(&self, letter: &letter::store::Letter) -> bool {
        let is_to = |(party, since): &(PartyId, DateTime<Utc>)| {
            *party == letter.party && *since <= letter.sent_at
        };
        self.by_post || self.on_paper.iter().any(is_to)
    }

    /// The letters: where, number and title, and how they went.
    pub fn letters(&self, visitor: &SignedIn) -> Vec<(String, String, String)> {
        let words = visitor.reader.words;
        let shown = |(letter, document): &(letter::store::Letter, Document)| {
            let posted = self.posted.iter().find(|(id, _, _)| *id == letter.id);
            let way = match posted {
                Some((_, at, by)) => format!(", {}", words.cwp_posted(words.moment(*at), by)),
                None if self.goes_by_post(letter) && letter.opened_at.is_none() => {
                    format!(", {}", words.cwp_by_post())
                }
                None => String::new(),
            };
            (
                visitor.reader.link(format_args!("/letters/{}", letter.id)),
                document.title.clone(),
                format!("{}{way}", words.moment(letter.sent_at)),
            )
        };
        self.letters.iter().map(shown).collect()
    }
}
