//! What keeps the pages from being turned against those who use them, each by name: sessions, forms of
//! other sites, frames, scripts, redirects, cookies, hosts and methods. The loops go over every page there
//! is, so a new one is looked at without anybody thinking of it.

use anrop::{
    http::access,
    identity::{
        Caller, Role, ended,
        session::{Length, Session},
    },
    values::{
        national_id::{NationalId, NationalIdRule},
        organisation_number::OrganisationNumber,
    },
    web,
};
use chrono::TimeDelta;
use serde_json::json;

use crate::{
    letters::{filed, refused_kari},
    support::{Reply, TestApp, Visitor, Who, people, test_app::on_postgres, visitor::form},
};

const DESK: &str = "/nb/rescue-desk";
const SESSION: &str = "anrop-session";
const OLD_FORM: &str = "Siden var for gammel";

/// A caller as a sign-in would make it.
fn caller(who: &Who) -> Caller {
    let ticket = &who.0;
    let national_id = ticket.national_id.as_ref();
    let organisation = ticket.organisation.as_ref();
    Caller {
        subject: ticket.subject.clone(),
        roles: ticket.roles.clone(),
        scopes: access::scopes_of(&ticket.roles),
        national_id: national_id
            .map(|id| NationalId::parse(id, NationalIdRule::Current).expect("an id")),
        organisation: organisation
            .map(|number| OrganisationNumber::parse(number).expect("a number")),
    }
}

/// The cookie of somebody who is signed in.
fn session(app: &TestApp, who: &Who) -> String {
    let now = app.app.clock().now();
    Session::begin(&caller(who), now).seal(&app.app.keys())
}

/// Somebody's browser, signed in.
pub fn signed_in<'a>(app: &'a TestApp, who: &Who) -> Visitor<'a> {
    let mut visitor = Visitor::new(app);
    visitor.cookies.insert(SESSION.to_owned(), session(app, who));
    visitor
}

/// What stands in addresses, all of the person's own.
pub struct Things {
    pub case: String,
    pub permit: String,
    pub letter: String,
    pub draft: String,
}

/// Makes one thing of each kind for a person; the case is refused and has a letter.
pub async fn things_of(app: &TestApp, n: u64) -> Things {
    let who = Who::person(n);
    let case = crate::letters::refused(app, n).await;
    let letters = crate::letters::letters(app, &who).await;
    let decided = crate::kinds::shared::granted(app, "plb", &who, &other_beacon(n)).await;
    let begun = app.post("/v1/plb/drafts", &who, &json!({ "application": {} })).await.expect(201);
    let text = |value: &serde_json::Value| value.as_str().expect("an id").to_owned();
    Things {
        case: case.trim_start_matches("/v1/cases/").to_owned(),
        permit: text(&decided["permitId"]),
        letter: text(&letters[0]["id"]),
        draft: text(&begun.json()["id"]),
    }
}

/// Another beacon than the one of the first application.
fn other_beacon(n: u64) -> serde_json::Value {
    let mut application = people::plb_application(n);
    application["beacon"]["serial"] = json!(12_000 + n);
    application
}

impl Things {
    /// A page's address with these in the places of its parameters.
    pub fn fill(&self, path: &str) -> String {
        let before = |name: &str| path.contains(&format!("/{name}/:"));
        let id = match () {
            () if before("cases") || before("receipts") => &self.case,
            () if before("permits") => &self.permit,
            () if before("letters") => &self.letter,
            () if before("drafts") => &self.draft,
            () => "00000000-0000-7000-8000-000000000000",
        };
        let part = |part: &str| match part {
            ":id" => id.to_owned(),
            ":kind" => "plb".to_owned(),
            ":step" => "1".to_owned(),
            ":callSign" => "LA1XYZ".to_owned(),
            part if part.starts_with(':') => "999999999".to_owned(),
            part => part.to_owned(),
        };
        let parts: Vec<String> = path.split('/').map(part).collect();
        format!("/nb{}", parts.join("/"))
    }
}

/// Everybody who signs in to pages, the holder of the things first.
fn everybody() -> Vec<Who> {
    let mut all = vec![Who::person(1)];
    all.extend(Role::ALL[2..].iter().map(|role| Who::role(*role)));
    all
}

