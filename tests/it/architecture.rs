//! Reads the source and fails with file and line where it goes against the rules of the design:
//! which files may name which crates, and in which direction parts may know each other.
//!
//! It reads paths, not meanings: `use` lines are spread out into whole paths and `super` is
//! resolved; comments, texts and test modules are left out.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use regex::Regex;

/// One file of ours without comments and texts; line breaks stay where they were.
struct Source {
    /// Below the project folder, with `/`.
    name: String,
    /// First line as it stands.
    first_line: String,
    code: String,
}

fn sources(folder: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    collect(&root.join(folder), &mut files);
    files.sort();
    assert!(!files.is_empty(), "{folder} has no files");
    files
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).expect("a text file");
            let name = path.strip_prefix(root).expect("inside").to_str().expect("plain").to_owned();
            let first_line = text.lines().next().unwrap_or_default().to_owned();
            Source { name, first_line, code: without_comments_and_texts(&text) }
        })
        .collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn without_comments_and_texts(text: &str) -> String {
    // in this order: a comment, a raw text, a text, a character
    let pattern = r##"(?s)//[^\n]*|/\*.*?\*/|\br#"(?:.*?)"#|\br"[^"]*"|"(?:\\.|[^"\\])*"|'(?:\\[^']*|[^'\\])'"##;
    let pattern = Regex::new(pattern).expect("a pattern");
    let blank = |found: &regex::Captures| "\n".repeat(found[0].matches('\n').count());
    pattern.replace_all(text, blank).into_owned()
}

impl Source {
    fn is_test(&self) -> bool {
        self.name.ends_with("tests.rs") || self.name.contains("/tests/")
    }

    /// The code before the file's own tests.
    fn tested(&self) -> &str {
        let end = self.code.find("#[cfg(test)]\nmod ").unwrap_or(self.code.len());
        &self.code[..end]
    }

    /// Parts of the file's own module path: `src/case/store.rs` is `case`, `store`.
    fn module(&self) -> Vec<&str> {
        let path = self.name.trim_start_matches("src/").trim_end_matches(".rs");
        path.split('/').filter(|part| !["mod", "lib", "main"].contains(part)).collect()
    }

    /// True if a file or folder on the way is called so: `store/queue.rs` is a part of `store`.
    fn is_part_of(&self, names: &[&str]) -> bool {
        self.module().iter().any(|part| names.contains(part))
    }

    /// Every path it names, whole, with its line.
    fn paths(&self) -> Vec<(usize, String)> {
        let code = self.tested();
        let line = |at: usize| code[..at].matches('\n').count() + 1;
        let mut found = Vec::new();
        let uses = Regex::new(r"(?m)^\s*(?:pub(?:\([a-z]+\))? )?use ([^;]+);").expect("a pattern");
        for tree in uses.captures_iter(code) {
            let tree = tree.get(1).expect("a tree");
            spread("", tree.as_str(), tree.start(), &mut found);
        }
        let inline = Regex::new(r"\b[a-zA-Z_]\w*(?:::[a-zA-Z_]\w*)+").expect("a pattern");
        found.extend(inline.find_iter(code).map(|path| (path.start(), path.as_str().to_owned())));
        found.into_iter().map(|(at, path)| (line(at), self.resolve(&path))).collect()
    }

    fn resolve(&self, path: &str) -> String {
        let mut own = self.module();
        let mut parts: Vec<&str> = path.split("::").collect();
        if !["super", "self"].contains(&parts[0]) {
            return path.to_owned();
        }
        while let Some(first) = parts.first().filter(|part| ["super", "self"].contains(part)) {
            if *first == "super" {
                own.pop();
            }
            parts.remove(0);
        }
        [&["crate"], &own[..], &parts[..]].concat().join("::")
    }
}

/// `a::{b, c::{d, e}}` is `a::b`, `a::c::d`, `a::c::e`; each with the place of its name.
fn spread(prefix: &str, tree: &str, at: usize, found: &mut Vec<(usize, String)>) {
    let mut depth = 0;
    let mut start = 0;
    let mut branches = Vec::new();
    for (position, character) in tree.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                branches.push(start..position);
                start = position + 1;
            }
            _ => {}
        }
    }
    branches.push(start..tree.len());
    for branch in branches {
        let text = &tree[branch.clone()];
        let name = text.trim();
        let at = at + branch.start + (text.len() - text.trim_start().len());
        if let Some((outer, inner)) = name.split_once('{') {
            let inner = inner.strip_suffix('}').unwrap_or(inner);
            spread(&format!("{prefix}{outer}"), inner, at + outer.len() + 1, found);
        } else if !name.is_empty() {
            let name = name.split_whitespace().next().unwrap_or_default();
            found.push((at, format!("{prefix}{name}")));
        }
    }
}

