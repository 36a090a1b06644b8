//! Thirty-two secret bytes.

use rand::CryptoRng;
use ring::{hkdf, hmac};
use zeroize::Zeroize;

/// A 256-bit key or seed. It lives in one place on the heap, is wiped when dropped, and cannot be printed or copied.
pub struct Secret(Box<[u8; 32]>);

impl Secret {
    /// Fresh from the given source of chance.
    pub fn random<R: CryptoRng + ?Sized>(rng: &mut R) -> Secret {
        let mut secret = Secret::empty();
        rng.fill_bytes(&mut *secret.0);
        secret
    }

    /// The bytes, for a primitive that needs them, such as an Ed25519 signer.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// HKDF-SHA-256 (RFC 5869) of this secret and then `also`, for one purpose.
    #[expect(clippy::expect_used, reason = "HKDF fails only above 8,160 bytes, and this asks for 32")]
    pub(super) fn derive(&self, purpose: &str, also: &[u8]) -> Secret {
        let material = zeroize::Zeroizing::new([self.0.as_slice(), also].concat());
        let key = hkdf::Salt::new(hkdf::HKDF_SHA256, b"evenhand").extract(&material);
        let mut derived = Secret::empty();
        key.expand(&[purpose.as_bytes()], Bytes32)
            .and_then(|okm| okm.fill(&mut *derived.0))
            .expect("32 bytes");
        derived
    }

    /// HMAC-SHA-256 over the parts, each preceded by its length, so that no two lists of parts collide.
    pub(super) fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &*self.0));
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        let mut out = [0; 32];
        out.copy_from_slice(mac.sign().as_ref());
        out
    }

    /// The first 16 bytes of [`Secret::mac`].
    pub(super) fn short_mac(&self, parts: &[&[u8]]) -> [u8; 16] {
        let mut out = [0; 16];
        out.copy_from_slice(&self.mac(parts)[..16]);
        out
    }

    /// `None` unless there are exactly 32 bytes.
    pub(super) fn from_slice(bytes: &[u8]) -> Option<Secret> {
        let mut secret = Secret::empty();
        (bytes.len() == 32).then(|| {
            secret.0.copy_from_slice(bytes);
            secret
        })
    }

    fn empty() -> Secret {
        Secret(Box::new([0; 32]))
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

struct Bytes32;

impl hkdf::KeyType for Bytes32 {
    fn len(&self) -> usize {
        32
    }
}
