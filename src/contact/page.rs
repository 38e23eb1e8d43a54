//! Fetches the status page: from the page or from its origin, over redirects that stay on the list of hosts.

use std::time::Instant;

use url::Url;

use super::{Answer, Trouble};
use crate::model::{AbsenceReason, Raw};
use crate::status::{Known, Page, Unreadable, read};

/// Bytes of an answer that are read; the page's own documents are far smaller.
pub(super) const LIMIT: usize = 2 << 20;
/// Redirects that are followed.
const HOPS: usize = 3;
/// What is fetched: the page as it stands, and past incidents.
const SUMMARY: &str = "/api/v2/summary.json";
const INCIDENTS: &str = "/api/v2/incidents.json";

/// One GET request.
type Get<'a> = &'a dyn Fn(&Url, Instant) -> Result<Answer, Trouble>;

/// The page, and the URL that it came from. `past` asks for past incidents too; without them the page stands all the same.
pub(super) fn fetch(get: Get<'_>, known: &Known, past: bool, until: Instant) -> Result<(Page, Raw<String>), Trouble> {
    let mut first: Option<Trouble> = None;
    for base in &known.pages {
        match document(get, known, &format!("{base}{SUMMARY}"), until) {
            Ok((mut page, url)) => {
                if past {
                    // The host that gave the summary gives the rest.
                    let incidents = url.join(INCIDENTS).map(String::from).unwrap_or_default();
                    if let Ok((more, _)) = document(get, known, &incidents, until) {
                        page.add(more);
                    }
                }
                return Ok((page, Raw::new(url.into())));
            }
            // A path that is down is down for the next page too; an answer of the wrong kind is not.
            Err((trouble, answered)) => {
                first = first.or(Some(trouble));
                if !answered || Instant::now() >= until {
                    break;
                }
            }
        }
    }
    Err(first.unwrap_or_else(|| failed("no page is known")))
}

/// One document of the page; an error says also whether something answered.
fn document(get: Get<'_>, known: &Known, url: &str, until: Instant) -> Result<(Page, Url), (Trouble, bool)> {
    let mut url = Url::parse(url).map_err(|_| (failed("the URL of the page is not valid"), false))?;
    for _ in 0..=HOPS {
        let answer = get(&url, until).map_err(|trouble| (trouble, false))?;
        let answered = |trouble| (trouble, true);
        if matches!(answer.status, 301 | 302 | 303 | 307 | 308) {
            url = redirect(known, &url, &answer).map_err(answered)?;
            continue;
        }
        if answer.cut {
            let detail = format!("HTTP {}, a body of more than {} MiB", answer.status, LIMIT >> 20).into();
            return Err(answered(Trouble { reason: AbsenceReason::TooLarge, detail }));
        }
        let page = read(answer.body.expose());
        return match (answer.status, page) {
            (200, Ok(page)) => Ok((page, url)),
            (200, Err(why)) => Err(answered(unreadable(format!("HTTP 200, {}", why.words())))),
            (status, Err(why @ (Unreadable::Html | Unreadable::Empty))) => {
                Err(answered(unreadable(format!("HTTP {status}, {}", why.words()))))
            }
            (status, _) => Err(answered(unreadable(format!("HTTP {status} where 200 was expected")))),
        };
    }
    Err((failed("too many redirects"), true))
}

/// Where a redirect leads, if its host is on the list, and the scheme is no weaker.
fn redirect(known: &Known, from: &Url, answer: &Answer) -> Result<Url, Trouble> {
    let location = answer.location.as_ref().ok_or_else(|| failed("a redirect without a place to go"))?;
    let to = from.join(location.expose()).map_err(|_| failed("a redirect to what is no URL"))?;
    let listed = |url: &Url| url.host_str().is_some_and(|host| known.hosts.iter().any(|known| known == host));
    let default_port = |url: &Url| url.port() == from.port();
    if listed(&to) && to.scheme() == from.scheme() && default_port(&to) && to.username().is_empty() {
        return Ok(to);
    }
    let place = to.host_str().unwrap_or("another place");
    Err(failed(&format!("a redirect to {place}, which is not among the hosts of the status page, was not followed")))
}

fn failed(what: &str) -> Trouble {
    Trouble { reason: AbsenceReason::Failed, detail: what.into() }
}

fn unreadable(what: String) -> Trouble {
    Trouble { reason: AbsenceReason::Unreadable, detail: what.into() }
}
