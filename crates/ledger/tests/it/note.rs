//! Keys, checkpoints and countersignatures.

use crate::digest;
use ed25519_dalek::Signer as _;
use ledger::checkpoint::{self, add_signatures, cosign};
use ledger::note::KeyKind;
use ledger::{Checkpoint, NoteError, Signer, VerifierKey};
use proptest::prelude::*;
use signed_note::{Note, StandardVerifier, Verifier, VerifierList};

const ORIGIN: &str = "ledger.example.org/leader-2026";

fn log() -> Signer {
    Signer::log(ORIGIN, &[1; 32]).unwrap()
}

fn witness(n: u8) -> Signer {
    Signer::witness(&format!("witness{n}.example.org"), &[100 + n; 32]).unwrap()
}

fn checkpoint() -> Checkpoint {
    Checkpoint { origin: ORIGIN.into(), size: 42, root: digest(1) }
}

fn keys(signers: &[Signer]) -> Vec<VerifierKey> {
    signers.iter().map(|signer| signer.verifier().clone()).collect()
}

fn cosigned(signers: &[Signer]) -> Vec<u8> {
    let note = checkpoint().sign(&log()).unwrap();
    let lines: Vec<_> = signers.iter().map(|signer| cosign(&note, signer, 1_700_000_000).unwrap()).collect();
    add_signatures(&note, lines.iter().map(Vec::as_slice)).unwrap()
}

#[test]
fn the_published_note_verifies() {
    // the example of the signed-note specification
    let key: VerifierKey =
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW".parse().unwrap();
    let note = "If you think cryptography is the answer to your problem,\n\
        then you don't know what your problem is.\n\n\
        \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
    let note = Note::from_bytes(note.as_bytes()).unwrap();
    note.verify(&VerifierList::new(vec![Box::new(key.clone())])).unwrap();
    assert_eq!(checkpoint::verify(&note.to_bytes(), &key, &[]), Err(NoteError::NotCheckpoint));
}

#[test]
fn a_checkpoint_is_a_note_that_others_can_check() {
    let note = checkpoint().sign(&log()).unwrap();
    let standard = StandardVerifier::new(&log().verifier().to_string()).unwrap();
    assert_eq!(standard.key_id(), log().verifier().id());
    Note::from_bytes(&note).unwrap().verify(&VerifierList::new(vec![Box::new(standard)])).unwrap();
    let verified = checkpoint::verify(&note, log().verifier(), &[]).unwrap();
    assert_eq!(verified.checkpoint, checkpoint());
    assert_eq!(Checkpoint::claimed(&note).unwrap(), checkpoint());
    assert!(verified.cosignatures.is_empty());
}

#[test]
fn a_cosignature_signs_what_the_specification_says() {
    let note = checkpoint().sign(&log()).unwrap();
    let line = String::from_utf8(cosign(&note, &witness(1), 1_679_315_147).unwrap()).unwrap();
    let signature = signed_note::Signature::from_bytes(line.trim_end().as_bytes()).unwrap();
    let message = format!("cosignature/v1\ntime 1679315147\n{}", checkpoint().text());
    let expected = ed25519_dalek::SigningKey::from_bytes(&[101; 32]).sign(message.as_bytes());
    assert_eq!(signature.signature()[..8], 1_679_315_147u64.to_be_bytes());
    assert_eq!(signature.signature()[8..], expected.to_bytes());
    assert_eq!(signature.id(), witness(1).verifier().id());
}

#[test]
fn sixteen_witnesses_and_strangers_are_taken() {
    let signers: Vec<_> = (0..20).map(witness).collect();
    let note = cosigned(&signers);
    let known = &keys(&signers)[2..18];
    let verified = checkpoint::verify(&note, log().verifier(), known).unwrap();
    assert_eq!(verified.cosignatures.len(), 16);
    assert_eq!(verified.cosignatures[0].name, "witness2.example.org");
    assert!(verified.cosignatures.iter().all(|signed| signed.time == 1_700_000_000));
    // one that did not sign is simply not in the list
    let none = checkpoint::verify(&checkpoint().sign(&log()).unwrap(), log().verifier(), known).unwrap();
    assert!(none.cosignatures.is_empty());
}

#[test]
fn a_false_signature_of_a_known_key_spoils_the_note() {
    let signers = [witness(1), witness(2)];
    let note = String::from_utf8(cosigned(&signers)).unwrap();
    let log = log();
    // a changed time
    let other = cosign(note.as_bytes(), &signers[0], 1_700_000_001).unwrap();
    let mut line = String::from_utf8(other).unwrap().replace('\n', "").into_bytes();
    let last = line.len() - 4;
    line[last] = if line[last] == b'A' { b'B' } else { b'A' };
    line.push(b'\n');
    let forged = [checkpoint().sign(&log).unwrap(), line].concat();
    assert_eq!(checkpoint::verify(&forged, log.verifier(), &keys(&signers)), Err(NoteError::BadSignature));
    // unknown, it is ignored
    assert!(checkpoint::verify(&forged, log.verifier(), &keys(&signers[1..])).is_ok());
    // a changed text
    let changed = note.replacen("\n42\n", "\n43\n", 1);
    assert_eq!(checkpoint::verify(changed.as_bytes(), log.verifier(), &[]), Err(NoteError::BadSignature));
}