async fn send(visitor: &mut Visitor<'_>, path: &str, fields: &[(&str, &str)]) -> Reply {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    visitor.request("POST", path, Some(body)).await
}

fn csrf_of(app: &TestApp, visitor: &Visitor<'_>) -> String {
    let text = visitor.cookies[SESSION].split(';').next().unwrap_or_default().to_owned();
    let now = app.app.clock().now();
    let session = Session::open(&app.app.keys(), &text, now).expect("a session");
    session.csrf().to_owned()
}

#[tokio::test]
async fn session_fixation() {
    let app = TestApp::start_at_own_address().await;
    let mut attacker = Visitor::signed_in(&app, "OLA").await;
    let planted = attacker.cookies[SESSION].clone();
    let mut victim = Visitor::new(&app);
    victim.cookies.insert(SESSION.to_owned(), planted.clone());
    let before = csrf_of(&app, &victim);
    victim.sign_in("RESCUE", DESK).await.expect(200);
    assert_ne!(victim.cookies[SESSION], planted);
    assert_ne!(csrf_of(&app, &victim), before);
    // what was planted has gained nothing, and is over
    assert_eq!(attacker.request("GET", DESK, None).await.status, 303);
    // nor has what was made up, cut off or taken from the way to the provider
    let mut other = Visitor::new(&app);
    other.request("GET", "/sign-in?to=/nb/rescue-desk", None).await.expect(303);
    let attempt = other.cookies["anrop-sign-in"].clone();
    let sealed = victim.cookies[SESSION].split(';').next().unwrap_or_default().to_owned();
    for value in [attempt.as_str(), "", "x", &sealed[..sealed.len() - 4], &sealed.to_lowercase()] {
        let mut forger = Visitor::new(&app);
        forger.cookies.insert(SESSION.to_owned(), value.to_owned());
        assert_eq!(forger.request("GET", DESK, None).await.status, 303);
    }
    app.finish().await;
}

#[tokio::test]
async fn forms_of_other_sites() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let things = things_of(&app, 1).await;
    let (mut foreign, mut open) = (Vec::new(), Vec::new());
    let mut addresses = web::addresses();
    // what takes a thing away comes last
    addresses.sort_by_key(|path| path.ends_with("/delete"));
    for path in addresses {
        let address = things.fill(path);
        let mut nobody = Visitor::new(&app);
        let reply = send(&mut nobody, &address, &[("csrf", "x")]).await;
        if ![303, 403, 404, 405].contains(&reply.status) {
            // sent by anybody, and not in the name of whoever is signed in
            open.push(path);
            continue;
        }
        let mut is_guarded = false;
        for who in everybody() {
            let mut visitor = signed_in(&app, &who);
            let reply = send(&mut visitor, &address, &[("csrf", "x")]).await;
            if [404, 405].contains(&reply.status) && who.0.roles == [Role::Person] {
                break; // takes no form
            }
            if reply.status == 403 && reply.text().contains(OLD_FORM) {
                is_guarded = true;
                let others = csrf_of(&app, &signed_in(&app, &who));
                for fields in [vec![], vec![("csrf", "")], vec![("csrf", others.as_str())]] {
                    let reply = send(&mut visitor, &address, &fields).await;
                    assert_eq!(reply.status, 403, "{address}");
                    assert!(reply.text().contains(OLD_FORM), "{address}: {}", reply.text());
                }
                // the token is what was wrong: with it the form is read
                let own = csrf_of(&app, &visitor);
                let reply = send(&mut visitor, &address, &[("csrf", &own)]).await;
                assert!(!reply.text().contains(OLD_FORM), "{address}");
                let body = Some(format!("csrf={own}"));
                let headers = [
                    ("cookie", format!("{SESSION}={}", session(&app, &who))),
                    ("sec-fetch-site", "cross-site".to_owned()),
                    ("content-type", "application/x-www-form-urlencoded".to_owned()),
                ];
                let headers: Vec<(&str, &str)> =
                    headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
                let bytes = body.as_ref().map(String::as_bytes);
                let reply = app.send_raw("POST", &address, None, &headers, bytes).await;
                assert_eq!(reply.status, 403, "{address} from another site");
                break;
            }
            // whoever may not send it changes nothing; the others must be asked for the token
            assert!([303, 403].contains(&reply.status), "{address} took it: {}", reply.text());
        }
        if is_guarded {
            foreign.push(path);
        }
    }
    open.sort_unstable();
    assert_eq!(open, ["/document-access", "/interference-reports"]);
    for known in
        ["/rescue-desk", "/my-page/me", "/my-page/acting", "/letters/:id/appeal", "/apply/:kind"]
    {
        assert!(foreign.contains(&known), "{known} is not among {foreign:?}");
    }
    assert!(foreign.len() >= 17, "{foreign:?}");
    // signing out
    let mut visitor = signed_in(&app, &Who::person(1));
    let reply = send(&mut visitor, "/sign-out", &[("csrf", "x")]).await;
    assert!(reply.headers.get("set-cookie").is_none());
    assert_eq!(app.count("SELECT count(*) AS n FROM ended_session").await, 0);
    visitor.request("GET", "/nb/my-page", None).await.expect(200);
    app.finish().await;
}

