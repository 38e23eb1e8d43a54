//! A server on loopback that fails in one way, for real clients.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// How the server answers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// With this status and an error of the API.
    Status(u16),
    /// Nobody listens.
    Refuse,
    /// It closes the connection without a word.
    Reset,
    /// It takes the request and says nothing.
    Stall,
    /// Two errors of status 529, then a message.
    TwiceThenWell,
    /// A stream that ends in the middle.
    CutStream,
}

/// A running server; its thread ends with the test process.
pub struct Stub {
    address: SocketAddr,
    requests: Arc<AtomicUsize>,
}

impl Stub {
    pub fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let stub = Self { address: listener.local_addr().unwrap(), requests: Arc::default() };
        if answer == Answer::Refuse {
            return stub;
        }
        let requests = Arc::clone(&stub.requests);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let number = requests.fetch_add(1, Ordering::SeqCst);
                std::thread::spawn(move || serve(stream, answer, number));
            }
        });
        stub
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Requests that came.
    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

/// The request id of the n-th answer.
pub fn request_id(number: usize) -> String {
    format!("req_011CSHoEeqs5C35K2UUqR7F{}", char::from(b'a' + u8::try_from(number).unwrap()))
}

/// Reads head and body of a request; gives whether it asks for a stream.
fn read_request(stream: &mut TcpStream) -> Option<bool> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let read = stream.read(&mut chunk).ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&chunk[..read]);
        let text = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
        if let Some(end) = text.find("\r\n\r\n") {
            let length = text.lines().find_map(|line| line.strip_prefix("content-length: ")?.trim().parse().ok());
            if bytes.len() >= end + 4 + length.unwrap_or(0_usize) {
                return Some(text.contains("\"stream\":true") || text.contains("\"stream\": true"));
            }
        }
    }
}

fn serve(mut stream: TcpStream, answer: Answer, number: usize) {
    if answer == Answer::Reset {
        return;
    }
    let Some(streams) = read_request(&mut stream) else { return };
    let id = request_id(number);
    let json = |status: u16, body: &str| {
        format!(
            "HTTP/1.1 {status} \r\ncontent-type: application/json\r\nrequest-id: {id}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        )
    };
    let error = |status: u16| {
        let kind = match status {
            401 => "authentication_error",
            429 => "rate_limit_error",
            529 => "overloaded_error",
            _ => "api_error",
        };
        let body = format!(
            r#"{{"type":"error","error":{{"type":"{kind}","message":"said by the stub"}},"request_id":"{id}"}}"#
        );
        json(status, &body)
    };
    let message = r#"{"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-4-6","content":[{"type":"text","text":"hi"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}"#;
    let text = match answer {
        Answer::Status(status) => error(status),
        Answer::TwiceThenWell if number < 2 => error(529),
        Answer::TwiceThenWell if streams => events(&id),
        Answer::TwiceThenWell => json(200, message),
        Answer::CutStream => format!(
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nrequest-id: {id}\r\ntransfer-encoding: chunked\r\n\r\n5\r\nevent"
        ),
        Answer::Stall => {
            std::thread::sleep(Duration::from_mins(1));
            return;
        }
        Answer::Refuse | Answer::Reset => return,
    };
    let _ = stream.write_all(text.as_bytes());
}

/// A message of one word as a stream.
fn events(id: &str) -> String {
    let message = r#"{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-4-6","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}}"#;
    let all = [
        ("message_start", message),
        (
            "content_block_start",
            r#"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
        ),
        (
            "content_block_delta",
            r#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"hi"}}"#,
        ),
        ("content_block_stop", r#"{"type":"content_block_stop","index":0}"#),
        (
            "message_delta",
            r#"{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":1}}"#,
        ),
        ("message_stop", r#"{"type":"message_stop"}"#),
    ];
    let body = all.map(|(name, data)| format!("event: {name}\ndata: {data}\n\n")).concat();
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nrequest-id: {id}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}
