//! Serving over TLS with a certificate of its own.

use std::net::SocketAddr;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::office::Office;

#[tokio::test]
async fn browsers_that_know_the_certificate_are_served_and_told_to_stay_with_tls() {
    let office = Office::open().await.over_tls().await;
    let address: SocketAddr = office.url.strip_prefix("https://").unwrap().parse().unwrap();
    let file = office.folder.path().join("data/cert.pem");
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(file).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let connector = TlsConnector::from(Arc::new(config));
    for name in ["localhost", "127.0.0.1"] {
        let tcp = TcpStream::connect(address).await.unwrap();
        let mut tls = connector.connect(ServerName::try_from(name).unwrap(), tcp).await.unwrap();
        tls.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
            .await
            .unwrap();
        let mut answer = String::new();
        tls.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
        assert!(answer.contains("strict-transport-security: max-age=63072000"), "{answer}");
        assert!(answer.contains("{\"ok\":true,"), "{answer}");
    }
}

#[tokio::test]
async fn plain_http_gets_nothing_there() {
    let office = Office::open().await.over_tls().await;
    let plain = office.url.replace("https://", "http://");
    assert!(reqwest::get(format!("{plain}/healthz")).await.is_err());
}
