//! Fetches the status page: from the page or from its origin, over redirects that stay on the list of hosts.

use std::time::Instant;

use super::{Network, Question, Trouble};
use crate::model::probe::ProbeClient;
use crate::model::{AbsenceReason, Raw};
use crate::status::{Known, Page, Unreadable, read};

/// Bytes of an answer that are read; the page's own documents are far smaller.
const LIMIT: usize = 2 << 20;
/// What is fetched: the page as it stands, and past incidents.
const SUMMARY: &str = "/api/v2/summary.json";
const INCIDENTS: &str = "/api/v2/incidents.json";

/// What is asked for.
pub(super) struct Asked {
    /// The pages.
    pub(super) known: &'static Known,
    /// The client whose rules are followed.
    pub(super) client: ProbeClient,
    /// Whether past incidents are wanted too; without them the page stands all the same.
    pub(super) past: bool,
    /// Until when.
    pub(super) until: Instant,
}

/// The page, and the URL that it came from.
pub(super) fn fetch(network: &dyn Network, asked: &Asked) -> Result<(Page, Raw<String>), Trouble> {
    let mut first: Option<Trouble> = None;
    for base in &asked.known.pages {
        match document(network, asked, &format!("{base}{SUMMARY}")) {
            Ok((mut page, url)) => {
                let base = url.strip_suffix(SUMMARY).filter(|_| asked.past);
                let more = base.map(|base| document(network, asked, &format!("{base}{INCIDENTS}")));
                if let Some(Ok((more, _))) = more {
                    page.add(more);
                }
                return Ok((page, Raw::new(url)));
            }
            // A path that is down is down for the next page too; an answer of the wrong kind is not.
            Err(trouble) => {
                let goes_on = trouble.answered && Instant::now() < asked.until;
                first = first.or(Some(trouble));
                if !goes_on {
                    break;
                }
            }
        }
    }
    Err(first.unwrap_or_else(|| unreadable("no page is known".to_owned())))
}

/// One document of the page, and the URL that gave it.
fn document(network: &dyn Network, asked: &Asked, url: &str) -> Result<(Page, String), Trouble> {
    let question = Question { url, hosts: &asked.known.hosts, limit: LIMIT, client: asked.client };
    let answer = network.get(&question, asked.until)?;
    if answer.cut {
        let detail = format!("HTTP {}, a body of more than {} MiB", answer.status, LIMIT >> 20).into();
        return Err(Trouble { reason: AbsenceReason::TooLarge, detail, answered: true });
    }
    match (answer.status, read(answer.body.expose())) {
        (200, Ok(page)) => Ok((page, answer.url)),
        (200, Err(why)) => Err(unreadable(format!("HTTP 200, {}", why.words()))),
        (status, Err(why @ (Unreadable::Html | Unreadable::Empty))) => {
            Err(unreadable(format!("HTTP {status}, {}", why.words())))
        }
        (status, _) => Err(unreadable(format!("HTTP {status} where 200 was expected"))),
    }
}

/// Something answered, and it is no status page.
pub(super) fn unreadable(what: String) -> Trouble {
    Trouble { reason: AbsenceReason::Unreadable, detail: Raw::new(what), answered: true }
}