/// What a page says when a form came after its session was over.
const SESSION_OVER: &str = "Økten var over";

#[tokio::test]
async fn what_was_written_when_a_session_ended_is_not_lost() {
    const WRITTEN: &str = "Senderen er ikke merket.\nSe <vedlegget>.";
    const SHOWN: &str = "Senderen er ikke merket.\nSe &#60;vedlegget&#62;.";
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let case = filed(&app, 1, "nb").await.replace("/v1/", "/nb/casework/");
    let deed = format!("{case}/deed");
    let mut desk = Visitor::signed_in(&app, "CASEWORKER").await;
    let page = desk.get(&case).await.expect(200).text();
    let typed =
        form(&page, &deed, &[("deed", "decide"), ("outcome", "refused"), ("grounds", WRITTEN)]);
    app.clock.advance(Length::USUAL.idle + TimeDelta::minutes(1));
    let over = desk.post(&deed, &typed).await.expect(403).text();
    assert!(over.contains(SESSION_OVER) && over.contains("i en halv time"), "{over}");
    // the way back is to the page, not to where the form went
    let back: String = url::form_urlencoded::byte_serialize(case.as_bytes()).collect();
    assert!(over.contains(&format!("href=\"/sign-in?to={back}\"")), "{over}");
    // nor is it lost to whoever signs in elsewhere and sends the form they have still open
    let anew = desk.sign_in("CASEWORKER", &case).await.expect(200).text();
    assert!(anew.contains("id=\"left\"") && anew.contains(SHOWN), "{anew}");
    let old = desk.post(&deed, &typed).await.expect(403).text();
    assert!(old.contains(OLD_FORM) && old.contains(SHOWN), "{old}");
    assert_eq!(app.count("SELECT count(*) AS n FROM decision").await, 0);
    // once it has come with a form it is the page's, and no more the browser's
    let anew = desk.get(&case).await.expect(200).text();
    let stays = form(&anew, &deed, &[("deed", "stay"), ("grounds", WRITTEN)]);
    assert!(desk.post(&deed, &stays).await.expect(200).text().contains(SHOWN));
    let anew = desk.get(&case).await.expect(200).text();
    assert!(!anew.contains("id=\"left\"") && !anew.contains(SHOWN), "{anew}");

    // the same of a form with a file, and of whatever else takes forms
    let things = things_of(&app, 2).await;
    let fields = [("csrf", "x"), ("text", WRITTEN)];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let mut nobody = Visitor::new(&app);
    let appeal = things.fill("/my-page/cases/:id/appeal");
    let sent = nobody.post_file(&appeal, &fields, ("bilde.png", b"\x89PNG")).await.expect(403);
    assert!(sent.text().contains(SESSION_OVER) && sent.text().contains(SHOWN), "{}", sent.text());
    let link = regex::Regex::new(r#"href="/sign-in\?to=([^"]+)""#).expect("a pattern");
    let mut pages = 0;
    for path in web::addresses() {
        let address = things.fill(path);
        let reply = send(&mut nobody, &address, &[("csrf", "x"), ("text", WRITTEN)]).await;
        if reply.status != 403 {
            continue; // takes no form, or takes it from anybody
        }
        let text = reply.text();
        assert!(text.contains(SESSION_OVER) && text.contains(SHOWN), "{address}: {text}");
        let to = format!("to={}", &link.captures(&text).expect("a way to the sign-in")[1]);
        let (_, to) = url::form_urlencoded::parse(to.as_bytes()).next().expect("a page");
        let open = nobody.request("GET", &to, None).await;
        assert!([200, 303].contains(&open.status), "{address} leads to {to}: {}", open.status);
        pages += 1;
    }
    assert!(pages >= 25, "{pages}");
    app.finish().await;
}

#[tokio::test]
async fn frames_scripts_and_what_browsers_keep() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let things = things_of(&app, 1).await;
    let mut pages = 0;
    for path in web::addresses() {
        let address = things.fill(path);
        let open = Visitor::new(&app).request("GET", &address, None).await;
        let is_personal = open.status == 303 && open.header("location").starts_with("/sign-in");
        looked_at(&address, &open);
        for who in everybody().iter().filter(|_| is_personal) {
            let reply = signed_in(&app, who).request("GET", &address, None).await;
            looked_at(&address, &reply);
            assert_eq!(reply.header("cache-control"), "no-store", "{address}");
            pages += usize::from(reply.status == 200);
        }
    }
    assert!(pages >= 20, "{pages}");
    for address in
        ["/sign-in", "/sign-in/callback?code=x&state=y", "/nowhere", "/docs", "/problems"]
    {
        looked_at(address, &Visitor::new(&app).request("GET", address, None).await);
    }
    app.finish().await;
}

