//! The forms of what can be done with a supervision case as it stands.

use uuid::Uuid;

use super::{Undone, supervisor};
use crate::{
    appeal::model::AppealStatus,
    supervision::{
        actions::{appeals, dossier::Dossier},
        lifecycle::Step,
        model::{LevelUnit, Outcome, Standing},
    },
    web::{
        entry::{DeedForm, Entry, Kind},
        form::Form,
        sign_in::SignedIn,
        texts::Words,
    },
};
/// The forms of what can be done now.
pub(super) fn forms(
    visitor: &SignedIn,
    dossier: &Dossier,
    form: &Form,
    undone: &Undone,
) -> Vec<DeedForm> {
    let words = visitor.reader.words;
    let case = &dossier.case;
    let mut forms = Vec::new();
    let mut add =
        |deed: &'static str, target: Option<Uuid>, texts: (&str, String), fields: Vec<Entry>| {
            let target = target.map(|id| id.to_string()).unwrap_or_default();
            let is_tried = undone.deed == deed && undone.target == target;
            let id = if target.is_empty() { deed.to_owned() } else { format!("{deed}-{target}") };
            let fields = fields.into_iter().map(|field| {
                let field = field.within(&id);
                if is_tried { field.typed(form, &undone.wrongs) } else { field }
            });
            forms.push(DeedForm {
                deed,
                target,
                title: texts.0.to_owned(),
                lead: texts.1,
                fields: fields.collect(),
                is_open: is_tried,
            });
        };
    let can = |step: Step| case.status.after(step).is_some();
    let has_respondent = dossier.respondent.is_some();
    for shown in &dossier.acts {
        let act = &shown.act;
        if act.standing == Standing::Proposed {
            if supervisor(visitor) && act.actor != visitor.caller.subject {
                let lead = words.sup_sign_lead(&act.actor);
                add("sign", Some(act.id), (words.sup_sign(), lead), Vec::new());
            }
            let why = Entry::new(words, "reason", words.sup_why(), Kind::Long);
            add("send-back", Some(act.id), (words.sup_send_back(), String::new()), vec![why]);
        }
        if let Some(appeal) = shown.appeals.last().filter(|appeal| appeal.status.is_open()) {
            let is_with_body = appeal.status == AppealStatus::Forwarded;
            let lead = appeal.text.clone();
            add("rule", Some(act.id), (words.sup_rule(), lead), ruling_fields(words, is_with_body));
            if is_with_body && appeal.deferral_answer.is_none() {
                let title = words.cwa_waits_register();
                add("defer", Some(act.id), (title, String::new()), deferral_fields(words));
            }
        }
        if appeals::is_appealable(act, &shown.appeals) {
            let title = words.cwa_register();
            add("register-appeal", Some(act.id), (title, String::new()), appeal_fields(words));
        }
    }
    let field = |name, label: &str, kind| Entry::new(words, name, label, kind);
    let line = || Kind::Line("text");
    if can(Step::Record) {
        if !dossier.acts.iter().any(|shown| shown.act.letter.is_some()) {
            let holder = field("holder", words.sup_holder(), line());
            add("identify", None, (words.sup_identify(), String::new()), vec![holder]);
        }
        add("measure", None, (words.sup_measure(), String::new()), measure_fields(words));
        let from = vec![
            ("respondent".to_owned(), words.sup_from_respondent().to_owned()),
            ("us".to_owned(), words.sup_from_us().to_owned()),
        ];
        let fields = vec![
            field("from", words.sup_from(), Kind::Choice(from)),
            field("text", words.sup_text(), Kind::Long),
        ];
        add("remark", None, (words.sup_remark(), String::new()), fields);
        let to =
            field("assignee", words.sup_assignee(), line()).value(visitor.caller.subject.clone());
        add("assign", None, (words.sup_assign(), String::new()), vec![to]);
    }
    if can(Step::Notify) && has_respondent {
        let fields = vec![
            field("text", words.sup_text(), Kind::Long),
            field("due", words.sup_due(), Kind::Day),
        ];
        add("notice", None, (words.sup_notice(), words.sup_notice_lead().to_owned()), fields);
    }
    if can(Step::Order) && has_respondent {
        let fields = vec![
            field("text", words.sup_order_text(), Kind::Long),
            field("grounds", words.sup_grounds(), Kind::Long),
            field("without", words.sup_without(), line()).optional(),
            field("due", words.sup_due(), Kind::Day),
        ];
        add("order", None, (words.sup_order(), words.sup_order_lead().to_owned()), fields);
    }
    let is_proposed = dossier.acts.iter().any(|shown| shown.act.standing == Standing::Proposed);
    if can(Step::Fine) && has_respondent && !is_proposed {
        add("fine", None, (words.sup_fine(), words.sup_fine_lead().to_owned()), fine_fields(words));
    }
    if can(Step::Correct) && !is_proposed {
        let fields = vec![
            field("corrected", words.sup_corrected_on(), Kind::Day),
            field("text", words.sup_how_known(), Kind::Long),
        ];
        add("correct", None, (words.sup_correct(), words.sup_correct_lead().to_owned()), fields);
    }
    if can(Step::Close) && !is_proposed {
        let is_corrected = case.corrected_on.is_some();
        let outcomes = Outcome::ALL
            .iter()
            .filter(|outcome| (**outcome == Outcome::Corrected) == is_corrected)
            .map(|one| (one.code().to_owned(), words.sup_outcome(*one).to_owned()));
        let fields = vec![
            field("outcome", words.sup_outcome_field(), Kind::Choice(outcomes.collect())),
            field("text", words.sup_grounds(), Kind::Long),
        ];
        add("close", None, (words.sup_close(), String::new()), fields);
    }
    forms
}

