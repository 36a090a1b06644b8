//! One sealed value: `header ‖ nonce (12) ‖ ciphertext ‖ tag (16)`, where the header begins with the algorithm.

use rand::CryptoRng;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use zeroize::Zeroizing;

use super::{SealError, Secret};

/// The algorithm byte of AES-256-GCM, the only one so far.
pub(super) const AES: u8 = 1;

/// A key expanded for AES-256-GCM; short-lived, because `ring` does not wipe it.
pub(super) struct Cipher(LessSafeKey);

impl Cipher {
    #[expect(clippy::expect_used, reason = "AES-256-GCM takes exactly the 32 bytes that a Secret has")]
    pub(super) fn new(key: &Secret) -> Cipher {
        Cipher(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key.expose()).expect("32 bytes")))
    }

    /// Seals `plain`; the header and `place` are authenticated, the header is stored.
    pub(super) fn seal<R: CryptoRng + ?Sized>(
        &self,
        rng: &mut R,
        header: &[u8],
        place: &[&[u8]],
        plain: &[u8],
    ) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0; NONCE_LEN];
        rng.fill_bytes(&mut nonce);
        let start = header.len() + NONCE_LEN;
        let mut out = Vec::with_capacity(start + plain.len() + AES_256_GCM.tag_len());
        out.extend_from_slice(header);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(plain);
        let aad = Aad::from(bound(header, place));
        let tag = self
            .0
            .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), aad, &mut out[start..])
            .map_err(|_| SealError::TooLarge)?;
        out.extend_from_slice(tag.as_ref());
        Ok(out)
    }

    /// Opens what [`Cipher::seal`] sealed with the same header and place. `what` names it in errors.
    pub(super) fn open(
        &self,
        what: &'static str,
        header: &[u8],
        place: &[&[u8]],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let mut plain = Zeroizing::default();
        self.open_into(what, header, place, sealed, &mut plain)?;
        Ok(plain)
    }

    /// As [`Cipher::open`], in place of what `plain` holds. A buffer that is too small is wiped and replaced, never
    /// moved, so that no copy stays behind.
    pub(super) fn open_into(
        &self,
        what: &'static str,
        header: &[u8],
        place: &[&[u8]],
        sealed: &[u8],
        plain: &mut Zeroizing<Vec<u8>>,
    ) -> Result<(), SealError> {
        let body = sealed.strip_prefix(header).ok_or(SealError::UnknownMark(what))?;
        let (nonce, body) = body.split_first_chunk::<NONCE_LEN>().ok_or(SealError::Closed(what))?;
        if plain.capacity() < body.len() {
            *plain = Zeroizing::new(Vec::with_capacity(body.len()));
        }
        plain.clear();
        plain.extend_from_slice(body);
        let aad = Aad::from(bound(header, place));
        let length = self
            .0
            .open_in_place(Nonce::assume_unique_for_key(*nonce), aad, plain)
            .map_err(|_| SealError::Closed(what))?
            .len();
        plain.truncate(length);
        Ok(())
    }
}

/// The associated data: header and place, each part preceded by its length.
fn bound(header: &[u8], place: &[&[u8]]) -> Vec<u8> {
    let mut aad = Vec::with_capacity(96);
    for part in std::iter::once(&header).chain(place) {
        aad.extend_from_slice(&(part.len() as u32).to_be_bytes());
        aad.extend_from_slice(part);
    }
    aad
}
