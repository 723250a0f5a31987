//! Counting by choices, from how many there are of each kind, state and caseworker. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    super::lifecycle::Status,
    model::{CaseQuery, Counts, Tally, open_statuses},
};
use crate::disclosure::policy::Kind;

/// A filter of the queue that a count leaves out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Without {
    Nothing,
    Status,
    Kind,
    Assignee,
    Overdue,
}

/// How many cases of a tally a query takes, without one of its filters.
fn taken(tally: &Tally, query: &CaseQuery, without: Without) -> u64 {
    let is_waiting = tally.status == Status::WaitingForApplicant.code();
    let late = if is_waiting { 0 } else { tally.late };
    let fits = (without == Without::Status
        || query.statuses.is_empty()
        || query.statuses.iter().any(|status| status.code() == tally.status))
        && (query.kinds.is_empty() || query.kinds.iter().any(|kind| kind.as_str() == tally.kind))
        && (without == Without::Kind || query.kind.is_none_or(|kind| kind.as_str() == tally.kind))
        && (without == Without::Assignee
            || (query.assignee.as_ref().is_none_or(|name| *name == tally.assignee)
                && (!query.is_unassigned || tally.assignee.is_empty())));
    match (fits, query.overdue_on.is_some() && without != Without::Overdue) {
        (false, _) => 0,
        (true, true) => late,
        (true, false) => tally.count,
    }
}

/// How many cases a query takes.
pub fn total(tallies: &[Tally], query: &CaseQuery) -> u64 {
    tallies.iter().map(|tally| taken(tally, query, Without::Nothing)).sum()
}

/// Who has open cases, by name.
pub fn assignees(tallies: &[Tally]) -> BTreeSet<&str> {
    let open = open_statuses();
    let is_open = |tally: &&Tally| open.iter().any(|status| status.code() == tally.status);
    let names = tallies.iter().filter(is_open).map(|tally| tally.assignee.as_str());
    names.filter(|name| !name.is_empty()).collect()
}

/// How many cases each choice leaves. `overdue` asks for what the filter would leave, so the query must
/// say the day where it does not filter by it: see [`Tally::late`].
pub fn counts(tallies: &[Tally], query: &CaseQuery) -> Counts {
    let mut statuses: BTreeMap<&str, u64> = BTreeMap::new();
    let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
    let mut assignees: BTreeMap<&str, u64> = BTreeMap::new();
    let mut overdue = 0;
    let only_late = CaseQuery { overdue_on: Some(chrono::NaiveDate::MIN), ..query.clone() };
    for tally in tallies {
        *statuses.entry(&tally.status).or_default() += taken(tally, query, Without::Status);
        *kinds.entry(&tally.kind).or_default() += taken(tally, query, Without::Kind);
        *assignees.entry(&tally.assignee).or_default() += taken(tally, query, Without::Assignee);
        overdue += taken(tally, &only_late, Without::Nothing);
    }
    let named = |count: u64, name: &str| Some((name.to_owned(), count)).filter(|_| count > 0);
    Counts {
        total: total(tallies, query),
        statuses: Status::ALL
            .into_iter()
            .filter_map(|status| Some((status, *statuses.get(status.code())?)))
            .filter(|(_, count)| *count > 0)
            .collect(),
        kinds: Kind::ALL
            .iter()
            .filter_map(|kind| Some((*kind, *kinds.get(kind.as_str())?)))
            .filter(|(_, count)| *count > 0)
            .collect(),
        assignees: assignees.into_iter().filter_map(|(name, count)| named(count, name)).collect(),
        overdue,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(kind: &str, status: &str, assignee: &str, count: u64, late: u64) -> Tally {
        let [kind, status, assignee] = [kind, status, assignee].map(str::to_owned);
        Tally { kind, status, assignee, count, late }
    }

    #[test]
    fn each_filter_counts_what_it_would_leave_beside_the_others() {
        let all = [
            tally("plb", "submitted", "", 10, 4),
            tally("plb", "underReview", "kari", 3, 1),
            tally("plb", "waitingForApplicant", "kari", 2, 2),
            tally("amateur", "submitted", "", 5, 0),
            tally("amateur", "granted", "ola", 90, 0),
        ];
        let open = super::super::model::open_statuses();
        let query = CaseQuery { statuses: open, kind: Some(Kind::Plb), ..CaseQuery::default() };
        let found = counts(&all, &query);
        assert_eq!((found.total, found.overdue), (15, 5), "the waiting ones are not overdue");
        assert_eq!(found.kinds, [(Kind::Amateur, 5), (Kind::Plb, 15)]);
        assert_eq!(
            found.statuses,
            [(Status::Submitted, 10), (Status::UnderReview, 3), (Status::WaitingForApplicant, 2)]
        );
        assert_eq!(found.assignees, [(String::new(), 10), ("kari".to_owned(), 5)]);
        let limited = CaseQuery { kinds: vec![Kind::Amateur], ..CaseQuery::default() };
        assert_eq!((counts(&all, &limited).total, counts(&all, &limited).kinds.len()), (95, 1));
        let mine = CaseQuery { assignee: Some("kari".to_owned()), ..CaseQuery::default() };
        assert_eq!(counts(&all, &mine).assignees.len(), 3, "the others can be chosen instead");
        assert_eq!(assignees(&all).into_iter().collect::<Vec<_>>(), ["kari"], "ola's are decided");
        let nobodys = CaseQuery { is_unassigned: true, ..CaseQuery::default() };
        assert_eq!(counts(&all, &nobodys).total, 15);
    }
}
