//! The certificate of a permit: rendered after the commit, stored once with its hash, and an
//! accessible page of equal content beside it.

use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};

use super::{
    kind::{self, DutyDays},
    model::Permit,
    store::{self, certificate as rows},
};
use crate::{
    app::App,
    disclosure::legal_basis,
    document::{
        Authority, CertificateFacts, Document, certificate as certificate_of, render_html,
        render_pdf,
    },
    failure::Failure,
    http::{
        Tag,
        rendered::{Rendered, wants_page},
    },
    identity::Caller,
    keys::DataKey,
    party,
    values::{appeal_body::appeal_body, calendar::oslo_date, ids::PermitId, language::Language},
};

/// Operations on certificates.
pub struct CertificateApi {
    /// The app.
    pub app: App,
}

#[OpenApi]
impl CertificateApi {
    /// Download the certificate of a permit.
    ///
    /// As PDF, or with `Accept: text/html` as an accessible page of equal content. The file of a
    /// version is made once and never changes.
    #[oai(
        path = "/v1/permits/:id/certificate",
        method = "get",
        operation_id = "getCertificate",
        tag = "Tag::Permits"
    )]
    async fn get(
        &self,
        caller: Caller,
        /// Id of the permit.
        id: Path<String>,
        /// `nb`, `nn` or `en`; the holder's own when left out.
        language: Query<Option<String>>,
        /// `application/pdf` (when left out) or `text/html`.
        #[oai(name = "Accept")]
        accept: Header<Option<String>>,
    ) -> Result<Rendered, Failure> {
        let app = &self.app;
        let id = PermitId::parse(&id.0).map_err(|_| Failure::not_found())?;
        let sight = party::actions::sight_of(app, &caller).await?;
        let permit = store::find(app.db().read(), sight, id).await?;
        let language = language
            .0
            .map(|code| {
                Language::parse(&code)
                    .map_err(|flaw| Failure::parameter("language", "not-in-list", flaw.to_string()))
            })
            .transpose()?;
        let issued = issued(app, &permit, language).await?;
        if wants_page(accept.0.as_deref()) {
            return Ok(Rendered::Page(render_html(&issued.document)));
        }
        Ok(Rendered::Pdf(issued.file, permit.number))
    }
}

/// What the certificate of a permit says, made of what is known today.
async fn document_of(app: &App, permit: &Permit, language: Language) -> Result<Document, Failure> {
    let party = party::store::get(app.db().read(), permit.holder).await?;
    let any = kind::any(permit.kind);
    let issued_on = oslo_date(permit.changed_at);
    let days = DutyDays { granted: oslo_date(permit.issued_at), issued: issued_on };
    let duties = any.duties(&permit.details, language, days).into_iter().map(str::to_owned);
    let dated = any.dated_conditions(&permit.details, language, issued_on);
    let appeal = appeal_body(any.decision(&permit.details), days.granted);
    let mut facts = Vec::new();
    if let Some(sign) = permit.call_sign {
        let label = match language {
            Language::Bokmal | Language::Nynorsk => "Kallesignal",
            Language::English => "Call sign",
        };
        facts.push((label.to_owned(), sign.to_string()));
    }
    facts.extend(any.certificate(&permit.details, language));
    // what was accepted when it was set is shown as it stands, should the kind read it no more
    let set = permit
        .conditions
        .iter()
        .map(|text| any.condition(text, language).unwrap_or_else(|_| text.clone()));
    let mut holder_lines = vec![party.details.name.clone()];
    holder_lines.extend(party.details.address.envelope());
    let settings = app.settings();
    let legal_basis = legal_basis::find(any.legal_basis(issued_on))
        .map_or_else(String::new, |basis| basis.cite(language).to_string());
    Ok(certificate_of(CertificateFacts {
        kind_title: any.title(language).to_owned(),
        permit_number: permit.number.clone(),
        holder_lines,
        facts,
        conditions: duties.chain(set).chain(dated).collect(),
        legal_basis,
        appeal: appeal.map(|body| body.name(language)),
        valid_from: permit.validity.from(),
        valid_until: permit.validity.until(),
        issued_at: permit.changed_at,
        issued_on,
        verification_url: format!("{}/verify/{}", settings.public_url, permit.verification_code),
        verification_code: permit.verification_code.clone(),
        authority: Authority {
            name: settings.authority_name.clone(),
            contact_lines: settings.authority_contact.clone(),
        },
        language,
    }))
}

/// A certificate as it was issued.
pub struct Issued {
    /// What it says.
    pub document: Document,
    /// Its file.
    pub file: Vec<u8>,
}

/// The certificate of this version and language, in the holder's own where none is said: the one that is kept, or made now
/// and kept. File and page say the same for ever, wherever the holder moves.
///
/// # Errors
/// When the database does not answer, or what is kept is not what its hash says.
pub async fn issued(
    app: &App,
    permit: &Permit,
    language: Option<Language>,
) -> Result<Issued, Failure> {
    let connection = app.db().read();
    let language = match language {
        Some(language) => language,
        None => party::store::get(connection, permit.holder).await?.details.language,
    };
    let key = party::store::data_key(connection, &app.keys(), permit.holder).await?;
    if let Some(kept) = kept(app, &key, permit, language).await? {
        return Ok(kept);
    }
    let document = document_of(app, permit, language).await?;
    let drawn = document.clone();
    let pdf = tokio::task::spawn_blocking(move || render_pdf(&drawn))
        .await
        .map_err(Failure::internal)?
        .map_err(Failure::internal)?;
    let file = pdf.file("certificate", permit.id);
    let (said, bytes) = (&document, &file);
    let outcome = app
        .db()
        .write(|tx| {
            let key = &key;
            async move { rows::insert(&tx, key, permit, said, bytes).await }
        })
        .await;
    match outcome {
        Ok(()) => Ok(Issued { document, file }),
        // somebody else has stored it at the same moment: there is one file, and it is theirs
        Err(failure) => kept(app, &key, permit, language).await?.ok_or(failure),
    }
}

/// The certificate that is kept. What one says that was drawn before that was kept is made of what is known today.
async fn kept(
    app: &App,
    key: &DataKey,
    permit: &Permit,
    language: Language,
) -> Result<Option<Issued>, Failure> {
    let Some(found) = rows::find(app.db().read(), key, permit, language).await? else {
        return Ok(None);
    };
    let document = match found.document {
        Some(document) => document,
        None => document_of(app, permit, language).await?,
    };
    Ok(Some(Issued { document, file: found.file }))
}
