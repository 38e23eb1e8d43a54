//! Conversations copied from the screen of Claude Code.

use std::io::Read;

use super::redacted;
use crate::redact::Redactor;

const SCREEN: &str = "\
❯ summarise the merger-1 papers of Acme

⏺ I'll look into merger-2 now.

⏺ Read(merger-3/papers.md)
  ⎿  Read 120 lines (ctrl+o to expand)

⏺ Bash(npm test -- --grep \"merger-4\")
  ⎿  Error: Exit code 1
     merger-5 of Dana is wrong
     … +12 lines

⏺ The papers say merger-6.

  They close merger-7 in May:
  ⎿ \u{a0}API Error (Request timed out.) · Retrying in 19 seconds… (attempt 6/10)
  ⎿  API Error: 400 {\"error\":{\"message\":\"Unexpected value(s)
     `prompt-caching-scope-2026-01-05` for the `anthropic-beta` header\"},
     \"request_id\":\"req_011CSHoEeqs5C35K2UUqR7Fy\"}

> please also mail merger-8 to the board
  and merger-9 to the press

⏺ Previous query still processing. Please try again.

⏺ API Error: 500 fetch failedTypeError: fetch failed
      at node:internal/deps/undici/undici:16416:13

⏺ Claude API is overloaded (overloaded_error). Retrying…
  ⎿  FetchError (request to https://api.anthropic.com/v1/messages failed, reason: getaddrinfo EAI_AGAIN api.anthropic.com)

✻ Churned for 3m 12s

⏺ It was merger-10 that failed

✻ Thinking…

  The user wants merger-11

> /status
  ⎿  Status dialog dismissed
❯ init
  ⎿  API Error: Operation aborted
> a mail's quoted text
nothing marked
";

/// Gives out so many bytes at a time.
struct Pieces<'t>(&'t [u8], usize);

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.1.min(self.0.len()).min(buffer.len());
        buffer[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

#[test]
fn what_was_said_goes_and_what_failed_stays_in_one_piece_and_line_by_line() {
    let redactor = Redactor::builder().build().unwrap();
    for bullet in ["⏺", "●"] {
        let text = SCREEN.replace('⏺', bullet);
        let mut streamed = Vec::new();
        for size in [1, 7, 64, text.len()] {
            let mut out = Vec::new();
            redactor.redact_stream(Pieces(text.as_bytes(), size), &mut out).unwrap();
            streamed.push(String::from_utf8(out).unwrap());
        }
        streamed.push(redacted(&text));
        for shown in &streamed {
            assert!(!shown.contains("merger-"), "{shown}");
            assert_eq!(shown.lines().count(), text.lines().count(), "{shown}");
            for line in text.lines().filter(|line| !line.contains("merger-") && !line.contains("… +12")) {
                assert!(shown.lines().any(|other| other == line), "{line:?} in {shown}");
            }
        }
        assert!(streamed.windows(2).all(|pair| pair[0] == pair[1]), "{streamed:#?}");
    }
}

#[test]
fn thoughts_commands_boxes_and_the_screen_of_codex_lose_what_was_said() {
    let text = "\u{2234} Thinking\u{2026}\n\n  of merger-1\n\n\u{25cf} It is merger-2 of Acme\n\n> /review the merger-3 papers\n  \u{23bf} \u{a0}API Error: 500\n! grep merger-4\n  \u{23bf}  merger-5\n\u{273b} Reading the merger-6 papers\u{2026} (12s)\n\u{2502} > find merger-7 for me \u{2502}\n";
    let codex = "\u{203a} find merger-1 for me\n\n\u{2022} It is merger-2 of Acme\n\n\u{2022} Ran grep merger-3\n  \u{2514} merger-4\n\n\u{25a0} stream error: last status: 429\n";
    super::assert_gone(
        [
            (text, &["merger-"][..], &["> /review ", "API Error: 500", "! grep", "\u{2026} (12s)"][..]),
            (codex, &["merger-"][..], &["stream error: last status: 429"][..]),
        ]
        .into_iter(),
    );
}

#[test]
fn bullets_and_brackets_of_other_programs_stay() {
    for text in [
        "● nginx.service - A high performance web server\n     Loaded: loaded (/usr/lib/systemd/system/nginx.service)\n",
        "● Suite › sends a message\n\n    expect(received).toBe(expected)\n",
        "> npm run build\n> tsc -p .\nerror TS2307\n",
        "On Friday Dana wrote:\n> the call failed with 529\n\nI see.\n",
        "❯ git status\nOn branch main\n",
        "  > 12 | const x = 1\n       | ^\n",
        "\u{203a} Press a \u{2502} open the browser\nBundled\n\u{2022} two warnings of it\n",
        "! [rejected]        main -> main (fetch first)\n",
    ] {
        assert_eq!(redacted(text), text);
    }
}