/// One answer: no frame, no script but our own files, nothing guessed.
fn looked_at(address: &str, reply: &Reply) {
    assert!(reply.status < 500, "{address}: {}", reply.status);
    assert_eq!(reply.header("x-frame-options"), "DENY", "{address}");
    assert_eq!(reply.header("x-content-type-options"), "nosniff", "{address}");
    assert_eq!(reply.header("referrer-policy"), "no-referrer", "{address}");
    let policy = reply.header("content-security-policy");
    for needed in
        ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"]
    {
        assert!(policy.split("; ").any(|part| part == needed), "{address}: {policy}");
    }
    for unsafe_word in ["unsafe-", "data: script", " *", "http:", "https:", "'nonce", "blob:"] {
        assert!(!policy.contains(unsafe_word), "{address}: {policy}");
    }
    if reply.header("content-type").starts_with("text/html") {
        let page = reply.text();
        let inline = regex::Regex::new(r"(?i)<[a-z][^>]*\s(on[a-z]+|style)\s*=|<style|javascript:");
        let found = inline.expect("a pattern").find(&page).map(|found| found.as_str().to_owned());
        assert_eq!(found, None, "{address}");
        for script in page.match_indices("<script") {
            assert!(page[script.0..].starts_with("<script src=\"/assets/"), "{address}");
        }
    }
}

