//! Phase three: the tunnel that a SOCKS proxy is asked for, version 5 or 4.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::fault::Fault;
use super::proxy::Proxy;
use super::stream::Stream;
use crate::model::Raw;
use crate::model::vocabulary::Cause;

fn broke(error: &std::io::Error) -> Fault {
    Fault::new(Cause::Proxy, format!("the SOCKS proxy broke off: {}", error.kind()))
}

/// Asks a SOCKS 5 proxy for a tunnel. Source: RFC 1928 and RFC 1929.
pub(crate) async fn five(
    mut stream: Stream,
    proxy: &Proxy,
    host: &str,
    port: u16,
    resolved: Option<SocketAddr>,
) -> Result<(Stream, String), Fault> {
    let methods: &[u8] = if proxy.login.is_some() { &[5, 2, 0, 2] } else { &[5, 1, 0] };
    stream.write_all(methods).await.map_err(|error| broke(&error))?;
    let mut chosen = [0u8; 2];
    stream.read_exact(&mut chosen).await.map_err(|error| broke(&error))?;
    match (chosen, &proxy.login) {
        ([5, 0], _) => {}
        ([5, 2], Some(login)) => {
            stream.write_all(&login_message(login)?).await.map_err(|error| broke(&error))?;
            stream.read_exact(&mut chosen).await.map_err(|error| broke(&error))?;
            if chosen[1] != 0 {
                return Err(Fault::new(Cause::Proxy, "the SOCKS proxy did not accept the user name and password"));
            }
        }
        ([5, _], _) => return Err(Fault::new(Cause::Proxy, "the SOCKS proxy wants a user name and password")),
        _ => return Err(Fault::new(Cause::Proxy, "what answers is no SOCKS 5 proxy")),
    }
    let ask = connect_message(host, port, resolved)?;
    stream.write_all(&ask).await.map_err(|error| broke(&error))?;
    let mut head = [0u8; 4];
    stream.read_exact(&mut head).await.map_err(|error| broke(&error))?;
    let words = match head[1] {
        0 => "",
        1 => "a general failure",
        2 => "its rules do not allow the connection",
        3 => "the network is unreachable",
        4 => "the host is unreachable or its name does not resolve",
        5 => "the target refused the connection",
        6 => "the time ran out",
        _ => "it does not know this kind of request",
    };
    if !words.is_empty() {
        return Err(Fault::new(Cause::Proxy, format!("the SOCKS proxy gave no tunnel: {words} (reply {})", head[1])));
    }
    let rest = match head[3] {
        1 => 4,
        4 => 16,
        _ => usize::from(stream.read_u8().await.map_err(|error| broke(&error))?),
    };
    let mut bound = vec![0u8; rest + 2];
    stream.read_exact(&mut bound).await.map_err(|error| broke(&error))?;
    Ok((stream, "the SOCKS proxy opened the way".to_owned()))
}

/// User name and password as SOCKS 5 asks for them. Source: RFC 1929.
fn login_message((user, password): &(Raw<String>, Raw<String>)) -> Result<Vec<u8>, Fault> {
    let mut login = vec![1];
    for part in [user, password] {
        let bytes = part.expose().as_bytes();
        let length = u8::try_from(bytes.len());
        login.push(length.map_err(|_| Fault::new(Cause::Proxy, "the user name or password is too long for SOCKS"))?);
        login.extend_from_slice(bytes);
    }
    Ok(login)
}

/// What asks a SOCKS 5 proxy to connect to a host: by its address where that is known here. Source: RFC 1928, section 4.
fn connect_message(host: &str, port: u16, resolved: Option<SocketAddr>) -> Result<Vec<u8>, Fault> {
    let mut ask = vec![5, 1, 0];
    match resolved.map(|address| address.ip()).or_else(|| host.parse().ok()) {
        Some(IpAddr::V4(address)) => ask.extend([1].into_iter().chain(address.octets())),
        Some(IpAddr::V6(address)) => ask.extend([4].into_iter().chain(address.octets())),
        None => {
            let length = u8::try_from(host.len()).map_err(|_| Fault::new(Cause::Proxy, "the host name is too long"))?;
            ask.extend([3, length]);
            ask.extend_from_slice(host.as_bytes());
        }
    }
    ask.extend(port.to_be_bytes());
    Ok(ask)
}

/// Asks a SOCKS 4 proxy for a tunnel: to an IPv4 address, or to a name in the form that 4a adds. Source: the memos "SOCKS: A
/// protocol for TCP proxy across firewalls" and "SOCKS 4A: A Simple Extension to SOCKS 4 Protocol".
pub(crate) async fn four(
    mut stream: Stream,
    proxy: &Proxy,
    host: &str,
    port: u16,
    resolved: Option<SocketAddr>,
) -> Result<(Stream, String), Fault> {
    let address = match resolved.map(|address| address.ip()).or_else(|| host.parse().ok()) {
        Some(IpAddr::V4(address)) => Some(address),
        Some(IpAddr::V6(_)) => return Err(Fault::new(Cause::Proxy, "SOCKS 4 has no form for an IPv6 address")),
        None => None,
    };
    let mut ask = vec![4, 1];
    ask.extend(port.to_be_bytes());
    // An address that no host has says that a name follows.
    ask.extend(address.unwrap_or(Ipv4Addr::new(0, 0, 0, 1)).octets());
    ask.extend(proxy.login.iter().flat_map(|(user, _)| user.expose().bytes()));
    ask.push(0);
    if address.is_none() {
        ask.extend(host.bytes());
        ask.push(0);
    }
    stream.write_all(&ask).await.map_err(|error| broke(&error))?;
    let mut reply = [0u8; 8];
    stream.read_exact(&mut reply).await.map_err(|error| broke(&error))?;
    let words = match (reply[0], reply[1]) {
        (0, 90) => return Ok((stream, "the SOCKS proxy opened the way".to_owned())),
        (0, 91) => "it refused the connection, or could not make it",
        (0, 92 | 93) => "it could not tell who asks (identd)",
        _ => return Err(Fault::new(Cause::Proxy, "what answers is no SOCKS 4 proxy")),
    };
    Err(Fault::new(Cause::Proxy, format!("the SOCKS proxy gave no tunnel: {words} (reply {})", reply[1])))
}
