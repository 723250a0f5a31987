//! The made-up year holds what the demo promises.

use std::{collections::BTreeMap, sync::Arc};

use super::*;
use crate::{
    case::{lifecycle::Status as CaseStatus, store as cases},
    fee,
    identity::Sight,
    permit::{
        kind::{KINDS, Kind},
        lifecycle::Status,
        model::Permit,
        store,
    },
};

async fn made(folder: &Path) -> App {
    let settings = settings("127.0.0.1:0".parse().unwrap(), folder).unwrap();
    let clock = Arc::new(ManualClock::new(history::begin(SystemClock.now())));
    let keys = KeyRing::generate(SystemClock.now(), Origin::Demo);
    let shared = Arc::clone(&clock) as Arc<dyn crate::clock::Clock>;
    let app = App::new(Parts { settings, clock: shared, keys }).await.unwrap();
    app.db().migrate(Migration::Up).await.unwrap();
    history::make(&app, &clock).await.unwrap();
    app
}

async fn permits(app: &App) -> Vec<Permit> {
    let mut all: Vec<Permit> = Vec::new();
    loop {
        let after = all.last().map(|permit| permit.id.0);
        let query = store::PermitQuery::default();
        let (page, _) = store::list(app.db().read(), Sight::All, query, after, 500).await.unwrap();
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

async fn cases_of(app: &App, kind: Option<Kind>, status: CaseStatus) -> u64 {
    let query = cases::CaseQuery { statuses: vec![status], kind, ..cases::CaseQuery::default() };
    cases::list(app.db().read(), Sight::All, &query, 1).await.unwrap().1
}

#[tokio::test]
async fn the_year_has_permits_and_cases_of_every_kind_in_their_states() {
    let folder = tempfile::tempdir().unwrap();
    let app = made(folder.path()).await;
    let permits = &permits(&app).await;
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for permit in permits {
        *counts.entry((permit.kind.as_str(), permit.status.code())).or_default() += 1;
    }
    let count = |kind: Kind, status: Status| {
        counts.get(&(kind.as_str(), status.code())).copied().unwrap_or_default()
    };
    for any in KINDS {
        let kind = any.kind();
        assert!(count(kind, Status::Active) >= 3, "{kind}: {counts:?}");
        for status in [Status::Suspended, Status::Revoked, Status::Surrendered] {
            assert!(count(kind, status) >= 1, "{kind} {}: {counts:?}", status.code());
        }
        let handed = count(kind, Status::Transferred) >= 1;
        assert_eq!(handed, any.transferable(), "{kind}: {counts:?}");
        let mut open = 0;
        for status in CaseStatus::ALL.into_iter().filter(|status| status.is_open()) {
            open += cases_of(&app, Some(kind), status).await;
        }
        assert!(open >= 1, "{kind} has no open case");
    }
    for kind in [Kind::Aircraft, Kind::Amateur, Kind::Spectrum, Kind::Transmitter] {
        assert!(count(kind, Status::Expired) >= 1, "{kind}: {counts:?}");
    }
    for status in CaseStatus::ALL {
        assert!(cases_of(&app, None, status).await >= 1, "no case is {}", status.code());
    }
    let holders: std::collections::BTreeSet<_> = permits.iter().map(|p| p.holder.0).collect();
    assert!(holders.len() >= 500, "{} holders", holders.len());
    let signs = permits.iter().filter_map(|permit| permit.call_sign).count();
    assert!(signs >= 780, "{signs} call signs, and 20 set aside");
    let beacons = permits.iter().filter(|permit| permit.kind == Kind::Plb).count();
    assert!(beacons >= 200, "{beacons} beacon permits");
    let query = fee::store::LineQuery::default();
    let lines = fee::store::list(app.db().read(), Sight::All, &query, 1).await.unwrap().1;
    assert!(lines > 500, "{lines} invoice lines");
    supervision_has_cases_in_their_states(&app).await;
    a_provider_owes_a_report(&app, permits);

    take_up(&app, folder.path()).await.expect("what this version made it reads");
    app.db()
        .write(|tx| async move {
            let mut older = store::lock(&tx, Sight::All, permits[0].id).await?;
            older.details = serde_json::json!({ "written": "by another version" });
            older.version += 1;
            store::update(&tx, &older).await
        })
        .await
        .unwrap();
    let told = take_up(&app, folder.path()).await.expect_err("it does not read back");
    let place = folder.path().display().to_string();
    for part in ["another version", "Delete the folder", "--data", &place] {
        assert!(told.contains(part), "{told}");
    }
}

fn a_provider_owes_a_report(app: &App, permits: &[Permit]) {
    use chrono::Datelike as _;
    let last = crate::values::calendar::oslo_date(app.clock().now()).year() - 1;
    let owes = permits.iter().any(|permit| {
        permit.kind == Kind::Numbering
            && permit.status.is_live()
            && permit.validity.from().year() <= last
            && crate::utilisation::actions::reports(
                permit.details["resourceType"].as_str().unwrap_or_default(),
                last,
            )
    });
    assert!(owes, "nobody reports on {last}");
}

async fn supervision_has_cases_in_their_states(app: &App) {
    use crate::supervision::{self, lifecycle::Status};
    let now = app.clock().now();
    let connection = app.db().read();
    let reports = crate::interference::store::groups(connection, now).await.unwrap();
    assert!(reports.iter().any(|group| group.rings), "an alarm waits");
    let today = now.date_naive();
    let told = crate::interference::store::tallies(connection, today).await.unwrap();
    assert!(told.iter().any(|tally| tally.count.is_some()), "enough for the statistics");
    let query = supervision::store::CaseQuery::default();
    let (cases, _) = supervision::store::list(connection, &query, 50).await.unwrap();
    for status in [Status::Open, Status::Ordered, Status::Fined, Status::Closed] {
        assert!(
            cases.iter().any(|kept| kept.case.status == status),
            "no case is {}",
            status.code()
        );
    }
}

#[tokio::test]
async fn the_walk_of_the_readme_is_the_one_the_demo_prints() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings("127.0.0.1:8080".parse().unwrap(), folder.path()).unwrap();
    let keys = KeyRing::generate(SystemClock.now(), Origin::Demo);
    let app = App::new(Parts { settings, clock: Arc::new(SystemClock), keys }).await.unwrap();
    let steps = walk::steps(&app, &people::all(&app).unwrap()).unwrap();
    let (begin, end) = ("<!-- walk: made by the tests -->\n", "<!-- end of walk -->");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(path).unwrap();
    let from = readme.find(begin).expect("the walk's place") + begin.len();
    let until = from + readme[from..].find(end).expect("the end of the walk");
    let walk = format!("```bash\n. data/demo/people.sh\n{steps}```\n");
    if readme[from..until] != walk {
        let fresh = format!("{}{walk}{}", &readme[..from], &readme[until..]);
        let kept = std::env::temp_dir().join("anrop-readme.md");
        std::fs::write(&kept, fresh).unwrap();
        panic!("the README's walk is not the demo's; cp {} README.md", kept.display());
    }
}
