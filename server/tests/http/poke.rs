//! A phone that listens hears when there is something to pull, and nobody waits for it when the server stops.

use reqwest::{Response, StatusCode};

use crate::office::{Office, Phone};

pub async fn listen(phone: &Phone<'_>) -> Response {
    let response =
        phone.request("GET", "/sync/poke").header("accept-encoding", "br, gzip").send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(
        (&response.headers()["content-type"], &response.headers()["x-accel-buffering"]),
        (&"text/event-stream".parse().unwrap(), &"no".parse().unwrap())
    );
    assert!(
        !response.headers().contains_key("content-encoding"),
        "an event is not held back to be compressed"
    );
    response
}

/// Reads up to the end of the next event that is no sign of life.
pub async fn poked(stream: &mut Response) -> bool {
    while let Some(chunk) = stream.chunk().await.unwrap() {
        if chunk.starts_with(b"event: poke\ndata: pull\n") {
            return true;
        }
    }
    false
}

#[tokio::test]
async fn the_other_device_hears_of_it_and_the_server_stops_all_the_same() {
    let office = Office::open().await;
    let mut phone = office.log_in("chen").await;
    let mut streams = vec![listen(&phone.second()).await, listen(&office.log_in("chen").await).await];
    for stream in &mut streams {
        assert!(poked(stream).await, "the first: nobody knows what came before");
    }
    for n in 1..=2 {
        phone.registers(n, "海港").await;
        for stream in &mut streams {
            assert!(poked(stream).await);
        }
    }
    // listening takes no place from those who ask
    phone.pull(None).await;
    let office = office.restart().await;
    for stream in &mut streams {
        assert!(!poked(stream).await, "ended in order");
    }
    let refused = office.request("GET", "/sync/poke").send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
}
