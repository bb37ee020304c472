//! A TLS server with a self-signed certificate for 127.0.0.1.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, Stream};

use super::Raw;

/// Returns the file with the certificate.
pub(in crate::registry) fn certificate() -> String {
    fixture("certificate.pem")
}

/// Answers every request alike, and returns the address.
pub(in crate::registry) fn always(raw: Raw) -> String {
    let config = Arc::new(config());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            // Who does not trust the certificate hangs up.
            let _ = answer(&config, &mut stream.unwrap(), &raw);
        }
    });
    url
}

fn answer(config: &Arc<ServerConfig>, stream: &mut TcpStream, raw: &Raw) -> std::io::Result<()> {
    let mut connection = ServerConnection::new(Arc::clone(config)).unwrap();
    let mut stream = Stream::new(&mut connection, stream);
    let mut asked = Vec::new();
    while !asked.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        asked.extend(byte);
    }
    stream.write_all(raw)?;
    stream.conn.send_close_notify();
    stream.flush()
}

fn config() -> ServerConfig {
    let certificate = CertificateDer::from_pem_file(certificate()).unwrap();
    let key = PrivateKeyDer::from_pem_file(fixture("key.pem")).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap()
}

fn fixture(name: &str) -> String {
    format!(
        "{}/../../tests/fixtures/tls/{name}",
        env!("CARGO_MANIFEST_DIR")
    )
}
