//! Digests as unpadded base64url text (RFC 4648 §5), the one spelling an entry allows.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Appends `bytes` (at most 32) to `out`.
pub(crate) fn push(out: &mut Vec<u8>, bytes: &[u8]) {
    let mut text = [0u8; 43];
    if let Ok(written) = URL_SAFE_NO_PAD.encode_slice(bytes, &mut text) {
        out.extend_from_slice(&text[..written]);
    } else {
        debug_assert!(false, "only digests of at most 32 bytes are written");
    }
}

/// The text of `bytes`.
pub(crate) fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Exactly `N` bytes (at most 32), or nothing.
pub(crate) fn array<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    if text.len() != (N * 4).div_ceil(3) {
        return None;
    }
    let mut room = [0u8; 36];
    let read = URL_SAFE_NO_PAD.decode_slice(text, &mut room).ok()?;
    room[..read].try_into().ok()
}
