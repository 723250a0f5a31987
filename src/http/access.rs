//! Who may call what: one row per operation, the same for the running service and the document.
//!
//! A row says which roles may call the operation and which scope their token must carry. An
//! operation without a row is refused to everybody, and a test fails. Whose data a caller may see
//! within an operation is decided by the stores, not here.

use crate::identity::Role;
use Role::{
    Administrator, Caseworker, Examiner, Officer, Person, Programmer, Provider, Representative,
    Rescue, Supervisor,
};

/// One operation's rule.
#[derive(Debug)]
pub struct Rule {
    /// Operation id in the document.
    pub operation: &'static str,
    /// Roles that may call it; none means everybody, signed in or not.
    pub roles: &'static [Role],
    /// Scope the token must carry.
    pub scope: &'static str,
}

impl Rule {
    /// Whether organisations call it, through programs of their own or of somebody who acts for them.
    pub fn is_for_organisations(&self) -> bool {
        self.roles.contains(&Representative)
    }
}

const fn public(operation: &'static str) -> Rule {
    Rule { operation, roles: &[], scope: "" }
}

const fn rule(operation: &'static str, roles: &'static [Role], scope: &'static str) -> Rule {
    Rule { operation, roles, scope }
}

const APPLICANT: &[Role] = &[Person, Representative];
const REPRESENTATIVE: &[Role] = &[Representative];
const REPRESENTATIVE_AND_STAFF: &[Role] = &[Representative, Caseworker, Supervisor];
const STAFF: &[Role] = &[Caseworker, Supervisor];
const PRIVACY: &[Role] = &[Officer, Administrator];
const PRIVACY_AND_STAFF: &[Role] = &[Caseworker, Supervisor, Officer, Administrator];
const ACCOUNTS: &[Role] = &[Caseworker, Supervisor, Administrator];
const ACCOUNTS_HEAD: &[Role] = &[Supervisor, Administrator];
const CASE_PARTIES: &[Role] = &[Person, Representative, Caseworker, Supervisor];
const CASE_PARTIES_AND_OFFICER: &[Role] =
    &[Person, Representative, Caseworker, Supervisor, Officer];

