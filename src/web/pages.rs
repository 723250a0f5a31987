//! The few pages there are so far, as accessible HTML without scripts; every text is escaped.

use std::fmt::Write as _;

use serde_json::Value;

use crate::{failure::Problem, http::problem, permit::wire::Verification};

/// Escapes text for HTML.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

fn page(language: &str, title: &str, main: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title} – anrop</title>\n<link rel=\"stylesheet\" href=\"/assets/document.css\">\n\
         </head>\n<body>\n<main>\n<h1>{title}</h1>\n{main}\n</main>\n</body>\n</html>\n"
    )
}

/// The start page.
pub fn start() -> String {
    page(
        "en",
        "Licence and permit registry",
        "<p>This service answers programs and people.</p>\n<ul>\n\
         <li><a href=\"/docs\">The operations</a> and <a href=\"/openapi.json\">the OpenAPI document</a></li>\n\
         <li><a href=\"/problems\">What can go wrong, and what to do</a></li>\n\
         <li><a href=\"/v1/call-signs\">The public list of call signs</a> (JSON)</li>\n\
         <li><a href=\"/v1/processing-activities\">What personal data are processed, and why</a> (JSON)</li>\n</ul>",
    )
}

/// The catalogue of problems.
pub fn problems() -> String {
    let mut list = String::from("<dl>\n");
    for found in Problem::ALL {
        let _ = writeln!(
            list,
            "<dt id=\"{code}\"><a href=\"{address}\">{title}</a> ({status})</dt>\n<dd>{meaning}</dd>",
            code = found.code(),
            address = problem::type_of(*found),
            title = escape(found.title()),
            status = found.status(),
            meaning = escape(found.meaning().trim()),
        );
    }
    list.push_str("</dl>");
    page("en", "Problems", &list)
}

/// One problem.
pub fn problem(found: Problem) -> String {
    let main = format!(
        "<p>{}</p>\n<p>Status {}, code <code>{}</code>.</p>\n<p><a href=\"/problems\">All problems</a></p>",
        escape(found.meaning().trim()),
        found.status(),
        found.code()
    );
    page("en", found.title(), &main)
}

/// Whether a certificate stands.
pub fn verification(found: &Verification) -> String {
    let (title, text) = match found.status.as_str() {
        "valid" => ("Tillatelsen gjelder", "The permit is valid."),
        "expired" => ("Tillatelsen har utløpt", "The permit has expired."),
        "revoked" => ("Tillatelsen gjelder ikke", "The permit has been revoked or suspended."),
        "ended" => ("Tillatelsen er avsluttet", "The permit has ended."),
        _ => ("Ukjent kode", "No permit has this code. Check every character."),
    };
    let mut facts = String::new();
    for (label, value) in [
        ("Tillatelse / permit", found.number.clone()),
        ("Fra / from", found.valid_from.map(|day| day.to_string())),
        ("Til / until", found.valid_until.map(|day| day.to_string())),
        ("Svar gitt / answered", Some(found.answered_at.format("%Y-%m-%d %H:%M UTC").to_string())),
    ] {
        if let Some(value) = value {
            let _ = writeln!(facts, "<dt>{label}</dt><dd>{}</dd>", escape(&value));
        }
    }
    page("nb", title, &format!("<p lang=\"en\">{text}</p>\n<dl>\n{facts}</dl>"))
}

/// The operations in prose, from the document.
pub fn operations(document: &str) -> String {
    let document: Value = serde_json::from_str(document).unwrap_or_default();
    let mut list = String::new();
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            let text = |member: &str| escape(operation[member].as_str().unwrap_or_default());
            let _ = writeln!(
                list,
                "<section id=\"{id}\">\n<h2><code>{method} {path}</code></h2>\n<p><strong>{summary}</strong></p>\n<p>{description}</p>\n</section>",
                id = text("operationId"),
                method = method.to_uppercase(),
                path = escape(path),
                summary = text("summary"),
                description = text("description").replace("\n\n", "</p>\n<p>"),
            );
        }
    }
    page("en", "Operations", &list)
}
