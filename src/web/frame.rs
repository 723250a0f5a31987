//! What stands around every page: language, title, menu, links to the same page in the other
//! languages, and how a page is answered. It knows no list and no permit.

use std::sync::LazyLock;

use askama::Template;
use poem::{
    FromRequest, Request, RequestBody, Response,
    http::{HeaderMap, HeaderValue, StatusCode, header},
};
use sha2::{Digest as _, Sha256};

use super::{language, query::Query, sections, texts::Words};
use crate::{app::App, failure::Failure, http::accept, values::language::Language};

/// The style sheet of the pages.
pub const STYLE: &str = include_str!("assets/pages.css");
/// Where [`STYLE`] is served.
pub const STYLE_PATH: &str = "/assets/pages.css";
/// The icon in the tab of the browser.
pub const ICON: &str = include_str!("assets/icon.svg");
/// Where [`ICON`] is served.
pub const ICON_PATH: &str = "/assets/icon.svg";

/// Nothing but our own style sheet, pictures and forms.
const CONTENT_SECURITY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The address of a style sheet with its content in it, so that browsers may keep it for good.
pub fn versioned(path: &str, content: &str) -> String {
    format!("{path}?v={}", &hex::encode(Sha256::digest(content))[..12])
}

/// The lists and charts that stand in the menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// Call signs.
    CallSigns,
    /// Authorised installers.
    Installers,
    /// Suppliers and dealers.
    Suppliers,
    /// Spectrum licences and transmitter permits.
    FrequencyPermits,
    /// The frequency plan.
    FrequencyPlan,
    /// Number ranges.
    Numbers,
    /// Figures.
    Statistics,
}

impl Section {
    /// In the order of the menu.
    pub const ALL: &'static [Self] = &[
        Self::CallSigns,
        Self::FrequencyPermits,
        Self::FrequencyPlan,
        Self::Numbers,
        Self::Installers,
        Self::Suppliers,
        Self::Statistics,
    ];

    /// It is a list whose rows can be downloaded.
    pub const fn has_files(self) -> bool {
        matches!(
            self,
            Self::CallSigns
                | Self::Installers
                | Self::Suppliers
                | Self::FrequencyPermits
                | Self::FrequencyPlan
                | Self::Numbers
        )
    }

    /// Its address below the language.
    pub const fn path(self) -> &'static str {
        match self {
            Self::CallSigns => "/call-signs",
            Self::Installers => "/installers",
            Self::Suppliers => "/suppliers",
            Self::FrequencyPermits => "/frequency-permits",
            Self::FrequencyPlan => "/frequency-plan",
            Self::Numbers => "/number-ranges",
            Self::Statistics => "/statistics",
        }
    }

    /// Its name.
    pub const fn name(self, words: Words) -> &'static str {
        match self {
            Self::CallSigns => words.call_signs(),
            Self::Installers => words.installers(),
            Self::Suppliers => words.suppliers(),
            Self::FrequencyPermits => words.frequency_permits(),
            Self::FrequencyPlan => words.frequency_plan(),
            Self::Numbers => words.number_ranges(),
            Self::Statistics => words.statistics(),
        }
    }
}

/// A reader of a page: which language, and what is asked for.
pub struct Reader {
    /// The app.
    pub app: App,
    /// The texts.
    pub words: Words,
    /// What was typed and chosen.
    pub query: Query,
    /// The path below the language.
    path: String,
}

impl Reader {
    /// Of a request; the language of the path, else the one that the browser asks for.
    pub fn of(app: &App, request: &Request) -> Self {
        let path = request.uri().path();
        let (language, path) = language::of_path(path)
            .unwrap_or_else(|| (language::asked(request.headers()), path.trim_end_matches('/')));
        Self {
            app: app.clone(),
            words: Words(language),
            query: Query::of(request.uri()),
            path: path.to_owned(),
        }
    }

    /// The language.
    pub fn language(&self) -> Language {
        self.words.language()
    }

    /// The address of another page in the same language.
    pub fn link(&self, path: impl std::fmt::Display) -> String {
        format!("/{}{path}", self.language().code())
    }

    /// The address of this page with another query.
    pub fn here(&self, query: &Query) -> String {
        self.link(format_args!("{}{query}", self.path))
    }

