//! The host name of an address, by which organisations are told apart: in one spelling, however it was written.
//! **Never** believes what a proxy says beside `Host`, and never makes a guess: what is not clear is nobody's.

use std::fmt;
use std::net::Ipv6Addr;
use std::str::FromStr;

use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Uri, header};

/// Most characters of a name.
const MAX: usize = 253;
/// Most characters between two dots.
const LABEL: usize = 63;

/// A host name, or the literal of an IP address: lower case, without port and without a dot at its end; a name in other
/// letters in its ASCII form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Host(String);

/// What an operator wrote is not the name of a host.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// It has more than the host in it.
    #[error("{0} is a whole address: give the name of the host alone, like sales.example.com")]
    Address(String),
    /// It has a port.
    #[error("{0} names a port: leave it out; browsers share cookies between ports, so the name alone counts")]
    Port(String),
    /// It is nothing that a browser could ask for.
    #[error("{0:?} is no name of a host: letters, digits and hyphens between dots, like sales.example.com")]
    Form(String),
}

impl Host {
    /// Returns the host that a request is for; `None` when it names none, or two that differ. HTTP/2, and a request
    /// through a proxy, name it in the address; HTTP/1 in the header; both may be there.
    #[must_use]
    pub fn of(request: &Parts) -> Option<Self> {
        Self::asked(&request.uri, &request.headers)
    }

    fn asked(uri: &Uri, headers: &HeaderMap) -> Option<Self> {
        let target = uri.authority().map(Self::within);
        let mut named = headers.get_all(header::HOST).iter();
        let header = named.next().map(|value| Self::within(&value.to_str().ok()?.parse().ok()?));
        match (target, header, named.next()) {
            (Some(target), Some(header), None) => target.filter(|it| Some(it) == header.as_ref()),
            (Some(one), None, None) | (None, Some(one), None) => one,
            _ => None,
        }
    }

    fn within(authority: &Authority) -> Option<Self> {
        // somebody's name before an `@` is a way to deceive
        if authority.as_str().contains('@') { None } else { Self::spelt(authority.host()) }
    }

    /// Brings a name into its one spelling; `None` when it is none.
    fn spelt(name: &str) -> Option<Self> {
        // browsers would read a `%` as the beginning of another letter: nobody is called like that
        let name = name.strip_suffix('.').unwrap_or(name);
        if name.contains('%') {
            return None;
        }
        match url::Host::parse(name).ok()? {
            url::Host::Domain(name) if is_name(&name) => Some(Self(name)),
            url::Host::Domain(_) => None,
            address => Some(Self(address.to_string())),
        }
    }

    /// Returns it as it is stored.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// Says whether a name in ASCII has the form of one.
fn is_name(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    let is_label = |label: &str| (1..=LABEL).contains(&label.len()) && label.chars().all(fits);
    name.len() <= MAX && name.split('.').all(is_label)
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Host {
    type Err = HostError;

    fn from_str(text: &str) -> Result<Self, HostError> {
        let given = text.trim().to_owned();
        if given.contains(['/', '@', '?', '#']) {
            return Err(HostError::Address(given));
        }
        // outside of an address it stands without brackets
        let bare: Result<Ipv6Addr, _> = given.parse();
        let name = bare.map_or_else(|_| given.clone(), |it| format!("[{it}]"));
        if name.parse::<Authority>().is_ok_and(|it| it.port().is_some()) {
            return Err(HostError::Port(given));
        }
        Self::spelt(&name).ok_or(HostError::Form(given))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(text: &str) -> Host {
        text.parse().unwrap()
    }

    #[test]
    fn one_host_has_one_spelling() {
        for (given, one) in [
            ("sales.example.com", "sales.example.com"),
            (" Sales.EXAMPLE.com. ", "sales.example.com"),
            ("海港.example", "xn--90w6o.example"),
            ("localhost", "localhost"),
            ("127.0.0.1", "127.0.0.1"),
            ("::1", "[::1]"),
            ("[0:0::1]", "[::1]"),
            ("2001:DB8::1", "[2001:db8::1]"),
        ] {
            assert_eq!(host(given).text(), one, "{given}");
            assert_eq!(host(one), host(given));
        }
    }

    #[test]
    fn what_is_wrong_is_named_with_the_way_out() {
        let port = |it: &str| HostError::Port(it.to_owned());
        let address = |it: &str| HostError::Address(it.to_owned());
        for it in ["sales.example.com:8443", "127.0.0.1:80", "[::1]:80"] {
            assert_eq!(it.parse::<Host>(), Err(port(it)));
        }
        for it in ["https://sales.example.com", "sales.example.com/", "me@example.com"] {
            assert_eq!(it.parse::<Host>(), Err(address(it)));
        }
        let long = "a".repeat(64);
        let longer = ["a"; 128].join(".");
        for it in [
            "",
            ".",
            "..",
            "a..b",
            "two words",
            "*.example.com",
            "a%2eb",
            "[::1",
            "300.1.1.1",
            &long,
            &longer,
        ] {
            assert_eq!(it.parse::<Host>(), Err(HostError::Form(it.to_owned())));
        }
        let said = port("a:1").to_string();
        assert!(said.contains("a:1") && said.contains("leave it out"), "{said}");
    }

    /// What a request names, by its target and its `Host` headers.
    fn asked(target: &str, headers: &[&str]) -> Option<String> {
        let mut map = HeaderMap::new();
        for value in headers {
            map.append(header::HOST, value.parse().unwrap());
        }
        Host::asked(&target.parse().unwrap(), &map).map(|it| it.to_string())
    }

    #[test]
    fn a_request_names_one_host_or_none() {
        let name = Some("a.example".to_owned());
        for it in ["a.example", "A.Example", "a.example.", "a.example:8443", "A.EXAMPLE.:80"] {
            assert_eq!(asked("/", &[it]), name, "{it}");
        }
        assert_eq!(asked("https://a.example:8443/x", &[]), name, "HTTP/2");
        assert_eq!(asked("https://a.example/x", &["A.example:8443"]), name);
        assert_eq!(asked("/", &["[::1]:8080"]).as_deref(), Some("[::1]"));
        for (target, headers) in [
            ("/", &[][..]),
            ("/", &[""]),
            ("/", &["a.example", "a.example"]),
            ("/", &["a.example", "b.example"]),
            ("https://a.example/", &["b.example"]),
            ("https://a.example/", &["not a host"]),
            ("https://a.example/", &["a.example", "a.example"]),
            ("/", &["x@a.example"]),
            ("/", &["a.example/"]),
            ("/", &["a.example, b.example"]),
            ("/", &["a%2eexample"]),
            ("/", &["a.example.."]),
        ] {
            assert_eq!(asked(target, headers), None, "{target} {headers:?}");
        }
    }
}
