//! A file that is read while it arrives: it rests nowhere in plain.

use std::io::{self, Read};

use axum::body::Bytes;
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// Pieces that wait between the network and the thread that reads.
const WAITING: usize = 16;

/// A piece of a file, or its end: a channel that only closes is no end, for the sender may have gone away.
enum Piece {
    More(Bytes),
    End,
}

/// Where a handler puts what arrives.
pub struct Passing(Sender<Piece>);

/// The file as a thread that may wait reads it.
pub struct Arriving {
    pieces: Receiver<Piece>,
    rest: Bytes,
    ended: bool,
}

/// Both ends.
pub fn arriving() -> (Passing, Arriving) {
    let (send, pieces) = channel(WAITING);
    (Passing(send), Arriving { pieces, rest: Bytes::new(), ended: false })
}

impl Passing {
    /// Passes a piece on; false if nobody reads any more.
    pub async fn on(&self, piece: Bytes) -> bool {
        self.0.send(Piece::More(piece)).await.is_ok()
    }

    /// The file is whole. Without this, whoever reads learns that it broke off.
    pub async fn end(self) {
        // Whoever no longer reads has failed, and says why.
        let _gone = self.0.send(Piece::End).await;
    }
}

impl Read for Arriving {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.rest.is_empty() && !self.ended {
            match self.pieces.blocking_recv() {
                Some(Piece::More(piece)) => self.rest = piece,
                Some(Piece::End) => self.ended = true,
                None => return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the upload broke off")),
            }
        }
        let n = into.len().min(self.rest.len());
        let piece = self.rest.split_to(n);
        into.iter_mut().zip(&piece).for_each(|(into, byte)| *into = *byte);
        Ok(n)
    }
}
