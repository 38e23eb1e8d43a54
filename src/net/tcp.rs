//! Phase two: a TCP connection, with the addresses tried one after the other at short intervals, as clients do.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::fault::{Clock, Fault, line};
use crate::model::probe::{Phase, PhaseOutcome, PhaseResult};
use crate::model::safe::Millis;
use crate::model::vocabulary::Cause;
use crate::model::{Collected, Raw};

/// Head start of an address over the next one: RFC 8305, and the value of Node.
const STAGGER: Duration = Duration::from_millis(250);
/// How long the others may still take once one address is connected.
const GRACE: Duration = Duration::from_millis(50);

/// The first connection that stands, and a line for each address.
pub(crate) async fn connect(
    addresses: &[SocketAddr],
    clock: Clock,
) -> (Vec<PhaseResult<Collected>>, Result<TcpStream, Fault>) {
    let mut tries = JoinSet::new();
    let mut lines: Vec<Option<PhaseResult<Collected>>> = vec![None; addresses.len()];
    let mut faults: Vec<Option<Fault>> = vec![None; addresses.len()];
    let mut stream = None;
    let mut begun = 0;
    let mut next = Instant::now();
    let mut end = clock.end;
    loop {
        if begun < addresses.len() && stream.is_none() && (tries.is_empty() || Instant::now() >= next) {
            let (at, address) = (begun, addresses[begun]);
            tries.spawn(async move { one(at, address, clock).await });
            begun += 1;
            next = Instant::now() + STAGGER;
            continue;
        }
        if tries.is_empty() {
            break;
        }
        let may_begin = begun < addresses.len() && stream.is_none();
        tokio::select! {
            done = timeout_at(end, tries.join_next()) => match done {
                Ok(Some(Ok((at, told, result)))) => {
                    lines[at] = Some(told);
                    match result {
                        Ok(connected) if stream.is_none() => {
                            stream = Some(connected);
                            end = end.min(Instant::now() + GRACE);
                        }
                        Ok(_) => {}
                        Err(fault) => faults[at] = Some(fault),
                    }
                }
                Ok(Some(Err(_))) => {}
                Ok(None) | Err(_) => break,
            },
            () = sleep_until(next), if may_begin => {}
        }
    }
    let connected = stream.is_some();
    let told =
        lines.into_iter().zip(addresses).map(|(line, address)| line.unwrap_or_else(|| skipped(*address, connected)));
    let told = told.collect();
    (told, stream.ok_or_else(|| worst(faults)))
}

async fn one(
    at: usize,
    address: SocketAddr,
    clock: Clock,
) -> (usize, PhaseResult<Collected>, Result<TcpStream, Fault>) {
    let from = Instant::now();
    let connect = async { TcpStream::connect(address).await.map_err(|error| fault(&error)) };
    // A margin, so that the line of this address is written before the whole budget ends.
    let limit = Clock { end: clock.end.checked_sub(Duration::from_millis(20)).unwrap_or(clock.end) };
    let done = limit.hold(Cause::TimeoutConnect, "no answer to the connection request in time", connect).await;
    let words = done.as_ref().map(|_| "connected".to_owned());
    let told = line(Phase::Tcp, from, Some(address.to_string()), words);
    if let Ok(stream) = &done {
        let _ = stream.set_nodelay(true);
    }
    (at, told, done)
}

fn skipped(address: SocketAddr, connected: bool) -> PhaseResult<Collected> {
    let words = if connected { "not needed: another address was connected first" } else { "not tried in the time" };
    PhaseResult {
        phase: Phase::Tcp,
        outcome: PhaseOutcome::Skipped,
        ms: Millis(0),
        address: Some(Raw::new(address.to_string())),
        detail: Raw::text(words),
        cause: None,
    }
}

fn fault(error: &io::Error) -> Fault {
    use io::ErrorKind as K;
    match error.kind() {
        K::ConnectionRefused => Fault::new(Cause::TcpRefused, "the connection was refused"),
        K::ConnectionReset | K::ConnectionAborted => Fault::new(Cause::TcpReset, "the connection was reset"),
        K::TimedOut => Fault::late(Cause::TimeoutConnect, "no answer to the connection request"),
        K::NetworkUnreachable | K::HostUnreachable | K::AddrNotAvailable | K::NetworkDown => {
            Fault::new(Cause::NetworkUnreachable, "there is no route to this address")
        }
        K::PermissionDenied => Fault::new(Cause::NetworkUnreachable, "this machine does not allow the connection"),
        _ => Fault::new(Cause::NetworkUnreachable, error.to_string()),
    }
}

/// The fault that tells most: an answer, even a refusal, tells more than silence, and silence more than a missing route.
fn worst(faults: Vec<Option<Fault>>) -> Fault {
    let rank = |fault: &Fault| match fault.cause {
        Cause::TcpRefused => 0,
        Cause::TcpReset => 1,
        Cause::TimeoutConnect => 2,
        _ => 3,
    };
    let told = faults.into_iter().flatten().min_by_key(rank);
    told.unwrap_or_else(|| Fault::late(Cause::TimeoutConnect, "no answer to the connection request in time"))
}
