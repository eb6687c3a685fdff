//! The same with photos in what speaks S3: s3s-fs, in this process, with the keys asked for.

use std::path::Path;

use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use leeway_server::blobs::Blobs;
use leeway_server::config::{BlobPlace, Place};
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use s3s_fs::FileSystem;
use tokio::net::TcpListener;

use crate::blobs::a_photo_goes_in_and_out;
use crate::office::{Office, SECOND};

/// Serves a folder, whose folders are buckets, until the test ends. Returns the address.
async fn serve(folder: &Path) -> String {
    let mut service = S3ServiceBuilder::new(FileSystem::new(folder).unwrap());
    service.set_auth(SimpleAuth::from_single("the-key", "the-secret"));
    let service = service.build();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((line, _)) = listener.accept().await {
            let service = service.clone();
            tokio::spawn(async move {
                let _ =
                    Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(line), service).await;
            });
        }
    });
    address
}

fn place(secret: &str, endpoint: &str) -> BlobPlace {
    BlobPlace {
        blobs: Some("s3://photos".into()),
        s3_endpoint: Some(endpoint.into()),
        s3_region: "us-east-1".into(),
        s3_key_id: "the-key".parse().ok(),
        s3_key: secret.parse().ok(),
        below: None,
    }
}

#[tokio::test]
async fn a_photo_goes_into_s3_and_out() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("photos")).unwrap();
    let endpoint = serve(folder.path()).await;
    let office = Office::open().await.keeping_photos_in(place("the-secret", &endpoint)).await;
    assert!(!format!("{:?}", place("the-secret", &endpoint)).contains("the-secret"));
    a_photo_goes_in_and_out(office).await;
    // it is there, and not in the folder that would be the default
    assert!(folder.path().join("photos/whole").is_dir());
}

#[tokio::test]
async fn the_photos_of_each_organisation_lie_apart() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("photos")).unwrap();
    let s3 = place("the-secret", &serve(folder.path()).await);
    let named = BlobPlace { blobs: folder.path().join("named").to_str().map(str::to_owned), ..s3.clone() };
    let bytes = crate::blobs::picture(1, 900);
    let hash = crate::blobs::hash(&bytes);
    for (blobs, top) in [(s3, "photos"), (named, "named")] {
        let data = folder.path().join("data");
        let first = Place { data, database: None, database_owner: None, blobs };
        let open = |place: &Place| Blobs::open(&place.data, &place.blobs).unwrap();
        let (here, there) = (open(&first), open(&first.of(SECOND)));
        there.put(hash, bytes.clone().into()).await.unwrap();
        assert_eq!(there.length(hash).await.unwrap(), Some(900));
        assert_eq!(here.length(hash).await.unwrap(), None, "{top}");
        assert!(folder.path().join(top).join("tenants/2/whole").is_dir());
    }
}
