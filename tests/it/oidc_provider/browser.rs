//! A browser without a screen that goes between the registry and the provider, with cookies of its own
//! for each.

use std::collections::BTreeMap;

use url::Url;

use super::catch_up;
use crate::support::{Reply, TestApp, visitor::form};

type Cookies = BTreeMap<String, String>;

/// Somebody with a browser.
pub struct Browser<'a> {
    app: &'a TestApp,
    client: reqwest::Client,
    jar: BTreeMap<String, Cookies>,
    at: Url,
    /// What it asks for by `Accept-Language`.
    pub language: String,
}

/// What stands between two texts.
pub fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    let rest = text.split_once(before).unwrap_or_else(|| panic!("no {before} in {text}")).1;
    rest.split_once(after).map_or(rest, |(found, _)| found)
}

fn host(address: &Url) -> String {
    format!("{}:{}", address.host_str().unwrap_or_default(), address.port().unwrap_or_default())
}

impl<'a> Browser<'a> {
    pub fn new(app: &'a TestApp) -> Self {
        let builder =
            reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        Self {
            app,
            client: builder.build().expect("a client"),
            jar: BTreeMap::new(),
            at: Url::parse(&app.base).expect("an address"),
            language: "nb".to_owned(),
        }
    }

    /// The path it has come to.
    pub fn path(&self) -> &str {
        self.at.path()
    }

    /// The cookies of an address.
    pub fn cookies_of(&self, base: &str) -> Cookies {
        let address = Url::parse(base).expect("an address");
        self.jar.get(&host(&address)).cloned().unwrap_or_default()
    }

    /// Takes over somebody's cookies.
    pub fn take(&mut self, base: &str, cookies: Cookies) {
        self.jar.insert(host(&Url::parse(base).expect("an address")), cookies);
    }

    pub fn cookie(&self, base: &str, name: &str) -> Option<String> {
        self.cookies_of(base).get(name).cloned()
    }

    /// One request, without following where it leads.
    pub async fn request(&mut self, method: &str, address: &Url, body: Option<String>) -> Reply {
        self.at = address.clone();
        let jar = self.jar.entry(host(address)).or_default();
        let cookie: Vec<String> =
            jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
        let mut request = self
            .client
            .request(method, address.clone())
            .header("accept", "text/html")
            .header("accept-language", &self.language)
            .header("cookie", cookie.join("; "));
        if let Some(body) = body {
            let media_type = "application/x-www-form-urlencoded";
            request = request.header("content-type", media_type).body(body);
        }
        let answer = request.send().await.expect("an answer");
        let reply = Reply {
            status: answer.status().as_u16(),
            headers: answer.headers().clone(),
            bytes: answer.bytes().await.expect("a whole answer").to_vec(),
        };
        for value in reply.headers.get_all("set-cookie") {
            let text = value.to_str().expect("a text").split(';').next().unwrap_or_default();
            let (name, value) = text.split_once('=').expect("a cookie");
            if value.is_empty() {
                jar.remove(name);
            } else {
                jar.insert(name.to_owned(), value.to_owned());
            }
        }
        reply
    }

    fn next(&self, reply: &Reply) -> Option<Url> {
        let is_redirect = (300..400).contains(&reply.status);
        is_redirect.then(|| self.at.join(reply.header("location")).expect("an address"))
    }

    async fn follow(&mut self, mut reply: Reply) -> Reply {
        for _ in 0..12 {
            let Some(to) = self.next(&reply) else { return reply };
            reply = self.request("GET", &to, None).await;
        }
        panic!("redirects go on and on");
    }

    /// GET, to its end.
    pub async fn get(&mut self, address: &str) -> Reply {
        let address = self.at.join(address).expect("an address");
        let reply = self.request("GET", &address, None).await;
        self.follow(reply).await
    }

    /// Sends the form of a page that goes to `action`, to its end.
    pub async fn post_form(&mut self, page: &str, action: &str, more: &[(&str, &str)]) -> Reply {
        let fields = if page.contains("type=\"hidden\" name=\"csrf\"") {
            form(page, action, more)
        } else {
            let mut fields: Vec<(String, String)> = ["xsrf"]
                .iter()
                .map(|name| ((*name).to_owned(), between(page, "value=\"", "\"").to_owned()))
                .collect();
            fields.extend(more.iter().map(|(name, value)| ((*name).into(), (*value).into())));
            fields
        };
        let reply = self.send(action, &fields).await;
        self.follow(reply).await
    }

    async fn send(&mut self, action: &str, fields: &[(String, String)]) -> Reply {
        let body =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let address = self.at.join(action).expect("an address");
        self.request("POST", &address, Some(body)).await
    }

    /// Asks to sign in; answers where the browser is sent.
    pub async fn begin(&mut self, provider: &str, to: &str) -> String {
        catch_up(self.app);
        let address = format!("{}/sign-in?provider={provider}&to={to}", self.app.base);
        let address = Url::parse(&address).expect("an address");
        let reply = self.request("GET", &address, None).await.expect(303);
        reply.header("location").to_owned()
    }

    /// Signs in at the provider; answers the address it sends the browser back to, which is not followed.
    pub async fn way_back(
        &mut self,
        provider: &str,
        to: &str,
        person: &str,
        level: Option<&str>,
    ) -> String {
        let address = self.begin(provider, to).await;
        self.get(&address).await.expect(200);
        let mut fields = vec![("login".to_owned(), person.to_owned())];
        fields.extend(level.map(|level| ("acr".to_owned(), level.to_owned())));
        let here = self.at.to_string();
        let mut reply = self.send(&here, &fields).await;
        let callback = format!("{}/sign-in/callback", self.app.base);
        loop {
            let to = self.next(&reply).expect("it leads back");
            if to.as_str().starts_with(&callback) {
                return to.to_string();
            }
            reply = self.request("GET", &to, None).await;
        }
    }

    /// Signs in, to the page that comes of it.
    pub async fn sign_in(
        &mut self,
        provider: &str,
        to: &str,
        person: &str,
        level: Option<&str>,
    ) -> Reply {
        let back = self.way_back(provider, to, person, level).await;
        catch_up(self.app);
        self.get(&back).await
    }

    /// Thinks better of it at the provider.
    pub async fn break_off(&mut self, provider: &str, to: &str) -> Reply {
        let address = self.begin(provider, to).await;
        self.get(&address).await.expect(200);
        let here = self.at.to_string();
        let reply = self.send(&here, &[("abort".to_owned(), "1".to_owned())]).await;
        self.follow(reply).await
    }
}
