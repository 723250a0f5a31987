//! Who is calling: roles, scopes and the caller of one request.
//!
//! A [`Caller`] is made from a verified token only (`token.rs`), or from the session of a browser that
//! was begun with one (`session.rs`), whose person may have chosen to act for an organisation (`acting.rs`);
//! a program names that beside its token (`representation/programs.rs`).
//! What a role may do stands in `http/access.rs`; whose things a caller may see is decided by the store of
//! each slice, which starts every query from [`Sight`].

pub mod acting;
pub mod client;
pub mod ended;
pub mod issuer_keys;
pub mod key_set;
pub mod others;
pub mod published;
pub mod session;
mod store;
pub mod token;

use serde::{Deserialize, Serialize};

use crate::{
    disclosure::policy::Kind,
    failure::{Failure, Problem},
    values::{ids::PartyId, national_id::NationalId, organisation_number::OrganisationNumber},
};

/// Scope of those who handle supervision; to other staff its cases are not there.
pub const SUPERVISION: &str = "anrop:supervision";

/// What a caller acts as. `public` is the absence of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// A natural person, signed in with a national id.
    Person,
    /// A person who acts for an organisation.
    Representative,
    /// Handles cases.
    Caseworker,
    /// Gives the second signature.
    Supervisor,
    /// An officer or system of a rescue centre.
    Rescue,
    /// Programs beacons.
    Programmer,
    /// A provider of mobile services.
    Provider,
    /// Reports amateur examinations.
    Examiner,
    /// The data protection officer.
    Officer,
    /// Runs the service: subscriptions and deliveries.
    Administrator,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 10] = [
        Role::Person,
        Role::Representative,
        Role::Caseworker,
        Role::Supervisor,
        Role::Rescue,
        Role::Programmer,
        Role::Provider,
        Role::Examiner,
        Role::Officer,
        Role::Administrator,
    ];

    /// As in tokens and on the command line.
    pub const fn code(self) -> &'static str {
        match self {
            Role::Person => "person",
            Role::Representative => "representative",
            Role::Caseworker => "caseworker",
            Role::Supervisor => "supervisor",
            Role::Rescue => "rescue",
            Role::Programmer => "programmer",
            Role::Provider => "provider",
            Role::Examiner => "examiner",
            Role::Officer => "officer",
            Role::Administrator => "administrator",
        }
    }

    /// Reads [`code`](Self::code).
    pub fn from_code(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == text)
    }
}

/// The caller of one request.
#[derive(Clone)]
pub struct Caller {
    /// Subject of the token: stable, and fit for journals.
    pub subject: String,
    /// What the caller acts as.
    pub roles: Vec<Role>,
    /// Scopes of the token.
    pub scopes: Vec<String>,
    /// The person behind it, where the token says so.
    pub national_id: Option<NationalId>,
    /// The organisation the caller acts for or belongs to.
    pub organisation: Option<OrganisationNumber>,
}

impl std::fmt::Debug for Caller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Caller").field("roles", &self.roles).finish_non_exhaustive()
    }
}

/// Kinds of permit that somebody handles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kinds(u16);

impl Default for Kinds {
    fn default() -> Self {
        Self::ALL
    }
}

impl Kinds {
    /// Every kind.
    pub const ALL: Self = Self(u16::MAX);

    fn bit(kind: Kind) -> u16 {
        let place = Kind::ALL.iter().position(|one| *one == kind);
        place.map_or(0, |place| 1 << place)
    }

    /// These kinds.
    pub fn of(kinds: &[Kind]) -> Self {
        Self(kinds.iter().fold(0, |bits, kind| bits | Self::bit(*kind)))
    }

    /// True if `kind` is one of them.
    pub fn contains(self, kind: Kind) -> bool {
        self.0 & Self::bit(kind) != 0
    }

    /// Their names, for the conditions of queries; none when it is every kind, and no condition is needed.
    pub fn limit(self) -> Option<Vec<&'static str>> {
        let named = || Kind::ALL.iter().filter(|kind| self.contains(**kind));
        (self != Self::ALL).then(|| named().map(|kind| kind.as_str()).collect())
    }
}

/// Whose cases and permits a caller may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// Everybody's: staff.
    All,
    /// Everybody's of these kinds: staff whose token is limited to them.
    Kinds(Kinds),
    /// One party's own.
    Party(PartyId),
    /// Nothing: a person the registry has never met.
    Nothing,
}

