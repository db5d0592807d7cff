//! Who is at the other end of the connection, as far as that can be known.

use super::Context;
use crate::config::{ForwardedHeader, Server};
use crate::fault::Fault;
use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderMap};
use actix_web::{FromRequest, HttpRequest};
use ipnet::IpNet;
use std::fmt;
use std::future::{Ready, ready};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The address a request comes from. An extractor; take this, and no header, for whatever is counted by address.
///
/// It is the socket's own address. Only where that lies in `server.trusted_proxies` is the header read which those
/// proxies write (`server.forwarded_header`), from its right end: each proxy appends whom it was called by, so the
/// right-most address that is no trusted proxy is the last one anybody trustworthy has seen. What stands left of it may
/// be whatever the caller wrote, and is not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Peer(IpAddr);

impl Peer {
    /// The peer of a request under these settings.
    pub fn of(request: &HttpRequest, settings: &Server) -> Self {
        let socket = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
        Self::behind(socket.to_canonical(), request.headers(), settings)
    }

    fn behind(socket: IpAddr, headers: &HeaderMap, settings: &Server) -> Self {
        let is_trusted = |address: &IpAddr| settings.trusted_proxies.iter().any(|net| net.contains(address));
        let mut known = socket;
        if !is_trusted(&known) {
            return Self(known);
        }
        for told in told(headers, settings.forwarded_header).into_iter().rev() {
            let Some(address) = told else {
                break;
            };
            known = address;
            if !is_trusted(&known) {
                break;
            }
        }
        Self(known)
    }

    /// The address itself, for the log.
    pub const fn address(self) -> IpAddr {
        self.0
    }

    /// What is counted as one peer: an IPv4 address, or the /64 an IPv6 address lies in, all of which one host may use
    /// (RFC 4291 §2.5.4, RFC 8981).
    pub fn block(self) -> IpNet {
        match self.0 {
            IpAddr::V4(_) => self.0.into(),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                let first = IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0));
                IpNet::new(first, 64).unwrap_or_else(|_| first.into())
            }
        }
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl FromRequest for Peer {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let context = request.app_data::<Context>();
        let peer = context.map(|context| Self::of(request, &context.config.server));
        ready(peer.ok_or_else(|| Fault::internal("the app has no context")))
    }
}

/// The addresses the header tells, in its order; `None` for what is no address, behind which nothing can be known.
fn told(headers: &HeaderMap, header: ForwardedHeader) -> Vec<Option<IpAddr>> {
    let name = match header {
        ForwardedHeader::XForwardedFor => header::X_FORWARDED_FOR,
        ForwardedHeader::Forwarded => header::FORWARDED,
    };
    let lines = headers.get_all(name).map(|line| line.to_str().unwrap_or_default());
    let elements = lines.flat_map(|line| line.split(','));
    let node = |element: &str| match header {
        ForwardedHeader::XForwardedFor => address(element),
        ForwardedHeader::Forwarded => element.split(';').find_map(for_of).and_then(address),
    };
    elements.map(node).collect()
}

/// The node of a `for=` pair (RFC 7239 §4).
fn for_of(pair: &str) -> Option<&str> {
    let (name, value) = pair.split_once('=')?;
    name.trim().eq_ignore_ascii_case("for").then(|| value.trim().trim_matches('"'))
}

/// An address with or without brackets and port (RFC 7239 §6).
fn address(node: &str) -> Option<IpAddr> {
    let node = node.trim();
    let bare = match node.strip_prefix('[') {
        Some(rest) => rest.split(']').next()?,
        None if node.matches(':').count() == 1 => node.split(':').next()?,
        None => node,
    };
    bare.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::{HeaderName, HeaderValue};

    fn server(trusted: &[&str], header: ForwardedHeader) -> Server {
        let mut server = crate::config::load(None).unwrap().server;
        server.trusted_proxies = trusted.iter().map(|net| net.parse().unwrap()).collect();
        server.forwarded_header = header;
        server
    }

    fn peer(socket: &str, header: ForwardedHeader, lines: &[(&'static str, &str)]) -> String {
        let mut headers = HeaderMap::new();
        for (name, line) in lines {
            headers.append(HeaderName::from_static(name), HeaderValue::from_str(line).unwrap());
        }
        let settings = server(&["10.0.0.0/8", "fd00::/8"], header);
        Peer::behind(socket.parse().unwrap(), &headers, &settings).to_string()
    }

    #[test]
    fn a_header_is_believed_from_a_trusted_proxy_only_and_from_its_right_end() {
        use ForwardedHeader::XForwardedFor;
        let cases: [(&str, &[&str], &str); 9] = [
            ("203.0.113.9", &["198.51.100.1"], "203.0.113.9"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["1.1.1.1, 198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["1.1.1.1, 198.51.100.1, 10.0.0.2"], "198.51.100.1"),
            ("10.0.0.1", &["1.1.1.1", "198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["198.51.100.1, rubbish"], "10.0.0.1"),
            ("10.0.0.1", &["10.9.9.9"], "10.9.9.9"),
            ("fd00::1", &["[2001:db8::7]:443"], "2001:db8::7"),
        ];
        for (socket, lines, wanted) in cases {
            let lines: Vec<_> = lines.iter().map(|line| ("x-forwarded-for", *line)).collect();
            assert_eq!(peer(socket, XForwardedFor, &lines), wanted, "{socket} {lines:?}");
        }
    }

    #[test]
    fn of_the_two_headers_only_the_one_that_the_proxies_write_is_read() {
        use ForwardedHeader::{Forwarded, XForwardedFor};
        let lines = [
            ("forwarded", r#"for=1.1.1.1, For="[2001:db8::8]:80";proto=https"#),
            ("x-forwarded-for", "2.2.2.2"),
        ];
        assert_eq!(peer("10.0.0.1", Forwarded, &lines), "2001:db8::8");
        assert_eq!(peer("10.0.0.1", XForwardedFor, &lines), "2.2.2.2");
        assert_eq!(peer("10.0.0.1", Forwarded, &[("forwarded", "for=_hidden")]), "10.0.0.1");
        assert_eq!(peer("10.0.0.1", Forwarded, &[("forwarded", "by=9.9.9.9")]), "10.0.0.1");
    }

    #[test]
    fn an_ipv4_address_is_one_peer_and_an_ipv6_one_stands_for_its_64() {
        let block = |text: &str| Peer(text.parse::<IpAddr>().unwrap().to_canonical()).block().to_string();
        assert_eq!(block("203.0.113.9"), "203.0.113.9/32");
        assert_eq!(block("::ffff:203.0.113.9"), "203.0.113.9/32");
        assert_eq!(block("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(block("2001:db8:1:2::9"), block("2001:db8:1:2:ffff::"));
    }
}
