//! Operations on appeals.

use poem_openapi::{
    OpenApi,
    param::{Header, Path},
};

use super::{
    actions::{self, Ruling, deferral},
    model::Appeal,
    store,
    wire::{
        AppealDecisionForm, AppealForm, AppealList, AppealOutcome, AppealView, AppealedCase,
        DeferralForm, ForwardingPreviewForm,
        comment::{AppealCommentForm, AppealCommentReceipt, RegisteredCommentForm},
        meant,
        registered::RegisteredCaseAppealForm,
    },
};
use crate::{
    app::App,
    case::store as case_store,
    case_file::{package, wire::ZipFile},
    failure::{Failure, FieldErrors},
    http::{
        Tag,
        body::Body,
        preconditions,
        responses::{Answer, Created},
    },
    identity::{Caller, Sight},
    letter::{
        api::letter_id,
        comment,
        wire::{LetterDraft, LetterDrafts},
    },
    party,
    permit::kind::shared::needed_text,
    values::{
        calendar::oslo_date,
        ids::{CaseId, PartyId},
    },
};

/// Operations on appeals.
pub struct AppealApi {
    /// The app.
    pub app: App,
}

fn case_id(text: &str) -> Result<CaseId, Failure> {
    CaseId::parse(text).map_err(|_| Failure::not_found())
}