fn measure_fields(words: Words) -> Vec<Entry> {
    let field = |name, label: &str, kind| Entry::new(words, name, label, kind);
    let line = || Kind::Line("text");
    let units = LevelUnit::ALL.iter().map(|unit| {
        let shown = if *unit == LevelUnit::FieldStrength { "dBµV/m" } else { "dBm" };
        (unit.code().to_owned(), shown.to_owned())
    });
    vec![
        field("day", words.sup_day(), Kind::Day),
        field("clock", words.sup_clock(), line()).hint(words.intf_time_hint()),
        field("site", words.sup_place(), line()),
        field("frequency", words.sup_frequency(), line()).hint(words.intf_lower_hint()),
        field("level", words.sup_level(), Kind::Line("decimal")),
        field("unit", words.sup_unit(), Kind::Choice(units.collect())),
        field("bandwidth", words.sup_bandwidth(), line()).hint(words.sup_bandwidth_hint()),
        field("equipment", words.sup_equipment(), line()),
        field("by", words.sup_measured_by(), line()),
    ]
}

fn fine_fields(words: Words) -> Vec<Entry> {
    let field = |name, label: &str, kind| Entry::new(words, name, label, kind);
    let ways = vec![
        ("running".to_owned(), words.sup_running().to_owned()),
        ("oneOff".to_owned(), words.sup_one_off().to_owned()),
    ];
    vec![
        field("kind", words.sup_fine_kind(), Kind::Choice(ways)),
        field("amount", words.sup_amount(), Kind::Line("decimal")),
        field("from", words.sup_runs_from(), Kind::Day),
        field("maximum", words.sup_maximum(), Kind::Line("decimal")).optional(),
        field("grounds", words.sup_grounds(), Kind::Long),
    ]
}

fn appeal_fields(words: Words) -> Vec<Entry> {
    let field = |name, label: &str, kind| Entry::new(words, name, label, kind);
    vec![
        field("text", words.cwa_text(), Kind::Long),
        field("came", words.cwa_came(), Kind::Day),
        field("posted", words.cwa_posted(), Kind::Day).optional().hint(words.cwa_posted_hint()),
        field("late", words.cwa_late_reason(), Kind::Long).optional(),
        field("deferral", words.cwa_deferral(), Kind::Long).optional(),
    ]
}

fn deferral_fields(words: Words) -> Vec<Entry> {
    let field = |name, label: &str, kind| Entry::new(words, name, label, kind);
    let ways = vec![
        ("yes".to_owned(), words.cwa_waits_yes().to_owned()),
        ("no".to_owned(), words.cwa_waits_no().to_owned()),
    ];
    vec![
        field("waits", words.cwa_waits(), Kind::Choice(ways)),
        field("decided", words.sup_body_day(), Kind::Day),
        field("reference", words.sup_body_reference(), Kind::Line("text")),
        field("grounds", words.sup_grounds(), Kind::Long),
    ]
}

fn ruling_fields(words: Words, is_with_body: bool) -> Vec<Entry> {
    let field = |name, label: &str, kind| Entry::new(words, name, label, kind);
    let own = [
        ("inadmissible", words.sup_inadmissible()),
        ("reversed", words.sup_reversed()),
        ("forwarded", words.sup_forwarded()),
    ];
    let of_body = [("upheld", words.sup_upheld()), ("annulled", words.sup_annulled())];
    let outcomes: &[(&str, &str)] = if is_with_body { &of_body } else { &own };
    let outcomes = outcomes.iter().map(|(code, name)| ((*code).to_owned(), (*name).to_owned()));
    let mut fields = vec![
        field("outcome", words.sup_outcome_field(), Kind::Choice(outcomes.collect())),
        field("grounds", words.sup_grounds(), Kind::Long),
    ];
    if is_with_body {
        fields.push(field("decided", words.sup_body_day(), Kind::Day));
        fields.push(field("reference", words.sup_body_reference(), Kind::Line("text")));
    }
    fields
}
