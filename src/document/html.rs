//! The HTML page of a document: equal in content to the PDF, and the form made for everybody (WCAG 2.1 AA).
//!
//! Self-contained but for one style sheet at a fixed path; no script, no inline style, nothing fetched from elsewhere.
//! Every text passes through [`escaped`]; nothing else may write a text.

use std::fmt::{self, Write as _};

use super::DOCUMENT_CSS_PATH;
use super::model::{Block, Document, Verification};
use super::qr::QrMatrix;
use super::text::tidy;
use super::words;

/// Renders the document as a complete HTML page in UTF-8.
///
/// An address too long for a QR code (which [`super::render_pdf`] refuses) is printed without one.
pub fn render_html(document: &Document) -> String {
    let mut page = String::new();
    // Writing to a String cannot fail.
    let _ = write_page(&mut page, document);
    page
}

/// A text made safe for element content and quoted attributes, with line breaks kept.
fn escaped(raw: &str) -> String {
    let mut safe = String::with_capacity(raw.len());
    for character in tidy(raw).chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

fn write_page(page: &mut String, document: &Document) -> fmt::Result {
    let language = document.language;
    let title = escaped(&document.title);
    let number = escaped(&document.number);
    write!(
        page,
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex\">\n\
         <title>{title} – {number}</title>\n\
         <link rel=\"stylesheet\" href=\"{DOCUMENT_CSS_PATH}\">\n</head>\n<body>\n",
        language.code()
    )?;
    write_letterhead(page, document)?;
    page.push_str("<main>\n");
    if !document.recipient.is_empty() {
        let label = words::recipient(language);
        writeln!(page, "<section class=\"recipient\" aria-label=\"{label}\">")?;
        write_lines(page, &document.recipient)?;
        page.push_str("</section>\n");
    }
    if !document.references.is_empty() {
        write_facts(page, "references", &document.references)?;
    }
    writeln!(page, "<h1>{title}</h1>")?;
    for block in &document.blocks {
        write_block(page, block)?;
    }
    if let Some(verification) = &document.verification {
        write_verification(page, verification, document)?;
    }
    let label = words::document_number(language);
    write!(page, "</main>\n<footer><p>{label}: {number}</p></footer>\n</body>\n</html>\n")
}

fn write_letterhead(page: &mut String, document: &Document) -> fmt::Result {
    let name = escaped(&document.authority.name);
    writeln!(page, "<header>\n<p class=\"authority\">{name}</p>")?;
    if !document.authority.contact_lines.is_empty() {
        page.push_str("<address>\n");
        write_lines(page, &document.authority.contact_lines)?;
        page.push_str("</address>\n");
    }
    page.push_str("</header>\n");
    Ok(())
}

fn write_lines(page: &mut String, lines: &[String]) -> fmt::Result {
    let lines: Vec<String> = lines.iter().map(|line| escaped(line)).collect();
    writeln!(page, "<p>{}</p>", lines.join("<br>\n"))
}

fn write_facts(page: &mut String, class: &str, facts: &[(String, String)]) -> fmt::Result {
    writeln!(page, "<dl class=\"{class}\">")?;
    for (label, value) in facts {
        let (label, value) = (escaped(label), escaped(value));
        writeln!(page, "<div><dt>{label}</dt><dd>{value}</dd></div>")?;
    }
    page.push_str("</dl>\n");
    Ok(())
}

fn write_block(page: &mut String, block: &Block) -> fmt::Result {
    match block {
        Block::Heading(text) => writeln!(page, "<h2>{}</h2>", escaped(text)),
        Block::Paragraph(text) => writeln!(page, "<p>{}</p>", escaped(text)),
        Block::Note(text) => writeln!(page, "<p class=\"note\">{}</p>", escaped(text)),
        Block::Facts(facts) => write_facts(page, "facts", facts),
        Block::Table { columns, rows } => write_table(page, columns, rows),
        Block::List(items) => {
            page.push_str("<ol>\n");
            for item in items {
                writeln!(page, "<li>{}</li>", escaped(item))?;
            }
            page.push_str("</ol>\n");
            Ok(())
        }
    }
}

/// A wide table scrolls inside its own region, which the keyboard can reach (WCAG 2.1, 1.4.10 and 2.1.1).
fn write_table(page: &mut String, columns: &[String], rows: &[Vec<String>]) -> fmt::Result {
    let count = rows.iter().map(Vec::len).fold(columns.len(), usize::max);
    let label = escaped(&columns.join(", "));
    writeln!(
        page,
        "<div class=\"scroll\" role=\"region\" aria-label=\"{label}\" tabindex=\"0\">\n<table>\n<thead><tr>"
    )?;
    for column in columns {
        writeln!(page, "<th scope=\"col\">{}</th>", escaped(column))?;
    }
    for _ in columns.len()..count {
        page.push_str("<td></td>\n");
    }
    page.push_str("</tr></thead>\n<tbody>\n");
    for row in rows {
        page.push_str("<tr>");
        for index in 0..count {
            let cell = row.get(index).map_or("", String::as_str);
            write!(page, "<td>{}</td>", escaped(cell))?;
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</tbody>\n</table>\n</div>\n");
    Ok(())
}

fn write_verification(
    page: &mut String,
    verification: &Verification,
    document: &Document,
) -> fmt::Result {
    let language = document.language;
    let url = escaped(&verification.url);
    writeln!(
        page,
        "<section class=\"verification\" aria-labelledby=\"verification\">\n<div>\n\
         <h2 id=\"verification\">{}</h2>\n<p>{}</p>",
        words::verification(language),
        escaped(&verification.caption)
    )?;
    // Only web addresses become links: another scheme in an `href` could run a script.
    if verification.url.starts_with("https://") || verification.url.starts_with("http://") {
        writeln!(page, "<p><a href=\"{url}\">{url}</a></p>")?;
    } else {
        writeln!(page, "<p>{url}</p>")?;
    }
    let label = words::verification_code(language);
    let code = escaped(&verification.code);
    writeln!(page, "<p>{label}: <strong>{code}</strong></p>\n</div>")?;
    if let Ok(matrix) = QrMatrix::encode(&verification.url) {
        write_code(page, &matrix, words::qr_alternative(language))?;
    }
    page.push_str("</section>\n");
    Ok(())
}

/// The code with its quiet zone, dark on white in every colour scheme.
fn write_code(page: &mut String, matrix: &QrMatrix, alternative: &str) -> fmt::Result {
    let zone = QrMatrix::QUIET_ZONE;
    let side = matrix.side() + 2 * zone;
    write!(
        page,
        "<svg class=\"code\" role=\"img\" aria-label=\"{alternative}\" viewBox=\"0 0 {side} {side}\" \
         shape-rendering=\"crispEdges\"><title>{alternative}</title>\
         <rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/><path fill=\"#000\" d=\""
    )?;
    for run in matrix.dark_runs() {
        let (x, y) = (run.column + zone, run.row + zone);
        write!(page, "M{x} {y}h{0}v1h-{0}z", run.length)?;
    }
    page.push_str("\"/></svg>\n");
    Ok(())
}