#[OpenApi]
impl AppealApi {
    /// Appeal against the decision of a case.
    ///
    /// Within the time limit that the opening of its letter set off, or late with a reason. Every party to the case may,
    /// each once at a time.
    #[oai(
        path = "/v1/cases/:id/appeal",
        method = "post",
        operation_id = "appealInCase",
        tag = "Tag::Cases"
    )]
    async fn lodge(
        &self,
        caller: Caller,
        /// Id of the case.
        id: Path<String>,
        /// Version the case was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<AppealForm>,
    ) -> Result<Answer<AppealedCase>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let written = body.0.parse()?;
        let sight = party::actions::own_sight_of(&self.app, &caller).await?;
        let id = case_id(&id.0)?;
        let (case, appeal) =
            actions::lodge(&self.app, &caller, sight, id, version, &written.lodging()).await?;
        let version = case.version;
        Ok(Answer::new(AppealedCase::of(&case, appeal)).version(version))
    }

    /// Register an appeal that came on paper or by telephone.
    ///
    /// For the applicant, or for whoever is named as `appellant`: the receiver of a transfer, or somebody else with a legal
    /// interest. The time limit is reckoned from the day it came in; a late one needs a reason, as if the party had sent
    /// it. Who appeals gets a receipt and the later letters in their own language.
    #[oai(
        path = "/v1/cases/:id/registered-appeal",
        method = "post",
        operation_id = "registerAppeal",
        tag = "Tag::Cases"
    )]
    async fn register(
        &self,
        caller: Caller,
        /// Id of the case.
        id: Path<String>,
        /// Version the case was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<RegisteredCaseAppealForm>,
    ) -> Result<Created<AppealedCase>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let (written, appellant) = body.0.parse(self.app.national_id_rule())?;
        let today = oslo_date(self.app.clock().now());
        let came = actions::Registered {
            appellant: &appellant,
            lodging: written.lodging(),
            how: body.0.came(today),
            known_since: body.0.known_since,
        };
        let id = case_id(&id.0)?;
        let (case, appeal) = actions::register(&self.app, &caller, id, version, &came).await?;
        let location = format!("/v1/cases/{id}/appeals");
        let version = case.version;
        Ok(Created::new(AppealedCase::of(&case, appeal)).version(version).location(location))
    }

    /// Comment on the appeal of another party, or on an advance notice.
    ///
    /// From the letter that told of it, once: of an appeal (`appealNotice`) as long as it is open, of what the authority considers
    /// (`advanceNotice`) until that is decided. What is said to an appeal goes to the appeal body with the documents of the case.
    #[oai(
        path = "/v1/letters/:id/comment",
        method = "post",
        operation_id = "commentOnAppeal",
        tag = "Tag::Letters"
    )]
    async fn comment(
        &self,
        caller: Caller,
        /// Id of the letter.
        id: Path<String>,
        body: Body<AppealCommentForm>,
    ) -> Result<Answer<AppealCommentReceipt>, Failure> {
        let text = body.0.parse()?;
        let received_at = comment::take(&self.app, &caller, letter_id(&id.0)?, &text).await?;
        Ok(Answer::new(AppealCommentReceipt { received_at }))
    }

    /// Register a comment on an appeal that came on paper or by telephone.
    ///
    /// From the addressee of the letter that told of the appeal, which the comments of the appeal name as `letterId`; once, as
    /// long as the appeal is open.
    #[oai(
        path = "/v1/letters/:id/registered-comment",
        method = "post",
        operation_id = "registerAppealComment",
        tag = "Tag::Letters"
    )]
    async fn register_comment(
        &self,
        caller: Caller,
        /// Id of the letter.
        id: Path<String>,
        body: Body<RegisteredCommentForm>,
    ) -> Result<Answer<AppealCommentReceipt>, Failure> {
        let (text, channel) = (body.0.parse()?, body.0.channel());
        let today = oslo_date(self.app.clock().now());
        let came = (channel, body.0.received_on.unwrap_or(today));
        let id = letter_id(&id.0)?;
        let received_at = actions::comment::register(&self.app, &caller, id, &text, came).await?;
        Ok(Answer::new(AppealCommentReceipt { received_at }))
    }

    /// Read the letters that forwarding an appeal would send.
    ///
    /// To whoever appeals and to the appeal body, marked as drafts. Nothing is sent, numbered or kept.
    #[oai(
        path = "/v1/cases/:id/appeal-forwarding-preview",
        method = "post",
        operation_id = "previewAppealForwarding",
        tag = "Tag::Cases"
    )]
    async fn preview(
        &self,
        caller: Caller,
        /// Id of the case.
        id: Path<String>,
        body: Body<ForwardingPreviewForm>,
    ) -> Result<Answer<LetterDrafts>, Failure> {
        let (which, grounds) = body.0.parse()?;
        let (app, id) = (&self.app, case_id(&id.0)?);
        let letters = actions::preview::forwarding(app, &caller, id, (which, &grounds)).await?;
        let items = [letters.to_party, letters.to_body].iter().map(LetterDraft::of).collect();
        Ok(Answer::new(LetterDrafts { items }))
    }

    /// Write down whether the decision waits until the appeal is decided.
    ///
    /// The appeal body's answer with its day and reference, or where the law leaves it to the authority too, the
    /// authority's. A permit that was suspended or revoked is in force meanwhile. The party is written to.
    #[oai(
        path = "/v1/cases/:id/appeal-deferral",
        method = "post",
        operation_id = "answerAppealDeferral",
        tag = "Tag::Cases"
    )]
    async fn defer(
        &self,
        caller: Caller,
        /// Id of the case.
        id: Path<String>,
        /// Version the case was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<DeferralForm>,
    ) -> Result<Answer<AppealedCase>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let deferral = body.0.parse(oslo_date(self.app.clock().now()))?;
        let id = case_id(&id.0)?;
        let (case, appeal) = deferral::answer(&self.app, &caller, id, version, &deferral).await?;
        let version = case.version;
        Ok(Answer::new(AppealedCase::of(&case, appeal)).version(version))
    }

    /// Download the documents of a case for the appeal body.
    ///
    /// A ZIP file with everything that has passed between the party and the authority, the letter to the appeal body
    /// where it was sent, a list of what is in it and the SHA-256 of each file. The case must have an appeal.
    #[oai(
        path = "/v1/cases/:id/appeal-package",
        method = "get",
        operation_id = "getAppealPackage",
        tag = "Tag::Cases"
    )]
    async fn package(
        &self,
        caller: Caller,
        /// Id of the case.
        id: Path<String>,
    ) -> Result<ZipFile, Failure> {
        package::of_case(&self.app, &caller, case_id(&id.0)?).await.map(ZipFile)
    }

    /// List the appeals of a case, the oldest first.
    #[oai(
        path = "/v1/cases/:id/appeals",
        method = "get",
        operation_id = "listAppeals",
        tag = "Tag::Cases"
    )]
    async fn list(
        &self,
        caller: Caller,
        /// Id of the case.
        id: Path<String>,
    ) -> Result<Answer<AppealList>, Failure> {
        let connection = self.app.db().read();
        let sight = party::actions::sight_of(&self.app, &caller).await?;
        let case = case_store::find_of_party(connection, sight, case_id(&id.0)?).await?;
        let key = party::store::data_key(connection, &self.app.keys(), case.applicant).await?;
        let mut appeals = store::of_case(connection, &key, case.id).await?;
        if let Sight::Party(party) = sight {
            // what others write, who appeal or comment, is not shown here
            appeals.retain(|appeal| actions::appellant_of(&case, appeal) == party);
            appeals.iter_mut().for_each(|appeal| appeal.comments.clear());
        }
        let total = appeals.len() as u64;
        let named: Vec<PartyId> = appeals.iter().flat_map(Appeal::others).collect();
        let named = party::store::names(connection, &named).await?;
        let name = |id: PartyId| named.get(&id).cloned();
        let shown = |appeal: Appeal| {
            let appellant_name = appeal.appellant.and_then(name);
            let told: Vec<PartyId> = appeal.comments.iter().map(|one| one.party).collect();
            let mut view = AppealView { appellant_name, ..AppealView::of(appeal) };
            for (comment, party) in view.comments.iter_mut().flatten().zip(told) {
                comment.party_name = name(party);
            }
            view
        };
        let items = appeals.into_iter().map(shown).collect();
        Ok(Answer::new(AppealList { items, total }).version(case.version))
    }

    /// Decide what becomes of an appeal.
    ///
    /// The authority dismisses it, reverses its own decision or forwards it; forwarded it can be when the other parties that
    /// were told of it have commented, or the day by which they may has passed. Once it is forwarded, what the
    /// appeal body decided is written down here. What follows for the permit is carried out in the same
    /// commit, and the party is written to. Where several parties appeal, a dismissal and an appeal that fails end that
    /// one alone; what changes the decision answers all that are open.
    #[oai(
        path = "/v1/cases/:id/appeal-decision",
        method = "post",
        operation_id = "decideAppeal",
        tag = "Tag::Cases"
    )]
    async fn decide(
        &self,
        caller: Caller,
        /// Id of the case.
        id: Path<String>,
        /// Version the case was read at.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<AppealDecisionForm>,
    ) -> Result<Answer<AppealedCase>, Failure> {
        let version = preconditions::required(if_match.0.as_deref())?;
        let ruling = ruling(body.0, oslo_date(self.app.clock().now()))?;
        let id = case_id(&id.0)?;
        let (case, appeal) = actions::decide(&self.app, &caller, id, version, &ruling).await?;
        let version = case.version;
        Ok(Answer::new(AppealedCase::of(&case, appeal)).version(version))
    }
}