/// What some files may not name.
struct Rule {
    because: &'static str,
    files: fn(&Source) -> bool,
    /// Beginnings of paths.
    forbidden: &'static [&'static str],
    /// Files that may all the same, with the reason. One that is needed no more is a fault.
    except: &'static [(&'static str, &'static str)],
}

fn is_pure(source: &Source) -> bool {
    source.name.starts_with("src/values/")
        || source.name.starts_with("src/disclosure/policy")
        || source.is_part_of(&["model", "rules", "lifecycle", "details", "deadline"])
}

const RULES: &[Rule] = &[
    Rule {
        because: "values and rules decide on what they are given (rule 2)",
        files: is_pure,
        forbidden: &[
            "poem",
            "poem_openapi",
            "sea_orm",
            "anrop_entity",
            "reqwest",
            "tokio",
            "std::env",
            "std::fs",
            "std::net",
            "Utc::now",
            "chrono::Utc::now",
            "crate::app",
            "crate::config",
            "crate::clock",
            "crate::database",
            "crate::http",
        ],
        except: &[],
    },
    Rule {
        because: "only stores speak to the database (rule 3)",
        files: |source| !source.is_part_of(&["store", "database"]),
        forbidden: &["sea_orm", "anrop_entity"],
        except: &[
            ("src/idempotency.rs", "one row of its own, written by every slice"),
            ("src/commands/seed/rows.rs", "made-up rows of every slice, for load tests"),
            ("src/commands/seed/write.rs", "writes them by the thousand"),
            (
                "src/delivery/outbox.rs",
                "the rows other slices leave for the worker, in their commit",
            ),
            ("src/register/follow.rs", "reads the sealed feed, which no slice owns"),
            ("src/register/lease.rs", "one row of its own, renewed every second"),
            ("src/seal/mod.rs", "the row every store hands to the sealer"),
            ("src/seal/sealer.rs", "the sealer is nothing but its statements"),
            ("src/seal/verify.rs", "reads the rows as they lie there, past every store"),
        ],
    },
    Rule {
        because: "only the edge speaks HTTP (rule 3)",
        files: |source| {
            let edge = ["api", "wire", "http", "web", "commands"];
            !source.is_part_of(&edge)
        },
        forbidden: &["poem", "poem_openapi"],
        except: &[
            ("src/permit/kind/radio_facts.rs", "JSON types of two kinds"),
            ("src/permit/kind/shared.rs", "JSON types that several kinds have in their own"),
            ("src/permit/certificate.rs", "the one operation that answers a file"),
        ],
    },
    Rule {
        because: "requests go out in one place (rule 3)",
        files: |source| {
            source.name != "src/delivery/sender.rs" && !source.name.ends_with("/client.rs")
        },
        forbidden: &["reqwest"],
        except: &[],
    },
    Rule {
        because: "values know nothing but values",
        files: |source| source.name.starts_with("src/values/"),
        forbidden: &["crate"],
        except: &[],
    },
    Rule {
        because: "values <- model, rules <- actions <- api <- http",
        files: |source| source.is_part_of(&["store", "actions"]),
        forbidden: &["crate::http", "crate::web"],
        except: &[],
    },
    Rule {
        because: "case -> permit -> assignment, outbox, journal, never back",
        files: |source| source.name.starts_with("src/permit/") && !source.name.ends_with("/api.rs"),
        forbidden: &["crate::case"],
        except: &[],
    },
    Rule {
        because: "case -> permit -> assignment, outbox, journal, never back",
        files: |source| {
            ["src/assignment/", "src/journal/", "src/delivery/outbox.rs"]
                .iter()
                .any(|start| source.name.starts_with(start))
        },
        forbidden: &[
            "crate::case",
            "crate::permit::actions",
            "crate::permit::store",
            "crate::permit::api",
        ],
        except: &[],
    },
    Rule {
        because: "disclosure <- register, delivery, document, rescue",
        files: |source| {
            ["src/disclosure/", "src/keys/"].iter().any(|start| source.name.starts_with(start))
        },
        forbidden: &[
            "crate::register",
            "crate::delivery",
            "crate::document",
            "crate::rescue",
            "crate::permit",
            "crate::case",
            "crate::http",
            "crate::web",
        ],
        except: &[],
    },
    Rule {
        because: "settings are read in config.rs only",
        files: |source| source.name != "src/config.rs",
        forbidden: &["std::env::var", "env::var"],
        except: &[],
    },
];

