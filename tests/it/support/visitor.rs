//! A browser without a screen: keeps cookies, follows redirects, sends the forms of a page.

use std::collections::BTreeMap;

use super::{Reply, TestApp};

/// Somebody with a browser.
pub struct Visitor<'a> {
    app: &'a TestApp,
    client: reqwest::Client,
    /// Cookies by name, with everything the server said of them.
    pub cookies: BTreeMap<String, String>,
}

impl<'a> Visitor<'a> {
    /// Nobody has signed in yet.
    pub fn new(app: &'a TestApp) -> Self {
        let client =
            reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        Self { app, client: client.build().expect("a client"), cookies: BTreeMap::new() }
    }

    /// Somebody who has signed in at the built-in issuer as this test person.
    pub async fn signed_in(app: &'a TestApp, person: &str) -> Self {
        let mut visitor = Self::new(app);
        visitor.sign_in(person, "/nb").await;
        visitor
    }

    /// Signs in, and ends up at `to`.
    pub async fn sign_in(&mut self, person: &str, to: &str) -> Reply {
        let page = self.get(&format!("/sign-in?to={to}")).await.expect(200);
        let mut fields = hidden(&page.text());
        fields.push(("person".to_owned(), person.to_owned()));
        self.post("/built-in-issuer/authorize", &fields).await
    }

    /// One request, without following where it leads.
    pub async fn request(&mut self, method: &str, path: &str, body: Option<String>) -> Reply {
        let media_type = "application/x-www-form-urlencoded";
        self.request_of(method, path, body.map(|body| (media_type, body.into_bytes()))).await
    }

    /// The cookies as the browser sends them.
    pub fn cookie(&self) -> String {
        let cookie: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={}", value.split(';').next().unwrap_or_default()))
            .collect();
        cookie.join("; ")
    }

    async fn request_of(
        &mut self,
        method: &str,
        path: &str,
        body: Option<(&str, Vec<u8>)>,
    ) -> Reply {
        let cookie = self.cookie();
        let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
        let mut request = self
            .client
            .request(method, format!("{}{path}", self.app.base))
            .header("accept", "text/html")
            .header("cookie", cookie);
        if let Some((media_type, body)) = body {
            request = request.header("content-type", media_type).body(body);
        }
        let answer = request.send().await.expect("an answer");
        let reply = Reply {
            status: answer.status().as_u16(),
            headers: answer.headers().clone(),
            bytes: answer.bytes().await.expect("a whole answer").to_vec(),
        };
        for value in reply.headers.get_all("set-cookie") {
            let text = value.to_str().expect("a text");
            let (name, rest) = text.split_once('=').expect("a cookie");
            if text.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), rest.to_owned());
            }
        }
        reply
    }

    async fn follow(&mut self, mut reply: Reply) -> Reply {
        for _ in 0..8 {
            if !(300..400).contains(&reply.status) {
                return reply;
            }
            let to = reply.header("location").trim_start_matches(&self.app.base).to_owned();
            reply = self.request("GET", &to, None).await;
        }
        panic!("redirects go on and on");
    }

    /// GET, to its end.
    pub async fn get(&mut self, path: &str) -> Reply {
        let reply = self.request("GET", path, None).await;
        self.follow(reply).await
    }

    /// Sends a form with a file in it, to its end.
    pub async fn post_file(
        &mut self,
        path: &str,
        fields: &[(String, String)],
        file: (&str, &[u8]),
    ) -> Reply {
        let media_type = format!("multipart/form-data; boundary={BOUNDARY}");
        let body = Some((media_type.as_str(), multipart(fields, file)));
        let reply = self.request_of("POST", path, body).await;
        self.follow(reply).await
    }

    /// Sends a form, to its end.
    pub async fn post(&mut self, path: &str, fields: &[(String, String)]) -> Reply {
        let body =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let reply = self.request("POST", path, Some(body)).await;
        self.follow(reply).await
    }
}

/// Parts the parts of a form with a file.
pub const BOUNDARY: &str = "----anrop-tests-7f3a";

/// A form with a file in it, in the order of the page, as browsers write it.
pub fn multipart(fields: &[(String, String)], (name, bytes): (&str, &[u8])) -> Vec<u8> {
    let part = |(field, value): &(String, String)| {
        format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n"
        )
    };
    // the buttons stand behind the file
    let is_button = |(field, _): &&(String, String)| field == "deed";
    let before: String = fields.iter().filter(|field| !is_button(field)).map(part).collect();
    let after: String = fields.iter().filter(is_button).map(part).collect();
    let mut body = before.into_bytes();
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(bytes);
    body.extend_from_slice(format!("\r\n{after}--{BOUNDARY}--\r\n").as_bytes());
    body
}

/// Names and values of the hidden fields of a page.
pub fn hidden(page: &str) -> Vec<(String, String)> {
    let pattern = r#"<input type="hidden" name="([^"]+)" value="([^"]*)">"#;
    let pattern = regex::Regex::new(pattern).expect("a pattern");
    let found = pattern.captures_iter(page);
    found
        .map(|one| (one[1].to_owned(), one[2].replace("&#38;", "&").replace("&#61;", "=")))
        .collect()
}

/// The hidden fields of the form that goes to `action`, or that a button of it sends there, with more.
pub fn form(page: &str, action: &str, more: &[(&str, &str)]) -> Vec<(String, String)> {
    // a button elsewhere on the page may belong to a form, too; the fields are in the form itself
    let begins = |(at, _): (usize, &str)| {
        let start = page[..at].rfind("<form")?;
        (!page[start..at].contains("</form>")).then_some(start)
    };
    let start = page
        .match_indices(&format!("action=\"{action}\""))
        .find_map(begins)
        .unwrap_or_else(|| panic!("no form {action}"));
    let end = page[start..].find("</form>").map_or(page.len(), |end| start + end);
    let mut fields = hidden(&page[start..end]);
    fields.retain(|(name, _)| !more.iter().any(|(own, _)| own == name));
    fields.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    fields
}