#[tokio::test]
async fn open_redirects() {
    let app = TestApp::start_at_own_address().await;
    let bad = [
        "//example.com/x",
        "https://example.com/x",
        "/\\example.com",
        "\\\\example.com",
        "javascript:alert(1)",
        "%2F%2Fexample.com",
        "/%2Fexample.com",
        "/%5Cexample.com",
        "/\t/example.com",
        "/nb/%0d%0aSet-Cookie:%20x=y",
        "//example.com\\@127.0.0.1",
        "data:text/html,x",
    ];
    let is_ours = |location: &str| {
        let own = location.strip_prefix(&app.base).unwrap_or(location);
        own.starts_with('/') && !own.starts_with("//") && !own.starts_with("/\\")
    };
    for to in bad {
        let query: String = url::form_urlencoded::byte_serialize(to.as_bytes()).collect();
        for query in [query.as_str(), to] {
            if query.contains(['\t', '\\']) {
                continue; // no address a client would send so
            }
            let mut visitor = Visitor::new(&app);
            let page = visitor.get(&format!("/sign-in?to={query}")).await.expect(200);
            let path = "/built-in-issuer/authorize";
            let fields = form(&page.text(), path, &[("person", "RESCUE")]);
            let body =
                url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
            let back = visitor.request("POST", path, Some(body)).await.expect(303);
            let back = back.header("location").trim_start_matches(&app.base).to_owned();
            let signed = visitor.request("GET", &back, None).await.expect(303);
            assert_eq!(signed.header("location"), "/", "{to}");
        }
    }
    // other parameters and odd paths lead nowhere else
    for path in [
        "/?to=//example.com",
        "/?lang=//example.com&return_to=//example.com&next=//example.com",
        "//example.com/",
        "/nb//example.com/",
        "/nb/call-signs/?x=//example.com",
        "/nb/%2F%2Fexample.com/",
        "/call-signs/%2F%2Fexample.com",
    ] {
        let reply = Visitor::new(&app).request("GET", path, None).await;
        let location = reply.header("location");
        assert!(location.is_empty() || is_ours(location), "{path}: {location}");
    }
    app.finish().await;
}

#[tokio::test]
async fn flags_of_cookies() {
    let app = TestApp::start_told(|settings, _| {
        settings.public_url = "https://anrop.example.no".to_owned();
    })
    .await;
    let who = Who::role(Role::Rescue);
    let cookie = format!("__Host-{SESSION}={}", session(&app, &who));
    app.clock.advance(TimeDelta::minutes(30));
    let headers = [("cookie", cookie.as_str()), ("accept", "text/html")];
    let used = app.send("GET", DESK, None, &headers, None).await.expect(200);
    let given = used.header("set-cookie");
    assert!(given.starts_with(&format!("__Host-{SESSION}=")), "{given}");
    for part in ["HttpOnly", "SameSite=Lax", "Path=/", "Secure"] {
        assert!(given.split("; ").any(|own| own == part), "{part}: {given}");
    }
    assert!(!given.contains("Domain"), "{given}");
    // one without the prefix, as another host of the domain could plant it, is not looked at
    let planted = cookie.trim_start_matches("__Host-").to_owned();
    let headers = [("cookie", planted.as_str()), ("accept", "text/html")];
    assert_eq!(no_redirect(&app, DESK, &headers).await, 303);
    app.finish().await;
    // without TLS, as in the demo, the same but what only TLS can have
    let app = TestApp::start_at_own_address().await;
    let mut visitor = Visitor::new(&app);
    visitor.request("GET", "/sign-in?to=/nb", None).await.expect(303);
    let attempt = visitor.cookies["anrop-sign-in"].clone();
    visitor.sign_in("RESCUE", DESK).await.expect(200);
    for given in [&attempt, &visitor.cookies[SESSION]] {
        for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(given.contains(part), "{given}");
        }
        assert!(!given.contains("Domain") && !given.contains("Secure"), "{given}");
    }
    app.finish().await;
}

async fn no_redirect(app: &TestApp, path: &str, headers: &[(&str, &str)]) -> u16 {
    let builder = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    let mut request = builder.build().expect("a client").get(format!("{}{path}", app.base));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.expect("an answer").status().as_u16()
}

#[tokio::test]
async fn a_session_that_was_signed_out_of_is_over_everywhere() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let mut visitor = Visitor::signed_in(&app, "RESCUE").await;
    let kept = visitor.cookies.clone();
    let mut other = Visitor::signed_in(&app, "RESCUE").await;
    let page = visitor.get(DESK).await.expect(200).text();
    visitor.post("/sign-out", &form(&page, "/sign-out", &[])).await;
    assert!(visitor.cookies.is_empty());
    visitor.cookies = kept;
    assert_eq!(visitor.request("GET", DESK, None).await.status, 303, "the cookie is worthless");
    other.request("GET", DESK, None).await.expect(200);
    assert_eq!(app.count("SELECT count(*) AS n FROM ended_session").await, 1);
    if on_postgres() {
        let neighbour = app.neighbour().await;
        let value = visitor.cookies[SESSION].split(';').next().unwrap_or_default();
        let cookie = format!("{SESSION}={value}");
        neighbour.read_ended_sessions().await;
        let status = neighbour.status_with_cookie(DESK, &cookie).await;
        assert_eq!(status, 303, "another process knows it too");
        neighbour.finish().await;
    }
    // when it would have ended by itself nothing is kept of it
    app.clock.advance(Length::WATCH.longest + TimeDelta::minutes(1));
    ended::refresh(&app.app).await.expect("reads");
    assert_eq!(app.count("SELECT count(*) AS n FROM ended_session").await, 0);
    app.finish().await;
}