#[test]
fn other_logs_and_other_kinds_of_key_are_refused() {
    let stranger = Signer::log(ORIGIN, &[2; 32]).unwrap();
    let note = checkpoint().sign(&log()).unwrap();
    assert_eq!(checkpoint::verify(&note, stranger.verifier(), &[]), Err(NoteError::NotSigned));
    let elsewhere = Signer::log("elsewhere.example.org/x", &[1; 32]).unwrap();
    assert_eq!(checkpoint().sign(&elsewhere), Err(NoteError::OtherLog));
    assert_eq!(checkpoint().sign(&witness(1)), Err(NoteError::OtherLog));
    assert_eq!(cosign(&note, &log(), 0), Err(NoteError::Key));
    // a witness key in the place of the log's
    let as_witness = Signer::witness(ORIGIN, &[1; 32]).unwrap();
    let line = cosign(&note, &as_witness, 5).unwrap();
    let both = add_signatures(&note, [line.as_slice()]).unwrap();
    assert_eq!(checkpoint::verify(&both, as_witness.verifier(), &[]), Err(NoteError::NotSigned));
    let twice = vec![as_witness.verifier().clone(), as_witness.verifier().clone()];
    assert_eq!(checkpoint::verify(&both, log().verifier(), &twice), Err(NoteError::Ambiguous));
}

#[test]
fn a_key_vouches_for_its_own_log_only() {
    let other = Checkpoint { origin: "elsewhere.example.org/x".into(), ..checkpoint() }.text();
    let signature = ed25519_dalek::SigningKey::from_bytes(&[1; 32]).sign(other.as_bytes()).to_vec();
    let signature = signed_note::Signature::new(ORIGIN.into(), log().verifier().id(), signature).unwrap();
    let note = Note::new(other.as_bytes(), &[signature]).unwrap().to_bytes();
    assert_eq!(checkpoint::verify(&note, log().verifier(), &[]), Err(NoteError::OtherLog));
}

#[test]
fn a_countersigning_time_fits_in_63_bits() {
    let note = checkpoint().sign(&log()).unwrap();
    for (time, fits) in [((1 << 63) - 1, true), (1 << 63, false)] {
        let line = cosign(&note, &witness(1), time).unwrap();
        let signed = add_signatures(&note, [line.as_slice()]).unwrap();
        assert_eq!(checkpoint::verify(&signed, log().verifier(), &keys(&[witness(1)])).is_ok(), fits);
    }
}

#[test]
fn extension_lines_and_other_spellings_are_no_checkpoint() {
    for text in [
        format!("{}extra\n", checkpoint().text()),
        checkpoint().text().replacen("\n42\n", "\n042\n", 1),
        checkpoint().text().replacen("\n42\n", &format!("\n{}\n", u64::MAX), 1),
        "one line\n".into(),
    ] {
        let key = ed25519_dalek::SigningKey::from_bytes(&[1; 32]);
        let signature = signed_note::Signature::new(
            ORIGIN.into(),
            log().verifier().id(),
            key.sign(text.as_bytes()).to_vec(),
        );
        let note = Note::new(text.as_bytes(), &[signature.unwrap()]).unwrap().to_bytes();
        assert_eq!(checkpoint::verify(&note, log().verifier(), &[]), Err(NoteError::NotCheckpoint), "{text}");
    }
}

#[test]
fn a_key_has_one_spelling() {
    for signer in [log(), witness(3)] {
        let text = signer.verifier().to_string();
        assert_eq!(&text.parse::<VerifierKey>().unwrap(), signer.verifier());
        assert!(text.to_uppercase().parse::<VerifierKey>().is_err());
        assert!(format!("{text}\n").parse::<VerifierKey>().is_err());
        assert!(text.replacen("example", "exbmple", 1).parse::<VerifierKey>().is_err());
    }
    assert_eq!(witness(3).verifier().kind(), KeyKind::Witness);
    for name in ["", "a b", "a+b", "a\u{1b}[2Jb", "a\u{85}"] {
        assert!(Signer::log(name, &[0; 32]).is_err(), "{name:?}");
    }
    assert!(!format!("{:?}", log()).contains("1, 1, 1"), "a private key must not be printed");
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_fall(bytes in proptest::collection::vec(any::<u8>(), 0..300), text in "\\PC*") {
        let _ = Checkpoint::claimed(&bytes);
        let _ = Checkpoint::claimed(text.as_bytes());
        let _ = text.parse::<VerifierKey>();
    }

    #[test]
    fn one_changed_byte_is_no_longer_the_checkpoint(at: usize, to: u8) {
        let note = cosigned(&[witness(1)]);
        let mut changed = note.clone();
        let at = at % note.len();
        prop_assume!(changed[at] != to);
        changed[at] = to;
        // what changes the witness's name or key hash makes it a stranger; nothing else may pass
        if let Ok(verified) = checkpoint::verify(&changed, log().verifier(), &keys(&[witness(1)])) {
            prop_assert_eq!(verified.checkpoint, checkpoint());
            prop_assert!(verified.cosignatures.is_empty());
        }
    }
}
