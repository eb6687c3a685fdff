//! TLS with a certificate that the server makes for itself, so that a phone in the same network can be tried:
//! kept in the data folder and used again while it fits. **Never** meant for the open internet.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use leeway_core::values::Timestamp;
use rcgen::{CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use tokio_rustls::TlsAcceptor;

const CERTIFICATE: &str = "cert.pem";
const KEY: &str = "key.pem";
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
/// Phones refuse certificates that are valid for longer than 398 days.
const LIFE_DAYS: i64 = 397;
/// A new one is made when the old one has less than this left.
const LEFT_DAYS: i64 = 30;
const NAMES: &str = "# names: ";
const UNTIL: &str = "# until: ";

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file can't be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which one.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// The certificate can't be made.
    #[error("no certificate: {0}")]
    Make(#[from] rcgen::Error),
    /// The certificate can't be used.
    #[error("the certificate can't be used: {0}")]
    Use(#[from] rustls::Error),
    /// A file is not what it should be.
    #[error("{path} is not in PEM form")]
    Pem {
        /// Which one.
        path: PathBuf,
    },
}

/// What a server needs for TLS.
pub struct Tls {
    /// Greets connections.
    pub acceptor: TlsAcceptor,
    /// SHA-256 of the certificate, as browsers show it.
    pub fingerprint: String,
}

/// Prepares TLS with the certificate of this folder; makes one if there is none that fits.
///
/// # Errors
/// [`TlsError`] when files can't be read or written, or the certificate can't be made.
pub fn prepare(folder: &Path, listen: SocketAddr, now: Timestamp) -> Result<Tls, TlsError> {
    let names = names(listen);
    let (certificate, key) = (folder.join(CERTIFICATE), folder.join(KEY));
    if !fits(&certificate, &names, now) || !key.is_file() {
        make(&certificate, &key, &names, now)?;
    }
    let pem = |path: &Path| TlsError::Pem { path: path.to_owned() };
    let der = CertificateDer::from_pem_file(&certificate).map_err(|_| pem(&certificate))?;
    let fingerprint = fingerprint(&der);
    let private = PrivateKeyDer::from_pem_file(&key).map_err(|_| pem(&key))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![der], private)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Tls { acceptor: TlsAcceptor::from(Arc::new(config)), fingerprint })
}

/// Returns the address by which others in the network reach this machine. Nothing is sent: connecting a
/// datagram socket only asks the routing table.
#[must_use]
pub fn lan_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    // an address kept for documentation: it is nobody's
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    let ip = socket.local_addr().ok()?.ip();
    (!ip.is_loopback() && !ip.is_unspecified()).then_some(ip)
}

/// Returns the address that others can open, for a server that listens here; `None` on the loopback.
#[must_use]
pub fn reachable(listen: SocketAddr) -> Option<SocketAddr> {
    let ip = if listen.ip().is_unspecified() { lan_address()? } else { listen.ip() };
    (!ip.is_loopback()).then_some(SocketAddr::new(ip, listen.port()))
}

fn names(listen: SocketAddr) -> Vec<String> {
    let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
    names.extend(reachable(listen).map(|address| address.ip().to_string()));
    names
}

/// Returns whether there is a certificate for these names that lasts a while. Its file says so in its head.
fn fits(certificate: &Path, names: &[String], now: Timestamp) -> bool {
    let Ok(text) = fs::read_to_string(certificate) else { return false };
    let said = |mark: &str| text.lines().find_map(|line| line.strip_prefix(mark).map(str::to_owned));
    let until: i64 = said(UNTIL).and_then(|it| it.parse().ok()).unwrap_or(0);
    said(NAMES).is_some_and(|it| it == names.join(" ")) && until - now.ms() > LEFT_DAYS * DAY_MS
}

fn make(certificate: &Path, key: &Path, names: &[String], now: Timestamp) -> Result<(), TlsError> {
    let until = now.ms() + LIFE_DAYS * DAY_MS;
    let mut params = CertificateParams::new(names.to_vec())?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "Leeway");
    params.not_before = moment(now.ms() - DAY_MS);
    params.not_after = moment(until);
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let pair = KeyPair::generate()?;
    let made = params.self_signed(&pair)?;
    write_private(key, &pair.serialize_pem())?;
    write_private(certificate, &format!("{NAMES}{}\n{UNTIL}{until}\n{}", names.join(" "), made.pem()))
}

fn moment(ms: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(ms.div_euclid(1_000)).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// Writes a file that only its owner may read.
fn write_private(path: &Path, text: &str) -> Result<(), TlsError> {
    let about = |source| TlsError::File { path: path.to_owned(), source };
    // a file that is there keeps its permissions: begin anew
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(about(error)),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).and_then(|mut file| file.write_all(text.as_bytes())).map_err(about)
}

fn fingerprint(der: &CertificateDer<'_>) -> String {
    let bytes = Sha256::digest(der.as_ref());
    bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: i64) -> Timestamp {
        Timestamp::from_ms(1_795_262_400_000 + day * DAY_MS)
    }

    #[test]
    fn a_certificate_is_used_again_while_it_fits() {
        let folder = tempfile::tempdir().unwrap();
        let local = SocketAddr::from((Ipv4Addr::LOCALHOST, 1));
        let first = prepare(folder.path(), local, at(0)).unwrap().fingerprint;
        assert_eq!(first.len(), 32 * 3 - 1);
        assert_eq!(prepare(folder.path(), local, at(300)).unwrap().fingerprint, first);
        assert_ne!(prepare(folder.path(), local, at(380)).unwrap().fingerprint, first);
        let lan = SocketAddr::from((Ipv4Addr::new(10, 1, 2, 3), 1));
        let second = prepare(folder.path(), lan, at(0)).unwrap().fingerprint;
        assert_eq!(prepare(folder.path(), lan, at(0)).unwrap().fingerprint, second);
    }

    #[cfg(unix)]
    #[test]
    fn the_key_is_for_its_owner_only() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let key = folder.path().join(KEY);
        fs::write(&key, "old").unwrap();
        prepare(folder.path(), SocketAddr::from((Ipv4Addr::LOCALHOST, 1)), at(0)).unwrap();
        assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