#[tokio::test]
async fn who_signs_in_again_has_one_session() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let mut visitor = Visitor::signed_in(&app, "KARI").await;
    let copy = visitor.cookies.clone();
    // broken off, nothing has changed
    visitor.request("GET", "/sign-in?to=/nb", None).await.expect(303);
    visitor.request("GET", "/sign-in/callback?state=x&code=x", None).await.expect(401);
    visitor.request("GET", "/nb/my-page", None).await.expect(200);
    assert_eq!(app.count("SELECT count(*) AS n FROM ended_session").await, 0);

    visitor.sign_in("RESCUE", DESK).await.expect(200);
    let mut thief = Visitor::new(&app);
    thief.cookies = copy;
    let old = thief.request("GET", "/nb/my-page", None).await;
    assert_eq!(old.status, 303, "the session of before is over");
    visitor.request("GET", DESK, None).await.expect(200);
    assert_eq!(app.count("SELECT count(*) AS n FROM ended_session").await, 1);
    app.finish().await;
}

#[tokio::test]
async fn a_session_ends_unused_and_at_its_longest_and_a_watch_outlasts_both() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let (idle, longest) = (Length::USUAL.idle, Length::USUAL.longest);
    let mut unused = signed_in(&app, &Who::person(1));
    let mut used = signed_in(&app, &Who::person(1));
    let mut officer = Visitor::new(&app);
    officer.sign_in("RESCUE", DESK).await.expect(200);
    let mine = "/nb/my-page";
    let mut passed = TimeDelta::zero();
    while passed + idle / 2 < longest {
        app.clock.advance(idle / 2);
        passed += idle / 2;
        assert_eq!(used.request("GET", mine, None).await.status, 200, "after {passed}");
        if passed >= idle {
            assert_eq!(unused.request("GET", mine, None).await.status, 303, "after {passed}");
        }
    }
    app.clock.advance(idle / 2);
    assert_eq!(used.request("GET", mine, None).await.status, 303, "however much it was used");
    // a watch of twelve hours in which nothing happens
    app.clock.advance(TimeDelta::hours(12) - passed - idle / 2);
    officer.request("GET", DESK, None).await.expect(200);
    app.clock.advance(TimeDelta::hours(1));
    assert_eq!(officer.request("GET", DESK, None).await.status, 303);
    app.finish().await;
}

#[tokio::test]
async fn methods_in_disguise() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let things = things_of(&app, 1).await;
    let who = Who::person(1);
    let draft = format!("/v1/drafts/{}", things.draft);
    for header in ["x-http-method-override", "x-http-method", "x-method-override"] {
        let headers = [(header, "DELETE")];
        let path = format!("{draft}?_method=DELETE");
        app.send("POST", &path, Some(&who), &headers, None).await.expect(405);
        app.send("GET", &draft, Some(&who), &headers, None).await.expect(200);
    }
    let mut visitor = signed_in(&app, &who);
    let csrf = csrf_of(&app, &visitor);
    let delete = things.fill("/drafts/:id/delete");
    for path in [format!("{delete}?csrf={csrf}"), format!("{delete}?_method=POST&csrf={csrf}")] {
        let reply = visitor.request("GET", &path, None).await;
        assert!(reply.status >= 400, "{path}: {}", reply.status);
    }
    for method in ["TRACE", "CONNECT", "TRACK", "PUT", "DELETE"] {
        if method == "CONNECT" {
            continue; // no client sends it to an origin
        }
        let reply = visitor.request(method, &things.fill("/my-page/me"), None).await;
        assert_eq!(reply.status, 405, "{method}");
        assert!(!reply.text().contains(SESSION), "nothing is sent back: {method}");
    }
    app.get(&draft, &who).await.expect(200);
    app.finish().await;
}

