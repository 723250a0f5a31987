//! A reader's copy of the register, by the rules the README gives and nothing of our code: rows by
//! key from a JSON Lines file, changes applied, every form written from it.

use std::collections::BTreeMap;

use serde_json::Value;

/// Rows by key.
#[derive(Debug, Clone, Default)]
pub struct Copy(BTreeMap<String, Value>);

impl Copy {
    /// The rows of a JSON Lines file.
    pub fn of_lines(text: &str) -> Self {
        let rows = text.lines().map(|line| {
            let row: Value = serde_json::from_str(line).expect("JSON");
            (row["key"].as_str().expect("a key").to_owned(), row)
        });
        Self(rows.collect())
    }

    /// Applies changes of one list.
    pub fn apply(&mut self, list: &str, changes: &[Value]) {
        for change in changes {
            let key = change["key"].as_str().expect("a key");
            if key.split('/').next() != Some(list) {
                continue;
            }
            match change.get("record") {
                Some(record) => self.0.insert(key.to_owned(), record.clone()),
                None => self.0.remove(key),
            };
        }
    }

    /// The rows in the order of their keys.
    pub fn rows(&self) -> impl Iterator<Item = &Value> {
        self.0.values()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The file in one of its forms; `heading` is the first line of the CSV file.
    pub fn write(&self, form: &str, heading: &str) -> String {
        match form {
            "jsonl" => self.0.values().map(|row| format!("{}\n", canonical(row))).collect(),
            "json" => {
                let rows: Vec<String> =
                    self.0.values().map(|row| format!("\n{}", canonical(row))).collect();
                format!("[{}\n]\n", rows.join(","))
            }
            "csv" => {
                let rows = self.0.values().map(|row| {
                    let cells: Vec<String> =
                        heading.split(',').map(|column| cell(row, column)).collect();
                    format!("{}\r\n", cells.join(","))
                });
                format!("{heading}\r\n{}", rows.collect::<String>())
            }
            other => panic!("{other}"),
        }
    }
}

/// Members in alphabetical order and nothing between the signs.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let sorted: BTreeMap<_, _> = members.iter().collect();
            let members: Vec<String> = sorted
                .into_iter()
                .map(|(name, value)| format!("{}:{}", Value::from(name.as_str()), canonical(value)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(canonical).collect();
            format!("[{}]", items.join(","))
        }
        other => other.to_string(),
    }
}

fn cell(row: &Value, column: &str) -> String {
    let mut value = row;
    for member in column.split('.') {
        match value.get(member) {
            Some(inner) => value = inner,
            None => return String::new(),
        }
    }
    let text = match value {
        Value::String(text) => text.clone(),
        other => canonical(other),
    };
    if text.contains(['"', ',', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}
