//! Only the floor opens answers.
use kernel::{Answer, Receipt, act::Opener, seal::service::KeyService};

fn open<A: Answer>(answer: A, receipt: &Receipt, service: &dyn KeyService) -> A::Shown {
    answer.open(&Opener { receipt, service }).unwrap()
}

fn main() {}