/// What a page behind sign-in does not know is refused in words, as on the public pages.
#[tokio::test]
async fn parameters_nobody_reads() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let things = things_of(&app, 1).await;
    let mut refused = 0;
    for path in web::addresses() {
        // an officer on watch is never kept from the desk by an address
        let expected = if path == web::desk::PATH { 200 } else { 400 };
        let address = things.fill(path);
        if Visitor::new(&app).request("GET", &address, None).await.status != 303 {
            continue; // open to everybody, or for forms only
        }
        for who in everybody() {
            let mut visitor = signed_in(&app, &who);
            if visitor.request("GET", &address, None).await.status != 200 {
                continue;
            }
            let wrong = format!("{address}?fremmed=1");
            let reply = visitor.request("GET", &wrong, None).await;
            assert_eq!(reply.status, expected, "{wrong}: {}", reply.text());
            assert!(expected == 200 || reply.text().contains("«fremmed»"), "{wrong}");
            let tracked = format!("{address}?utm_source=x");
            assert_eq!(visitor.request("GET", &tracked, None).await.status, 200, "{tracked}");
            refused += usize::from(expected == 400);
        }
    }
    assert!(refused >= 20, "{refused}");
    // nor does a character get to the database that one of the two does not take
    let mut desk = signed_in(&app, &Who::role(Role::Caseworker));
    let reply = desk.request("GET", "/nb/casework?assignee=a%00b", None).await;
    assert_eq!(reply.status, 400, "{}", reply.text());
    assert!(reply.text().contains("U+0000"), "{}", reply.text());
    app.finish().await;
}

#[tokio::test]
async fn hosts_that_are_not_ours() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let things = things_of(&app, 1).await;
    let cookie = format!("{SESSION}={}", session(&app, &Who::person(1)));
    let evil = "kapret.example.com";
    let headers = [
        ("host", evil),
        ("x-forwarded-host", evil),
        ("x-original-host", evil),
        ("forwarded", "host=kapret.example.com;proto=https"),
        ("x-forwarded-proto", "gopher"),
        ("cookie", cookie.as_str()),
        ("accept", "text/html"),
    ];
    let builder = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    let client = builder.build().expect("a client");
    let mut addresses: Vec<String> =
        web::addresses().into_iter().map(|path| things.fill(path)).collect();
    addresses.extend(
        ["/", "/call-signs", "/sign-in?to=/nb", "/nb/", "/feed.atom", "/v1/catalog", "/robots.txt"]
            .map(str::to_owned),
    );
    for address in addresses {
        let mut request = client.get(format!("{}{address}", app.base));
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let answer = request.send().await.expect("an answer");
        let told = format!("{:?}", answer.headers());
        assert!(!told.contains(evil), "{address}: {told}");
        let body = answer.bytes().await.expect("whole");
        assert!(!String::from_utf8_lossy(&body).contains(evil), "{address}");
    }
    app.finish().await;
}

#[tokio::test]
async fn a_letter_and_a_receipt_are_for_nobody_on_the_way_to_keep() {
    let app = TestApp::start_at_own_address().await;
    app.waive_deliveries();
    let (kari, letter) = refused_kari(&app).await;
    let case = filed(&app, 2, "nb").await;
    for (who, path) in [(&kari, letter.as_str()), (&Who::person(2), case.as_str())] {
        let reply = app.get(path, who).await;
        if reply.status == 200 {
            assert_eq!(reply.header("cache-control"), "no-store", "{path}");
        }
    }
    for path in ["/v1/me", "/v1/cases", "/v1/permits", "/v1/letters", "/v1/drafts"] {
        let reply = app.get(path, &Who::person(2)).await;
        assert!([200, 404].contains(&reply.status), "{path}");
        assert_eq!(reply.header("cache-control"), "no-store", "{path}");
    }
    app.finish().await;
}
