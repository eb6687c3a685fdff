//! Where an HTTP/1.1 message begins and ends. Knows of no other header than those that say so.

use std::io;

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

/// A request as it goes on to the server.
pub(super) struct Request {
    /// Its path.
    pub(super) path: String,
    /// All of it, asking the server to close the connection after its answer.
    pub(super) bytes: Vec<u8>,
}

/// Reads a request to its end.
pub(super) async fn read_request(client: &mut TcpStream) -> io::Result<Request> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|it| it == b"\r\n\r\n") {
            break at + 4;
        }
        if client.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    let whole = end + length.unwrap_or(0);
    while bytes.len() < whole {
        if client.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    let lines = head.trim_end().lines();
    let kept = lines.filter(|line| !line.to_ascii_lowercase().starts_with("connection:"));
    let mut out = kept.collect::<Vec<_>>().join("\r\n").into_bytes();
    out.extend_from_slice(b"\r\nconnection: close\r\n\r\n");
    out.extend_from_slice(&bytes[end..whole]);
    Ok(Request { path, bytes: out })
}

/// Reads an answer to its end, which is that of the connection.
pub(super) async fn read_answer(server: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut answer = Vec::new();
    server.read_to_end(&mut answer).await?;
    if answer.is_empty() { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(answer) }
}
