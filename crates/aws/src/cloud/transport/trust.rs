//! Whose certificates are trusted.

use aws_smithy_http_client::tls::{TlsContext, TrustStore};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

/// Trusts the certificates of a PEM file alone.
///
/// # Errors
/// Why it holds none, or one that can't be read: the SDK panics at the first request, or trusts
/// nobody.
pub(crate) fn trusting(pem: Vec<u8>) -> Result<TlsContext, String> {
    let mut count = 0;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        count += 1;
        let certificate = certificate.ok();
        let is_one = certificate.is_some_and(|one| roots.add(one).is_ok());
        if !is_one {
            return Err(format!("certificate {count} in it can't be read"));
        }
    }
    if count == 0 {
        return Err("it holds no certificate".to_owned());
    }
    let store = TrustStore::empty().with_pem_certificate(pem);
    let context = TlsContext::builder().with_trust_store(store).build();
    context.map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = include_str!("../../../../../tests/fixtures/tls/certificate.pem");

    #[test]
    fn only_certificates_are_trusted_and_at_least_one() {
        let check = |pem: &str| trusting(pem.as_bytes().to_vec()).map(|_| ());
        assert_eq!(check(GOOD), Ok(()));
        assert_eq!(check(&format!("# ours\n{GOOD}{GOOD}")), Ok(()));
        let none = Err("it holds no certificate".to_owned());
        for text in ["", "root:x:0:0", "\0\u{1}"] {
            assert_eq!(check(text), none, "{text}");
        }
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        let second = Err("certificate 2 in it can't be read".to_owned());
        assert_eq!(check(&format!("{GOOD}{broken}")), second);
        let cut = "-----BEGIN CERTIFICATE-----\nAAAA\n";
        assert_eq!(check(&format!("{GOOD}{cut}")), second);
    }
}
