//! Whether one value is part of another, and where it isn't.
//!
//! An object is part of another when each of its fields is part of the other's
//! field of that name. Everything else is part only of its equal. So a snapshot
//! judges the fields it names and no others.

use serde_json::{Number, Value};

/// One field that is not as expected.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The field's path in the observation: `host.hostname`.
    pub path: String,
    pub expected: Value,
    /// `None` when the observation has no such field.
    pub seen: Option<Value>,
}

/// Whether `part` is part of `whole`.
pub fn fits(part: &Value, whole: &Value) -> bool {
    match (part, whole) {
        (Value::Object(part), Value::Object(whole)) => part
            .iter()
            .all(|(key, value)| whole.get(key).is_some_and(|seen| fits(value, seen))),
        _ => equal(part, whole),
    }
}

/// The fields of `expected` that are not part of `seen`, in the order of their
/// names.
pub fn differences(expected: &Value, seen: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    collect(expected, Some(seen), String::new(), &mut found);
    found
}

fn collect(expected: &Value, seen: Option<&Value>, path: String, found: &mut Vec<Difference>) {
    match (expected, seen) {
        (Value::Object(fields), Some(Value::Object(whole))) => {
            for (key, value) in fields {
                let path = if path.is_empty() {
                    key.clone()
                } else {
                    format!("{path}.{key}")
                };
                collect(value, whole.get(key), path, found);
            }
        }
        (_, Some(seen)) if equal(expected, seen) => {}
        _ => found.push(Difference {
            path,
            expected: expected.clone(),
            seen: seen.cloned(),
        }),
    }
}

/// Whether some field of `part` is named by `whole` and not part of it there.
pub(crate) fn contradicts(part: &Value, whole: &Value) -> bool {
    match (part, whole) {
        (Value::Object(part), Value::Object(whole)) => part.iter().any(|(key, value)| {
            whole
                .get(key)
                .is_some_and(|other| contradicts(value, other))
        }),
        _ => !equal(part, whole),
    }
}

/// The path of the first object without fields, which would judge nothing.
pub(crate) fn empty_object(value: &Value, path: &str) -> Option<String> {
    let fields = value.as_object()?;
    if fields.is_empty() {
        return Some(path.to_owned());
    }
    fields.iter().find_map(|(key, value)| {
        let path = if path.is_empty() {
            key.clone()
        } else {
            format!("{path}.{key}")
        };
        empty_object(value, &path)
    })
}

/// Equality in which `1` and `1.0` are one number: YAML and JSON writers differ
/// in which of them they write.
fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || equal_as_floats(a, b),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(key, a)| b.get(key).is_some_and(|b| equal(a, b)))
        }
        _ => a == b,
    }
}

fn equal_as_floats(a: &Number, b: &Number) -> bool {
    // Two integers that differ are different, even where both round to one
    // float.
    (a.is_f64() || b.is_f64()) && a.as_f64() == b.as_f64()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn samples() -> Vec<Value> {
        let leaves = [
            json!(null),
            json!(1),
            json!("a"),
            json!([]),
            json!([1, {"x": 1}]),
            json!({}),
        ];
        let mut all: Vec<Value> = leaves.to_vec();
        for a in &leaves {
            all.push(json!({ "x": a }));
            for b in &leaves {
                all.push(json!({ "x": a, "y": { "x": b } }));
            }
        }
        all
    }

    #[test]
    fn no_differences_means_it_fits_for_all_pairs() {
        for part in samples() {
            for whole in samples() {
                let none = differences(&part, &whole).is_empty();
                assert_eq!(none, fits(&part, &whole), "{part} in {whole}");
                if fits(&part, &whole) {
                    assert!(!contradicts(&part, &whole), "{part} in {whole}");
                }
            }
        }
    }

    #[test]
    fn only_named_fields_are_judged() {
        assert!(fits(&json!({"a": 1}), &json!({"a": 1, "b": 2})));
        assert!(!fits(&json!({"a": 1, "b": 2}), &json!({"a": 1})));
        assert!(!fits(&json!({"a": null}), &json!({})));
        assert!(fits(
            &json!({"a": {"b": [1]}}),
            &json!({"a": {"b": [1.0], "c": 0}})
        ));
        assert!(!fits(&json!([1]), &json!([1, 2])));
        assert!(!fits(&json!(u64::MAX), &json!(u64::MAX - 1)));
    }

    #[test]
    fn a_difference_names_path_expected_and_seen() {
        let seen = differences(
            &json!({"host": {"name": "kept", "up": true}, "pid": 1, "z": {"a": 1}}),
            &json!({"host": {"name": "changed", "up": true}, "z": 3}),
        );
        let rows: Vec<_> = seen
            .iter()
            .map(|d| (d.path.as_str(), d.seen.clone()))
            .collect();
        assert_eq!(
            rows,
            [
                ("host.name", Some(json!("changed"))),
                ("pid", None),
                ("z", Some(json!(3)))
            ]
        );
    }

    #[test]
    fn objects_that_judge_nothing_are_found() {
        assert_eq!(empty_object(&json!({}), ""), Some(String::new()));
        assert_eq!(
            empty_object(&json!({"a": {"b": {}}}), ""),
            Some("a.b".into())
        );
        assert_eq!(empty_object(&json!({"a": {"b": []}}), ""), None);
    }
}
