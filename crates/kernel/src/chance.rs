//! Randomness as an argument: keys, ids, salts and codes are drawn here and nowhere else.

use rand::{CryptoRng, RngCore, SeedableRng, rngs::StdRng};
use std::sync::{Mutex, PoisonError};

/// A generator fit for keys, shared by all threads.
pub struct Chance(Mutex<StdRng>);

impl Chance {
    /// Seeded by the operating system.
    pub fn from_os() -> Self {
        Self(Mutex::new(StdRng::from_os_rng()))
    }

    /// The same draws every time: for tests only.
    pub fn seeded(seed: u64) -> Self {
        Self(Mutex::new(StdRng::seed_from_u64(seed)))
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut out);
        out
    }

    /// A generator of its own for work on another thread.
    pub fn fork(&self) -> impl CryptoRng + Send + use<> {
        StdRng::from_seed(self.bytes())
    }

    /// A public id: 80 random bits in 16 letters and digits that cannot be misread.
    pub fn id(&self) -> String {
        spell(&self.bytes::<10>())
    }

    /// A code for a person to type: six characters, 30 bits.
    pub fn code(&self) -> String {
        spell(&self.bytes::<4>()).chars().take(6).collect()
    }
}

/// Crockford's base 32, lower case: no i, l, o, u.
fn spell(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let mut out = String::with_capacity(bytes.len() * 8 / 5 + 1);
    let (mut held, mut bits) = (0u32, 0);
    for byte in bytes {
        held = held << 8 | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(char::from(LETTERS[(held >> bits & 31) as usize]));
        }
    }
    out
}
