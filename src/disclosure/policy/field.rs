//! The closed list of field names: everything a record can consist of when it leaves.
//! Must not say who gets a field; that stands in `policy.toml` only. A field the code shows and this list lacks
//! cannot be disclosed; a field of this list that no purpose names is an error of the policy (`check`).

use super::terms::closed_list;

closed_list! {
    /// One field of a record. The text before the dot says whom or what it is about.
    Field {
        /// Name of a holder who is a natural person.
        HolderName = "holder.name",
        HolderNationalId = "holder.nationalId",
        HolderBirthDate = "holder.birthDate",
        /// Street, postal code and country; the post town is a field of its own.
        HolderAddress = "holder.address",
        HolderPostTown = "holder.postTown",
        HolderPhone = "holder.phone",
        HolderEmail = "holder.email",
        HolderLanguage = "holder.language",
        /// Whether the population register protects the address; such a person is never published.
        HolderAddressProtection = "holder.addressProtection",

        OrganisationName = "organisation.name",
        OrganisationNumber = "organisation.number",
        OrganisationAddress = "organisation.address",
        OrganisationPostTown = "organisation.postTown",
        OrganisationPhone = "organisation.phone",
        OrganisationEmail = "organisation.email",
        OrganisationLanguage = "organisation.language",

        /// One who acts for an applicant or holder.
        RepresentativeName = "representative.name",
        RepresentativePhone = "representative.phone",
        RepresentativeEmail = "representative.email",

        /// An organisation's person for matters about a permit; not an emergency contact.
        ContactPersonName = "contactPerson.name",
        ContactPersonPhone = "contactPerson.phone",
        ContactPersonEmail = "contactPerson.email",

        /// Emergency contact: one to call when a beacon has been activated.
        ContactName = "contact.name",
        ContactPhone = "contact.phone",
        ContactLanguage = "contact.language",
        ContactRelation = "contact.relation",
        ContactAvailability = "contact.availability",
        ContactCallingOrder = "contact.callingOrder",
        /// When the holder or the contact last confirmed the entry.
        ContactConfirmation = "contact.confirmation",

        QualifiedPersonName = "qualifiedPerson.name",
        QualifiedPersonBirthDate = "qualifiedPerson.birthDate",
        QualifiedPersonEducation = "qualifiedPerson.education",
        QualifiedPersonWorkHistory = "qualifiedPerson.workHistory",
        QualifiedPersonEmail = "qualifiedPerson.email",
        /// Given to the person when the competence was assessed; says nothing by itself.
        QualifiedPersonReference = "qualifiedPerson.reference",
        QualifiedPersonAssessment = "qualifiedPerson.assessment",

        /// One who sat the amateur examination.
        CandidateName = "candidate.name",
        CandidateBirthDate = "candidate.birthDate",
        CandidateEmail = "candidate.email",
        CandidateResult = "candidate.result",

        CallSign = "callSign",

        PermitKind = "permit.kind",
        PermitNumber = "permit.number",
        PermitStatus = "permit.status",
        PermitVersion = "permit.version",
        PermitClass = "permit.class",
        PermitHolderKind = "permit.holderKind",
        PermitIssuedAt = "permit.issuedAt",
        PermitValidFrom = "permit.validFrom",
        PermitValidUntil = "permit.validUntil",
        PermitEndedAt = "permit.endedAt",
        PermitEndReason = "permit.endReason",
        PermitLegalBasis = "permit.legalBasis",
        PermitConditions = "permit.conditions",
        PermitUpdatedAt = "permit.updatedAt",
        /// When the holder last confirmed that everything registered is right.
        PermitConfirmedAt = "permit.confirmedAt",
        /// Internal grounds and notes on a permit.
        PermitGrounds = "permit.grounds",
        PermitHistory = "permit.history",

        BeaconId = "beacon.id",
        BeaconCountry = "beacon.country",
        BeaconProtocol = "beacon.protocol",
        BeaconSerial = "beacon.serial",
        BeaconTypeApproval = "beacon.typeApproval",
        BeaconManufacturer = "beacon.manufacturer",
        BeaconModel = "beacon.model",
        BeaconHoming = "beacon.homing",
        BeaconColour = "beacon.colour",
        BeaconBatteryExpiry = "beacon.batteryExpiry",
        /// What the beacon is used for: walking, a small boat, skiing.
        BeaconUse = "beacon.use",
        /// The craft it is carried on, its name, colour and other identities.
        BeaconCraft = "beacon.craft",
        BeaconPersonsOnBoard = "beacon.personsOnBoard",
        /// Other safety and communication equipment carried.
        BeaconEquipment = "beacon.equipment",
        /// Free text of the holder for the rescue centre.
        BeaconNotes = "beacon.notes",
        /// Lost, stolen, sold or scrapped.
        BeaconCondition = "beacon.condition",
        /// What the holder wrote when reporting the condition.
        BeaconConditionNote = "beacon.conditionNote",
        BeaconConditionReportedAt = "beacon.conditionReportedAt",
        BeaconEarlierAlerts = "beacon.earlierAlerts",

        ProgrammingCountry = "programming.country",
        ProgrammingProtocols = "programming.protocols",
        ProgrammingSerialRule = "programming.serialRule",
        ProgrammingTypeApprovalRule = "programming.typeApprovalRule",
        ProgrammingStatus = "programming.status",
        ProgrammingOrderedAt = "programming.orderedAt",
        ProgrammingOrderId = "programming.orderId",

        AircraftRegistration = "aircraft.registration",
        AircraftAddress = "aircraft.address",
        AircraftType = "aircraft.type",
        AircraftSerial = "aircraft.serial",
        AircraftColour = "aircraft.colour",
        AircraftHomeBase = "aircraft.homeBase",
        AircraftPersonsOnBoard = "aircraft.personsOnBoard",
        /// Kilograms; decides the fee.
        AircraftTakeOffMass = "aircraft.takeOffMass",
        AircraftFullyEquipped = "aircraft.fullyEquipped",
        AircraftOperator = "aircraft.operator",
        AircraftTemporaryPurpose = "aircraft.temporaryPurpose",
        AircraftRadioEquipment = "aircraft.radioEquipment",

        FrequencyRange = "frequency.range",
        FrequencyArea = "frequency.area",
        FrequencyUse = "frequency.use",
        FrequencyChannel = "frequency.channel",
        FrequencyEmission = "frequency.emission",
        FrequencyPower = "frequency.power",
        /// What a holder has leased to others (ekomloven 2024 § 11-10).
        FrequencyLease = "frequency.lease",

        StationName = "station.name",
        StationMunicipality = "station.municipality",
        /// Exact coordinates and heights.
        StationPosition = "station.position",
        StationAntenna = "station.antenna",
        StationEquipment = "station.equipment",

        NumberRange = "number.range",
        NumberType = "number.type",
        NumberStatus = "number.status",
        NumberUse = "number.use",
        NumberPointCode = "number.pointCode",
        NumberComment = "number.comment",

        InstallerTypes = "installer.types",
        SupplierRoles = "supplier.roles",
        SupplierCategories = "supplier.categories",
        PriorityApproved = "priority.approved",
        PrioritySubscriptions = "priority.subscriptions",
        PriorityBusinessType = "priority.businessType",

        CaseNumber = "case.number",
        CaseStatus = "case.status",
        CaseDeadline = "case.deadline",
        CaseDecision = "case.decision",
        CaseDocuments = "case.documents",
        CaseCaseworker = "case.caseworker",
        CaseNotes = "case.notes",
        AppealGrounds = "appeal.grounds",
        AppealDecision = "appeal.decision",

        JournalNumber = "journal.number",
        JournalDate = "journal.date",
        JournalTitle = "journal.title",
        JournalDirection = "journal.direction",
        JournalCorrespondent = "journal.correspondent",
        JournalAccess = "journal.access",

        InvoiceNumber = "invoice.number",
        InvoiceLines = "invoice.lines",
        InvoiceAmount = "invoice.amount",
        InvoiceDueDate = "invoice.dueDate",
        InvoicePayment = "invoice.payment",

        LookUpKey = "lookUp.key",
        LookUpIncidentReference = "lookUp.incidentReference",
        LookUpOfficer = "lookUp.officer",
        LookUpTime = "lookUp.time",
        LookUpOutcome = "lookUp.outcome",

        /// Subject, role and time of a sign-in.
        SessionSubject = "session.subject",
        SessionTime = "session.time",
        LogActor = "log.actor",
        LogAction = "log.action",
        LogTime = "log.time",
        LogAddress = "log.address",

        DeliveryRecipient = "delivery.recipient",
        DeliveryPurpose = "delivery.purpose",
        DeliveryFields = "delivery.fields",
        DeliveryTime = "delivery.time",
        DeliveryStatus = "delivery.status",
        DeliveryPayload = "delivery.payload",
        DeliveryHash = "delivery.hash",

        NoticeAddress = "notice.address",
        NoticeText = "notice.text",
        NoticeTime = "notice.time",

        ConsentPurpose = "consent.purpose",
        ConsentText = "consent.text",
        ConsentChannel = "consent.channel",
        ConsentGivenAt = "consent.givenAt",
        ConsentWithdrawnAt = "consent.withdrawnAt",

        RequestKind = "request.kind",
        RequestText = "request.text",
        RequestDecision = "request.decision",
        RequestDeadline = "request.deadline",

        ReporterName = "reporter.name",
        ReporterAddress = "reporter.address",
        ReporterPhone = "reporter.phone",
        ReporterEmail = "reporter.email",
        InterferenceText = "interference.text",
        InterferencePlace = "interference.place",
    }
}

