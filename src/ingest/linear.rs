//! Reading takes four times the work for four times the input, whatever the input is: counted in bytes that readers ask for, so that
//! no busy machine blurs it.

use super::read_lines;
use super::text::Doc;

const BODY: &str = r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#;

/// Bytes that are looked at while a text is read.
fn work(text: &str) -> f64 {
    let doc = Doc::new(text.as_bytes(), 0);
    let _ = read_lines(&doc);
    #[allow(clippy::cast_precision_loss)]
    let looked = doc.looked.get() as f64;
    looked
}

#[test]
fn four_times_the_input_is_four_times_the_work() {
    let quiet = |n: usize| format!("INFO request {n} served in {} ms\n", n % 90);
    let stack = format!(
        "Traceback (most recent call last):\n  File \"a.py\", line 8, in run\nanthropic.InternalServerError: Error code: 529 - {BODY}\n"
    );
    let kinds: [(&str, &dyn Fn(usize) -> String); 9] = [
        ("errors", &|n| if n.is_multiple_of(100) { format!("API Error: 529 {BODY}\n") } else { quiet(n) }),
        ("only errors", &|n| format!("{n} API Error: 529 {BODY}\n")),
        ("tracebacks", &|_| stack.clone()),
        ("headers of tracebacks", &|_| "Traceback (most recent call last):\n".to_owned()),
        ("alike", &|n| format!("WARN job {n}: connection timeout after {} ms, status unknown\n", n % 900)),
        ("open braces", &|n| format!("error {n}: {{\"error\": {{\"message\": \"\n")),
        ("pretty rows", &|n| format!("{{\n  \"error\": {{\n    \"n\": {n}\n  }},\n")),
        ("frames", &|n| format!("    at run (app.js:{n}:5)\n")),
        ("classes", &|n| format!("TypeError: fetch failed {n}\nCaused by:\n    0: x\n")),
    ];
    for (name, line) in kinds {
        let text = |lines: usize| (0..lines).map(line).collect::<String>();
        let (once, more) = (work(&text(2_000)), work(&text(8_000)));
        assert!(more < once * 4.6 + 100_000.0, "{name}: {once} and {more}");
    }
}
