//! The closed lists the disclosure policy is written in: permit kinds, recipients, situations, holder types.
//! Pure words. Must not know what a recipient gets; that stands in `policy.toml` only.

/// Defines a closed list: an enum whose every value has one stable text, used in the policy file, in JSON and in
/// the disclosure log. An unknown text in the policy file is a parse error.
macro_rules! closed_list {
    ($(#[$doc:meta])* $name:ident { $($(#[$value_doc:meta])* $value:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$value_doc])* #[serde(rename = $text)] $value,)+
        }

        impl $name {
            /// Every value, in the order of the list.
            pub const ALL: &[Self] = &[$(Self::$value),+];

            /// The stable text of the value.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$value => $text),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use closed_list;

closed_list! {
    /// The kinds of permit in the registry, by the code used in paths.
    Kind {
        Amateur = "amateur",
        Plb = "plb",
        Aircraft = "aircraft",
        Spectrum = "spectrum",
        Transmitter = "transmitter",
        Numbering = "numbering",
        Installer = "installer",
        Supplier = "supplier",
        Priority = "priority",
    }
}

closed_list! {
    /// Everybody a record can leave to. A recipient that is not listed cannot be given anything.
    Recipient {
        /// Anybody, without sign-in: public lists, search, feed, snapshots, the public journal.
        Public = "public",
        /// The holder, the applicant, or one who acts for them.
        Holder = "holder",
        /// An emergency contact with a contact link: what is registered about that contact alone.
        EmergencyContact = "emergencyContact",
        /// A qualified person with a contact link: what is registered about that person alone.
        QualifiedPerson = "qualifiedPerson",
        /// The authority's caseworkers and those who sign with them.
        Caseworker = "caseworker",
        /// The data protection officer.
        Officer = "officer",
        /// The authority's system administrators: deliveries and logs, no register content.
        Administrator = "administrator",
        /// The rescue coordination centres.
        RescueCentre = "rescueCentre",
        /// Those who program beacons.
        Programmer = "programmer",
        /// Mobile providers who check priority approvals.
        Provider = "provider",
        /// The organisation that arranges the amateur examination.
        Examiner = "examiner",
        /// One who checks a permit by its verification code.
        Verifier = "verifier",
        /// The body that decides appeals.
        AppealBody = "appealBody",
        /// The national archive.
        Archive = "archive",
        /// One who is given access to a case document under the act on public access.
        DocumentRequester = "documentRequester",
        /// The data protection authority.
        DataProtectionAuthority = "dataProtectionAuthority",
        /// A supplier that handles data on the authority's instructions (GDPR Article 28).
        Processor = "processor",
    }
}

closed_list! {
    /// What the holder of a permit is. Public lists show an organisation where they do not show a person.
    HolderType {
        Person = "person",
        Organisation = "organisation",
    }
}

closed_list! {
    /// The situation in which a set of fields applies.
    When {
        /// The permit exists and has not ended (active, suspended or awaiting programming).
        Live = "live",
        /// The permit has ended, within the period the policy keeps it visible.
        Ended = "ended",
        /// The person concerned has a live consent; the fields come on top of those for `Live`.
        Consented = "consented",
        /// The processing of the holder's data is restricted and the fields for `Live` and `Ended` are stopped: what is
        /// left names no person.
        Restricted = "restricted",
    }
}

closed_list! {
    /// What a restriction under GDPR Article 18 does to a disclosure.
    Restriction {
        /// Personal fields stop at once and start again when the restriction is lifted; facts without a person go on.
        Stops = "stops",
        /// Goes on until a person has decided; the record is flagged. For data that may save a life.
        HumanDecision = "humanDecision",
        /// Not touched: storage, the person's own view, legal claims and important public interest (Article 18(2)).
        Continues = "continues",
    }
}

closed_list! {
    /// What happens to data when their period has run out.
    Action {
        /// Removed for good from the live rows.
        Erase = "erase",
        /// Every stored copy is made unreadable by deleting its data key.
        Destroy = "destroy",
        /// Leaves the register and with it the public lists; case documents follow the archive rules.
        RemoveFromRegister = "removeFromRegister",
        /// Leaves the public lists only.
        RemoveFromPublication = "removeFromPublication",
        /// The entry stays; names in it can no longer be searched for.
        DisableNameSearch = "disableNameSearch",
        /// The old value gives way to a new one.
        Replace = "replace",
        /// The link to the person is removed.
        Anonymise = "anonymise",
        /// Kept: a duty to keep archives.
        Keep = "keep",
        /// Handed over to the national archive.
        Transfer = "transfer",
    }
}

closed_list! {
    /// What can hold a retention action back.
    Exception {
        /// Somebody has ordered the data kept, for example because of a dispute.
        LegalHold = "legalHold",
        /// Arkivlova: documentation that must be kept.
        Archive = "archive",
        /// An alert from the beacon is not yet closed.
        OpenAlert = "openAlert",
        /// An appeal or a data protection complaint is not yet decided.
        OpenComplaint = "openComplaint",
    }
}

closed_list! {
    /// The event a retention period runs from.
    Trigger {
        DraftSaved = "draftSaved",
        Answered = "answered",
        Used = "used",
        Done = "done",
        LastUsed = "lastUsed",
        DeliverySettled = "deliverySettled",
        Written = "written",
        PermitEnded = "permitEnded",
        Imported = "imported",
        Sent = "sent",
        ConsentWithdrawn = "consentWithdrawn",
        DeathOrRenunciation = "deathOrRenunciation",
        JournalEntryDate = "journalEntryDate",
        NoCaseOpened = "noCaseOpened",
        Replaced = "replaced",
        CaseClosed = "caseClosed",
        Archived = "archived",
        FinancialYearEnded = "financialYearEnded",
        PurposeEnded = "purposeEnded",
        Unsubscribed = "unsubscribed",
        AddressInactive = "addressInactive",
        CourseHeld = "courseHeld",
        Visited = "visited",
        Recorded = "recorded",
        Called = "called",
        NoLongerCurrent = "noLongerCurrent",
        EmployeeLeft = "employeeLeft",
        Measured = "measured",
        Dispatched = "dispatched",
        Collected = "collected",
    }
}