impl Field {
    /// The number of fields in the list.
    pub const COUNT: usize = Self::ALL.len();

    /// Whom or what the field is about: the text before the dot.
    pub fn subject(self) -> &'static str {
        let text = self.as_str();
        text.split_once('.').map_or(text, |(subject, _)| subject)
    }

    /// Whether the field by itself tells of a natural person, so that it is public only with consent or a statute.
    pub fn is_personal(self) -> bool {
        matches!(
            self.subject(),
            "holder"
                | "representative"
                | "contactPerson"
                | "contact"
                | "qualifiedPerson"
                | "candidate"
                | "reporter"
        ) || matches!(
            self,
            Self::CaseDocuments
                | Self::CaseNotes
                | Self::CaseCaseworker
                | Self::AppealGrounds
                | Self::JournalCorrespondent
                | Self::LookUpOfficer
                | Self::SessionSubject
                | Self::LogActor
                | Self::LogAddress
                | Self::DeliveryPayload
                | Self::NoticeAddress
                | Self::NoticeText
                | Self::RequestText
                | Self::InterferenceText
                | Self::BeaconNotes
                | Self::BeaconConditionNote
                | Self::BeaconCraft
        )
    }

    /// Whether the field may go to a rescue centre, the holder and caseworkers only: national identity numbers and
    /// emergency contacts.
    pub fn is_closely_held(self) -> bool {
        self == Self::HolderNationalId || self.subject() == "contact"
    }
}