impl Sight {
    /// True for staff, who see what is others'.
    pub const fn is_staff(self) -> bool {
        matches!(self, Self::All | Self::Kinds(_))
    }

    /// The one condition on kinds that everything which belongs to a permit or a case on one is held to.
    ///
    /// # Errors
    /// 403 when the caller is limited to other kinds.
    pub fn needs_kind(self, kind: Kind) -> Result<(), Failure> {
        match self {
            Self::Kinds(kinds) if !kinds.contains(kind) => Err(lacks_scope()),
            _ => Ok(()),
        }
    }
}

fn lacks_scope() -> Failure {
    Failure::new(
        Problem::NotAllowed,
        "Your token lacks the scope this needs. The document names the scope of each operation.",
    )
}

/// Which cases of supervision, with their letters and entries of the journal, a caller may see as staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SupervisionSight {
    /// None: they do not handle supervision.
    Nothing,
    /// All but those directed at these parties: the caller, and whom the caller acts for.
    AllBut(Vec<PartyId>),
}

impl Caller {
    /// Somebody who is not signed in, where a caller must be named.
    pub fn nobody() -> Self {
        Self {
            subject: "public".to_owned(),
            roles: Vec::new(),
            scopes: Vec::new(),
            national_id: None,
            organisation: None,
        }
    }

    /// The same caller, who acts for this organisation and not for themselves. What their token may do stays as
    /// it is.
    #[must_use]
    pub fn acting_for(mut self, number: OrganisationNumber) -> Self {
        self.roles.retain(|role| ![Role::Person, Role::Representative].contains(role));
        self.roles.push(Role::Representative);
        self.organisation = Some(number);
        self
    }

    /// True if the caller acts as `role`.
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// True for the authority's own people.
    pub fn is_staff(&self) -> bool {
        self.is(Role::Caseworker) || self.is(Role::Supervisor)
    }

    /// True for staff who handle supervision.
    pub fn handles_supervision(&self) -> bool {
        self.is_staff() && self.has_scope(SUPERVISION)
    }

    /// True for staff who are not signed in as an applicant: what they file is for somebody else.
    pub fn files_for_others(&self) -> bool {
        self.is_staff() && !self.is(Role::Person) && !self.is(Role::Representative)
    }

    /// True if the token carries `scope`.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes.iter().any(|held| held == scope)
    }

    /// # Errors
    /// 403 without the scope.
    pub fn needs_scope(&self, scope: &str) -> Result<(), Failure> {
        if self.has_scope(scope) {
            return Ok(());
        }
        Err(lacks_scope())
    }

    /// The kinds a token is limited to by scopes such as `anrop:plb.decide`; none when it is not limited.
    pub fn kinds(&self) -> Vec<Kind> {
        let named = |kind: &Kind| self.has_scope(&format!("anrop:{}.decide", kind.as_str()));
        Kind::ALL.iter().copied().filter(named).collect()
    }

    /// A token may be limited to certain kinds ([`kinds`](Self::kinds)); one without any such scope may
    /// handle cases of every kind.
    ///
    /// # Errors
    /// 403 for another kind.
    pub fn needs_kind(&self, kind: Kind) -> Result<(), Failure> {
        self.staff_sight().needs_kind(kind)
    }

    /// The kinds the caller handles: every kind unless the token is limited.
    pub fn handled(&self) -> Kinds {
        match self.kinds() {
            kinds if kinds.is_empty() => Kinds::ALL,
            kinds => Kinds::of(&kinds),
        }
    }

    /// What the caller sees as staff.
    pub fn staff_sight(&self) -> Sight {
        match self.handled() {
            Kinds::ALL => Sight::All,
            kinds => Sight::Kinds(kinds),
        }
    }

    /// Writes down that the caller asked for something of somebody else's: the answer only says that it is
    /// not found.
    pub fn asked_for_others(&self, what: &'static str, id: impl std::fmt::Display) {
        metrics::counter!("anrop_asked_for_others_total", "what" => what).increment(1);
        tracing::warn!(
            target: "anrop::refused",
            what,
            %id,
            subject = %self.subject,
            "somebody asked for what is not theirs"
        );
    }

    /// What identifies the caller in an idempotency scope; not for people to read.
    pub fn idempotency_scope(&self) -> String {
        format!("{}|{:?}", self.subject, self.organisation.as_ref().map(ToString::to_string))
    }
}