    /// What stands around a page with this title.
    pub fn frame(&self, title: impl Into<String>) -> Frame {
        let settings = self.app.settings();
        Frame {
            words: self.words,
            title: title.into(),
            section: None,
            trail: Vec::new(),
            here: format!("{}{}", self.path, self.query),
            is_translated: true,
            is_about_persons: false,
            json: None,
            are_persons_away: !self.app.lease().is_good(),
            origin: settings.public_url.trim_end_matches('/').to_owned(),
            authority: settings.authority_name.clone(),
            contact: settings.authority_contact.clone(),
            answered: self.words.moment(self.app.clock().now()),
        }
    }
}

impl<'a> FromRequest<'a> for Reader {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        let app = request.data::<App>().ok_or_else(|| Failure::internal("a page has no app"))?;
        Ok(Self::of(app, request))
    }
}

/// What stands around one page; every template of a page has it as `frame`.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The texts.
    pub words: Words,
    /// Title of the page.
    pub title: String,
    /// Where it stands in the menu.
    pub section: Option<Section>,
    /// Pages above it: address and name, the farthest first; the start page is left out.
    pub trail: Vec<(String, String)>,
    /// Path and query below the language.
    pub here: String,
    /// It is there in every language.
    pub is_translated: bool,
    /// It may show a person; then no search engine may keep it.
    pub is_about_persons: bool,
    /// The address of the same in JSON.
    pub json: Option<String>,
    /// No person can be shown at the moment, whatever they have consented to.
    pub are_persons_away: bool,
    /// Address of the service from outside.
    pub origin: String,
    /// The authority whose register it is.
    pub authority: String,
    /// How to reach it, line by line.
    pub contact: Vec<String>,
    /// When the page was made, in words.
    pub answered: String,
}

static STYLE_ADDRESS: LazyLock<String> = LazyLock::new(|| versioned(STYLE_PATH, STYLE));
static ICON_ADDRESS: LazyLock<String> = LazyLock::new(|| versioned(ICON_PATH, ICON));

impl Frame {
    /// In the menu at this section.
    #[must_use]
    pub fn section(mut self, section: Section) -> Self {
        self.section = Some(section);
        self
    }

    /// Below this page.
    #[must_use]
    pub fn below(mut self, path: &str, name: impl Into<String>) -> Self {
        self.trail.push((self.link(path), name.into()));
        self
    }

    /// May show a person.
    #[must_use]
    pub fn about_persons(mut self) -> Self {
        self.is_about_persons = true;
        self
    }

    /// The same in JSON is at this address.
    #[must_use]
    pub fn json(mut self, address: impl Into<String>) -> Self {
        self.json = Some(address.into());
        self
    }

    /// The address of another page in the same language.
    pub fn link(&self, path: &str) -> String {
        format!("/{}{path}", self.words.language().code())
    }

    /// This page in every language: the language, and the address.
    pub fn languages(&self) -> impl Iterator<Item = (Language, String)> {
        let here = if self.is_translated { self.here.as_str() } else { "" };
        Language::ALL.into_iter().map(move |one| (one, format!("/{}{here}", one.code())))
    }

    /// The menu: address and name of each section, and whether the page stands in it.
    pub fn menu(&self) -> Vec<(String, &'static str, bool)> {
        let item = |section: &Section| {
            let is_here = self.section == Some(*section);
            (self.link(section.path()), section.name(self.words), is_here)
        };
        Section::ALL.iter().map(item).collect()
    }

    /// Address of the style sheet.
    pub fn style(&self) -> &'static str {
        &STYLE_ADDRESS
    }

    /// Address of the icon.
    pub fn icon(&self) -> &'static str {
        &ICON_ADDRESS
    }
}

/// A page as it is answered. Pages that may show persons are kept by nobody on the way.
pub fn answer<T: Template>(status: StatusCode, frame: &Frame, page: &T) -> Response {
    let body = match page.render() {
        Ok(body) => sections::kept_whole(body),
        Err(error) => return poem::IntoResponse::into_response(Failure::internal(error)),
    };
    let mut response =
        Response::builder().status(status).content_type("text/html; charset=utf-8").body(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY));
    let language = HeaderValue::from_static(frame.words.language().code());
    headers.insert(header::CONTENT_LANGUAGE, language);
    let keeping =
        if frame.is_about_persons || !status.is_success() { "no-store" } else { "no-cache" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keeping));
    if frame.is_about_persons {
        headers.insert("x-robots-tag", HeaderValue::from_static("noindex, noarchive"));
    }
    response
}

/// True if the answer is to be read by a person: the browser asks for HTML by name.
pub fn wants_page(headers: &HeaderMap) -> bool {
    accept::names(&accept::asked(headers), "text/html")
}