fn ruling(form: AppealDecisionForm, today: chrono::NaiveDate) -> Result<Ruling, Failure> {
    let mut errors = FieldErrors::new();
    errors.merge_sizes(validator::Validate::validate(&form));
    let grounds = needed_text(&form.grounds, 4000, "/grounds", &mut errors);
    for (index, condition) in form.conditions.iter().flatten().enumerate() {
        needed_text(condition, 1000, &format!("/conditions/{index}"), &mut errors);
    }
    let status = form.outcome.status();
    if status.is_of_the_body() {
        if form.decided_on.is_none() {
            errors.add("/decidedOn", "missing", "Give the day of the appeal body's decision.");
        }
        if form.body_reference.is_none() {
            errors.add("/bodyReference", "missing", "Give the appeal body's reference.");
        }
    } else if form.decided_on.is_some() || form.body_reference.is_some() {
        errors.add(
            "/outcome",
            "not-of-the-body",
            "Only the appeal body's decision has a day and a reference of its own. Leave them out.",
        );
    }
    if form.decided_on.is_some_and(|day| day > today) {
        errors.add("/decidedOn", "future", "Give a day that has come.");
    }
    if form.sent_back == Some(true) && form.outcome != AppealOutcome::Annulled {
        errors.add("/sentBack", "not-applicable", "Only an annulled decision is sent back.");
    }
    let changes = matches!(
        form.outcome,
        AppealOutcome::Reversed | AppealOutcome::Changed | AppealOutcome::Annulled
    );
    if form.conditions.is_some() && !changes {
        errors.add("/conditions", "not-applicable", "The decision is not changed. Leave them out.");
    }
    let appeal = meant(form.appeal_id.as_ref(), &mut errors);
    let body_decision = form.decided_on.zip(form.body_reference);
    let (conditions, sent_back) = (form.conditions, form.sent_back == Some(true));
    errors.finish(grounds.map(|grounds| Ruling {
        appeal,
        outcome: status,
        grounds,
        conditions,
        sent_back,
        body_decision,
    }))
}