/// `values` may name `crate::values`, every part its own.
fn breaks(rule: &Rule, source: &Source, path: &str) -> bool {
    let own = rule.forbidden == ["crate"] && path.starts_with("crate::values");
    !own && (rule.files)(source)
        && rule.forbidden.iter().any(|forbidden| {
            path.strip_prefix(forbidden)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
        })
}

#[test]
fn every_file_names_only_what_its_place_allows() {
    let mut faults = BTreeSet::new();
    let mut needed = BTreeSet::new();
    for source in sources("src").iter().filter(|source| !source.is_test()) {
        for (line, path) in source.paths() {
            for (number, rule) in RULES.iter().enumerate() {
                if !breaks(rule, source, &path) {
                    continue;
                }
                if rule.except.iter().any(|(file, _)| *file == source.name) {
                    needed.insert((number, source.name.clone()));
                } else {
                    faults.insert(format!("{}:{line}: {path}: {}", source.name, rule.because));
                }
            }
        }
    }
    for (number, rule) in RULES.iter().enumerate() {
        for (file, _) in rule.except {
            if !needed.contains(&(number, (*file).to_owned())) {
                faults
                    .insert(format!("{file}: is needed no more as an exception: {}", rule.because));
            }
        }
    }
    let faults: Vec<String> = faults.into_iter().collect();
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent: Vec<String> = ["src", "tests/it", "entity/src", "migration/src"]
        .into_iter()
        .flat_map(sources)
        .filter(|source| !source.first_line.starts_with("//! "))
        .map(|source| format!("{}:1: does not begin with //!", source.name))
        .collect();
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}

#[test]
fn nothing_is_left_undone_and_no_test_is_switched_off() {
    let undone = Regex::new(r"\b(?:todo|unimplemented|dbg)!").expect("a pattern");
    let ignored = Regex::new(r"#\[ignore").expect("a pattern");
    let mut faults = Vec::new();
    for folder in ["src", "tests/it", "entity/src", "migration/src"] {
        for source in sources(folder) {
            for (number, line) in source.code.lines().enumerate() {
                if undone.is_match(line) || (folder == "tests/it" && ignored.is_match(line)) {
                    faults.push(format!("{}:{}: {}", source.name, number + 1, line.trim()));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Who presses a link by hand reads elements of a page that is being taken away.
#[test]
fn browser_tests_load_pages_through_the_driver_only() {
    // the driver's own words for what loads no page, and for what does
    let own = Regex::new(r"\bbrowser\.click\(\)").expect("a pattern");
    let by_hand = Regex::new(r"\.click\(\)|Key::Enter|\.goto\(").expect("a pattern");
    let mut faults = Vec::new();
    for source in sources("tests/it/browser") {
        if source.name.ends_with("/driver.rs") {
            assert!(by_hand.is_match(&source.code), "the driver does it");
            continue;
        }
        for (number, line) in source.code.lines().enumerate() {
            if by_hand.is_match(&own.replace_all(line, "")) {
                faults.push(format!("{}:{}: {}", source.name, number + 1, line.trim()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The reader itself must be able to find something, or the tests above would say nothing.
#[test]
fn the_reader_of_paths_finds_what_is_written() {
    let code = "//! Not poem::a.\nuse std::{\n    env,\n    fs::{self, File as F},\n};\n\
                pub use super::store::{self, find};\n\
                fn f() { let _ = (\"reqwest::Client\", r#\"tokio::x \" \"#, '\"', sea_orm::Db); }\n\
                #[cfg(test)]\nmod tests { use poem::b; }\n";
    let source = Source {
        name: "src/case/actions.rs".to_owned(),
        first_line: String::new(),
        code: without_comments_and_texts(code),
    };
    let mut found = source.paths();
    found.sort();
    let found: Vec<(usize, &str)> =
        found.iter().map(|(line, path)| (*line, path.as_str())).collect();
    for expected in [
        (3, "std::env"),
        (4, "std::fs::self"),
        (4, "std::fs::File"),
        (6, "crate::case::store::self"),
        (6, "crate::case::store::find"),
        (7, "sea_orm::Db"),
    ] {
        assert!(found.contains(&expected), "{expected:?} in {found:?}");
    }
    for absent in ["poem", "reqwest", "tokio"] {
        assert!(!found.iter().any(|(_, path)| path.contains(absent)), "{absent}");
    }
}