/// Every rule, in the order of the document.
pub const RULES: &[Rule] = &[
    public("getHealth"),
    public("getReadiness"),
    public("getDocument"),
    public("listCallSigns"),
    public("getCallSign"),
    public("getCallSignEvents"),
    public("listNumberRanges"),
    public("getNumberRange"),
    public("listAmateurBands"),
    public("listChanges"),
    public("getSnapshot"),
    public("getFileSchema"),
    public("getCatalog"),
    public("listInstallers"),
    public("getInstaller"),
    public("listSuppliers"),
    public("getSupplier"),
    public("listFrequencyPermits"),
    public("getFrequencyPermit"),
    public("verifyPermit"),
    public("listPublicJournal"),
    public("requestDocumentAccess"),
    public("getDocumentAccessAnswer"),
    public("getAccessedDocument"),
    public("appealDocumentAccess"),
    public("demandFullerGrounds"),
    public("listProcessingActivities"),
    public("listFrequencyPlan"),
    public("getStatistics"),
    public("getContactLink"),
    public("answerContactLink"),
    rule("submitPlbApplication", CASE_PARTIES, "anrop:application.write"),
    rule("submitAircraftApplication", CASE_PARTIES, "anrop:application.write"),
    rule("submitAmateurApplication", CASE_PARTIES, "anrop:application.write"),
    rule("submitInstallerApplication", CASE_PARTIES, "anrop:application.write"),
    rule("submitSupplierApplication", CASE_PARTIES, "anrop:application.write"),
    rule("submitPriorityApplication", CASE_PARTIES, "anrop:application.write"),
    rule("assessQualifiedPerson", STAFF, "anrop:case.decide"),
    rule("searchQualifiedPersons", STAFF, "anrop:holder.search"),
    rule("submitTransmitterApplication", CASE_PARTIES, "anrop:application.write"),
    rule("submitSpectrumApplication", CASE_PARTIES, "anrop:application.write"),
    rule("submitNumberingApplication", CASE_PARTIES, "anrop:application.write"),
    rule("beginPlbDraft", APPLICANT, "anrop:application.write"),
    rule("beginAircraftDraft", APPLICANT, "anrop:application.write"),
    rule("beginAmateurDraft", APPLICANT, "anrop:application.write"),
    rule("beginInstallerDraft", APPLICANT, "anrop:application.write"),
    rule("beginSupplierDraft", APPLICANT, "anrop:application.write"),
    rule("beginPriorityDraft", APPLICANT, "anrop:application.write"),
    rule("beginTransmitterDraft", APPLICANT, "anrop:application.write"),
    rule("beginSpectrumDraft", APPLICANT, "anrop:application.write"),
    rule("beginNumberingDraft", APPLICANT, "anrop:application.write"),
    rule("listDrafts", APPLICANT, "anrop:application.write"),
    rule("getDraft", APPLICANT, "anrop:application.write"),
    rule("putDraft", APPLICANT, "anrop:application.write"),
    rule("deleteDraft", APPLICANT, "anrop:application.write"),
    rule("submitDraft", APPLICANT, "anrop:application.write"),
    rule("listCases", CASE_PARTIES, "anrop:case.read"),
    rule("getCase", CASE_PARTIES, "anrop:case.read"),
    rule("replyInCase", APPLICANT, "anrop:case.write"),
    rule("withdrawCase", APPLICANT, "anrop:case.write"),
    rule("acceptTransfer", APPLICANT, "anrop:case.write"),
    rule("appealInCase", APPLICANT, "anrop:case.write"),
    rule("commentOnAppeal", APPLICANT, "anrop:case.write"),
    rule("demandReasons", APPLICANT, "anrop:case.write"),
    rule("registerReasonsDemand", STAFF, "anrop:case.decide"),
    rule("giveReasons", STAFF, "anrop:case.decide"),
    rule("previewDecision", STAFF, "anrop:case.decide"),
    rule("previewReasons", STAFF, "anrop:case.decide"),
    rule("listAppeals", CASE_PARTIES, "anrop:case.read"),
    rule("registerAppeal", STAFF, "anrop:case.decide"),
    rule("registerAppealComment", STAFF, "anrop:case.decide"),
    rule("previewAppealForwarding", STAFF, "anrop:case.decide"),
    rule("registerReply", STAFF, "anrop:case.decide"),
    rule("correctRingMunicipalities", STAFF, "anrop:case.decide"),
    rule("registerWithdrawal", STAFF, "anrop:case.decide"),
    rule("registerConsent", STAFF, "anrop:permit.decide"),
    rule("registerSupervisionAppeal", STAFF, "anrop:supervision"),
    rule("changeTimeLimit", STAFF, "anrop:case.decide"),
    rule("decideAppeal", STAFF, "anrop:case.decide"),
    rule("answerAppealDeferral", STAFF, "anrop:case.decide"),
    rule("getAppealPackage", STAFF, "anrop:case.decide"),
    rule("answerSupervisionDeferral", STAFF, "anrop:supervision"),
    rule("getSupervisionAppealPackage", STAFF, "anrop:supervision"),
    rule("addCaseDocument", CASE_PARTIES, "anrop:case.document"),
    rule("listCaseDocuments", CASE_PARTIES, "anrop:case.read"),
    rule("getCaseDocument", CASE_PARTIES, "anrop:case.read"),
    rule("listLetters", CASE_PARTIES, "anrop:letter.read"),
    rule("getLetter", CASE_PARTIES, "anrop:letter.read"),
    rule("getLetterFile", CASE_PARTIES, "anrop:letter.read"),
    rule("assignCase", STAFF, "anrop:case.decide"),
    rule("requestInformation", STAFF, "anrop:case.decide"),
    rule("moveAnswerDay", STAFF, "anrop:case.decide"),
    rule("withdrawInformationRequest", STAFF, "anrop:case.decide"),
    rule("addCaseNote", STAFF, "anrop:case.decide"),
    rule("decideCase", STAFF, "anrop:case.decide"),
    rule("signDecision", &[Supervisor], "anrop:case.decide"),
    rule("sendDecisionBack", STAFF, "anrop:case.decide"),
    rule("registerApplication", STAFF, "anrop:case.decide"),
    rule("listPermits", CASE_PARTIES, "anrop:permit.read"),
    rule("getPermit", CASE_PARTIES, "anrop:permit.read"),
    rule("getPermitHistory", CASE_PARTIES_AND_OFFICER, "anrop:permit.read"),
    rule("getCertificate", CASE_PARTIES, "anrop:permit.read"),
    rule("replaceContacts", CASE_PARTIES, "anrop:permit.write"),
    rule("confirmPermit", CASE_PARTIES, "anrop:permit.write"),
    rule("surrenderPermit", CASE_PARTIES, "anrop:permit.write"),
    rule("putUtilisationReport", REPRESENTATIVE, "anrop:permit.write"),
    rule("getUtilisationReport", REPRESENTATIVE_AND_STAFF, "anrop:permit.read"),
    rule("listUtilisationReports", STAFF, "anrop:permit.decide"),
    rule("putNumberUse", REPRESENTATIVE, "anrop:permit.write"),
    rule("getNumberUse", REPRESENTATIVE_AND_STAFF, "anrop:permit.read"),
    rule("transferNumberSeries", STAFF, "anrop:permit.decide"),
    rule("changeListedNumberRange", STAFF, "anrop:permit.decide"),
    rule("listNumberRangeChanges", STAFF, "anrop:permit.decide"),
    rule("applyForAmendment", APPLICANT, "anrop:permit.write"),
    rule("renewPermit", APPLICANT, "anrop:permit.write"),
    rule("transferPermit", APPLICANT, "anrop:permit.write"),
    rule("amendPermit", STAFF, "anrop:permit.decide"),
    rule("notifyHolder", STAFF, "anrop:permit.decide"),
    rule("previewAdvanceNotice", STAFF, "anrop:permit.decide"),
    rule("reportBeaconCondition", CASE_PARTIES, "anrop:permit.write"),
    rule("handOverCallSign", CASE_PARTIES, "anrop:permit.write"),
    rule("suspendPermit", STAFF, "anrop:permit.decide"),
    rule("reinstatePermit", STAFF, "anrop:permit.decide"),
    rule("revokePermit", STAFF, "anrop:permit.decide"),
    rule("getJournalEntry", STAFF, "anrop:journal.read"),
    rule("setJournalAccess", STAFF, "anrop:case.decide"),
    rule("listDocumentAccessRequests", STAFF, "anrop:case.decide"),
    rule("getDocumentAccessRequest", STAFF, "anrop:case.decide"),
    rule("putReleasedDocument", STAFF, "anrop:case.decide"),
    rule("decideDocumentAccess", STAFF, "anrop:case.decide"),
    rule("giveFullerGrounds", STAFF, "anrop:case.decide"),
    rule("listDocumentAccessAppeals", STAFF, "anrop:case.decide"),
    rule("decideDocumentAccessAppeal", STAFF, "anrop:case.decide"),
    rule("listTasks", STAFF, "anrop:permit.decide"),
    rule("completeTask", STAFF, "anrop:permit.decide"),
    rule("decideTask", STAFF, "anrop:permit.decide"),
    rule("restrictHolder", PRIVACY, "anrop:restriction.write"),
    rule("liftRestriction", PRIVACY, "anrop:restriction.write"),
    rule("listRestrictions", PRIVACY_AND_STAFF, "anrop:restriction.read"),
    rule("getRestriction", PRIVACY_AND_STAFF, "anrop:restriction.read"),
    rule("listInvoices", CASE_PARTIES, "anrop:invoice.read"),
    rule("recordPayment", STAFF, "anrop:payment.write"),
    rule("getSpectrumFeePool", STAFF, "anrop:payment.write"),
    rule("putSpectrumFeePool", STAFF, "anrop:payment.write"),
    rule("listFeeInvoices", CASE_PARTIES, "anrop:invoice.read"),
    rule("getFeeInvoice", CASE_PARTIES, "anrop:invoice.read"),
    rule("getFeeInvoiceEhf", CASE_PARTIES, "anrop:invoice.read"),
    rule("creditFeeInvoice", STAFF, "anrop:payment.write"),
    rule("appealFeeInvoice", APPLICANT, "anrop:case.write"),
    rule("registerFeeAppeal", STAFF, "anrop:payment.write"),
    rule("listFeeAppeals", CASE_PARTIES, "anrop:invoice.read"),
    rule("decideFeeAppeal", STAFF, "anrop:payment.write"),
    rule("answerFeeDeferral", STAFF, "anrop:payment.write"),
    rule("getFeeAppealPackage", STAFF, "anrop:payment.write"),
    rule("exportFeeAccounts", ACCOUNTS, "anrop:payment.write"),
    rule("startFeeRun", ACCOUNTS_HEAD, "anrop:payment.write"),
    rule("listFeeRuns", ACCOUNTS, "anrop:payment.write"),
    rule("getFeeRun", ACCOUNTS, "anrop:payment.write"),
    rule("importPaymentFile", ACCOUNTS, "anrop:payment.write"),
    rule("listIncomingPayments", ACCOUNTS, "anrop:payment.write"),
    rule("placeIncomingPayment", STAFF, "anrop:payment.write"),
    rule("changeCallSign", STAFF, "anrop:permit.decide"),
    rule("getMe", APPLICANT, "anrop:me"),
    rule("updateMe", APPLICANT, "anrop:me"),
    rule("getOrganisation", REPRESENTATIVE, "anrop:me"),
    rule("updateOrganisation", REPRESENTATIVE, "anrop:me"),
    rule("listOwnDisclosures", APPLICANT, "anrop:me"),
    rule("listConsents", APPLICANT, "anrop:me"),
    rule("giveConsent", APPLICANT, "anrop:me"),
    rule("withdrawConsent", APPLICANT, "anrop:me"),
    rule("searchHolders", STAFF, "anrop:holder.search"),
    rule("listCallSignSeries", STAFF, "anrop:call-sign.assign"),
    rule("reserveCallSign", STAFF, "anrop:call-sign.assign"),
    rule("blockCallSign", STAFF, "anrop:call-sign.assign"),
    rule("releaseCallSign", STAFF, "anrop:call-sign.assign"),
    rule("getCallSignHistory", STAFF, "anrop:call-sign.assign"),
    rule("drawCallSign", STAFF, "anrop:call-sign.assign"),
    rule("listJournal", STAFF, "anrop:journal.read"),
    rule("lookUpBeacon", &[Rescue], "anrop:rescue.read"),
    rule("lookUpAlertText", &[Rescue], "anrop:rescue.read"),
    rule("recordAlert", &[Rescue], "anrop:rescue.write"),
    rule("listRescueChanges", &[Rescue], "anrop:rescue.read"),
    rule("getRescueDigest", &[Rescue], "anrop:rescue.read"),
    rule("listRescuePermits", &[Rescue], "anrop:rescue.read"),
    rule("listRescueAlerts", &[Rescue], "anrop:rescue.read"),
    rule("writeRescueExtract", &[Rescue], "anrop:rescue.read"),
    rule("completeIncidentReference", &[Rescue], "anrop:rescue.write"),
    // with the scope of looking up: who may read must be able to tell that it was read
    rule("bringLookUpsOfCopies", &[Rescue], "anrop:rescue.read"),
    rule("listProgrammingOrders", &[Programmer], "anrop:programming"),
    rule("reportProgramming", &[Programmer], "anrop:programming"),
    rule("listSubscriptions", &[Administrator], "anrop:delivery.admin"),
    rule("createSubscription", &[Administrator], "anrop:delivery.admin"),
    rule("rotateSubscriptionSecret", &[Administrator], "anrop:delivery.admin"),
    rule("pauseSubscription", &[Administrator], "anrop:delivery.admin"),
    rule("resumeSubscription", &[Administrator], "anrop:delivery.admin"),
    public("getWebhookKeys"),
    rule("readdressSubscription", &[Administrator], "anrop:delivery.admin"),
    rule("endSubscription", &[Administrator], "anrop:delivery.admin"),
    rule("retryDelivery", &[Administrator], "anrop:delivery.admin"),
    rule("dismissDelivery", &[Administrator], "anrop:delivery.admin"),
    rule("replaySubscription", &[Administrator], "anrop:delivery.admin"),
    rule("listDeliveries", &[Administrator], "anrop:delivery.admin"),
    rule("getPriorityApproval", &[Provider], "anrop:priority.read"),
    rule("importExamResults", &[Examiner, Administrator], "anrop:exam.write"),
    public("reportInterference"),
    public("lookUpInterferenceReport"),
    public("getInterferenceStatistics"),
    rule("listInterferenceReports", STAFF, "anrop:supervision"),
    rule("getInterferenceReport", STAFF, "anrop:supervision"),
    rule("acknowledgeInterferenceAlarm", STAFF, "anrop:supervision"),
    rule("triageInterferenceReport", STAFF, "anrop:supervision"),
    rule("openSupervisionCase", STAFF, "anrop:supervision"),
    rule("listSupervisionCases", STAFF, "anrop:supervision"),
    rule("getSupervisionCase", STAFF, "anrop:supervision"),
    rule("identifyRespondent", STAFF, "anrop:supervision"),
    rule("assignSupervisionCase", STAFF, "anrop:supervision"),
    rule("recordMeasurement", STAFF, "anrop:supervision"),
    rule("recordRemark", STAFF, "anrop:supervision"),
    rule("giveAdvanceNotice", STAFF, "anrop:supervision"),
    rule("giveOrder", STAFF, "anrop:supervision"),
    rule("proposeCoerciveFine", STAFF, "anrop:supervision"),
    rule("recordCorrection", STAFF, "anrop:supervision"),
    rule("closeSupervisionCase", STAFF, "anrop:supervision"),
    rule("sendCoerciveFineBack", STAFF, "anrop:supervision"),
    rule("decideSupervisionAppeal", STAFF, "anrop:supervision"),
    rule("signCoerciveFine", &[Supervisor], "anrop:supervision"),
    rule("getSupervisionDecision", CASE_PARTIES, "anrop:case.read"),
    rule("appealSupervisionDecision", APPLICANT, "anrop:case.write"),
    rule("setLegalHold", &[Administrator], "anrop:legal-hold.write"),
    rule("liftLegalHold", &[Administrator], "anrop:legal-hold.write"),
    rule("listLegalHolds", PRIVACY, "anrop:legal-hold.read"),
    rule("getLegalHold", PRIVACY, "anrop:legal-hold.read"),
];

/// The rule of an operation.
pub fn rule_of(operation: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.operation == operation)
}

/// Every scope the roles have use for.
pub fn scopes_of(roles: &[Role]) -> Vec<String> {
    let mut scopes: Vec<String> = RULES
        .iter()
        .filter(|rule| rule.roles.iter().any(|role| roles.contains(role)))
        .map(|rule| rule.scope.to_owned())
        .collect();
    scopes.sort_unstable();
    scopes.dedup();
    scopes
}

/// Roles of a machine token, which has scopes but no roles: each scope belongs to one kind of client.
pub fn machine_roles(scopes: &[String]) -> Vec<Role> {
    [Rescue, Programmer, Provider, Examiner]
        .into_iter()
        .filter(|role| {
            RULES.iter().any(|rule| rule.roles == [*role] && scopes.iter().any(|s| s == rule.scope))
                || (*role == Examiner && scopes.iter().any(|scope| scope == "anrop:exam.write"))
        })
        .collect()
}
