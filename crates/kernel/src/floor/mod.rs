//! The floor: where acts run. It owns the transaction, retries lost races, and opens answers after COMMIT.

mod attempt;
mod backup;
pub(crate) mod beat;
mod config;
mod exchange;
mod open;
mod pages;
mod postgres;
mod restore;
mod rotate;
mod sqlite;
pub(crate) mod strangers;

use std::sync::{Arc, PoisonError};

pub use backup::Backup;
pub use beat::PUBLIC_BEAT_MS;
pub use config::{Database, FloorConfig};
pub use open::DATABASE_FILE;
pub use pages::{BookLine, Opened, OpenedScope, Slice};
pub(crate) use postgres::intake_row;
pub use restore::{Declaration, Fork, Restored};
pub use rotate::EPOCH_LIFE;

use crate::{
    act::{Act, Answer, Opener, Shown, View},
    actor::{Actor, RequestId, Session, Who},
    book::Receipt,
    clock::Millis,
    desk::Look,
    hall::Hall,
    no::No,
    seal::{index::Tagger, service::Minted},
};

/// Runs acts and looks over one database.
pub struct Floor {
    pub(crate) hall: Arc<Hall>,
    engine: Engine,
}

enum Engine {
    Sqlite(sqlite::Writer),
    Postgres(postgres::Node),
}

impl Floor {
    /// Does `act` as `actor`, once for each `request` id. The answer is opened only after its entries are durable.
    pub fn run<A: Act>(
        &self,
        actor: &Actor,
        request: RequestId,
        act: A,
    ) -> Result<Shown<<A::Out as Answer>::Shown>, No> {
        let span = tracing::debug_span!("act", name = A::NAME);
        let _in = span.enter();
        let _stays = self.hall.answering.read().unwrap_or_else(PoisonError::into_inner);
        let (out, receipt) = match &self.engine {
            Engine::Sqlite(writer) => writer.run(actor, request, act)?,
            Engine::Postgres(node) => node.run(&self.hall, actor, request, act)?,
        };
        let opener = Opener { receipt: &receipt, service: &*self.hall.service };
        let value = out.open(&opener)?;
        Ok(Shown { value, receipt })
    }

    /// As [`Floor::run`] with a request id drawn here, for callers that never repeat themselves.
    pub fn once<A: Act>(&self, actor: &Actor, act: A) -> Result<Shown<<A::Out as Answer>::Shown>, No> {
        self.run(actor, self.new_request(), act)
    }

    /// Looks at facts that identify nobody.
    pub fn look<V: View>(&self, actor: &Actor, view: &V) -> Result<V::Out, No> {
        let mut tries = 0;
        loop {
            match self.glance(actor, view) {
                Err(no) if attempt::lost_race(&no, tries) && tries < attempt::SECOND_LOOKS => tries += 1,
                other => return other.map_err(No::alarm),
            }
        }
    }

    fn glance<V: View>(&self, actor: &Actor, view: &V) -> Result<V::Out, No> {
        self.reading(|conn| {
            let mut look = Look {
                conn,
                hall: &self.hall,
                actor,
                act: V::NAME,
                now: self.hall.clock.now(),
                as_of: None,
                locks: false,
                known: None,
                unkept: None,
            };
            attempt::check_session(&mut look)?;
            view.look(&mut look)
        })
    }

    /// Runs `work` on a connection that only reads, at one instant.
    pub(crate) fn reading<T>(
        &self,
        work: impl FnOnce(&mut crate::db::Conn) -> Result<T, No>,
    ) -> Result<T, No> {
        match &self.engine {
            Engine::Sqlite(writer) => writer.reading(work),
            Engine::Postgres(node) => node.reading(work),
        }
    }

    /// The person whose session bears this token; a visitor if it bears none that lives.
    pub fn actor(&self, token: &str) -> Actor {
        struct Whose(String);
        impl View for Whose {
            const NAME: &'static str = "access.session";
            type Out = Actor;
            fn look(&self, look: &mut Look<'_>) -> Result<Actor, No> {
                let session = look.warrant::<Session>(&self.0)?.ok_or(No::SignedOut)?;
                match session.live(look.now()) {
                    true => Ok(Actor(Who::Person { id: session.person, session: self.0.clone() })),
                    false => Err(No::SignedOut),
                }
            }
        }
        let key = Session::key_of(token);
        self.look(&Actor::visitor(), &Whose(key)).unwrap_or_else(|_| Actor::visitor())
    }

    /// A request id for a form or a caller that makes none of its own.
    pub fn new_request(&self) -> RequestId {
        RequestId(self.hall.chance.bytes())
    }

    /// The present instant by the floor's clock.
    pub fn now(&self) -> Millis {
        self.hall.clock.now()
    }

    /// Fresh keys for people who are being enrolled; sealing needs no permit, for it shows nothing.
    pub fn mint(&self, people: &[i64]) -> Result<Vec<Minted>, No> {
        Ok(self.hall.service.mint(people, &mut self.hall.chance.fork())?)
    }

    /// The first of `count` numbers for people who will be enrolled by work outside the writer's turn.
    pub fn reserve_people(&self, count: i64) -> Result<i64, No> {
        struct Reserve(i64);
        impl Act for Reserve {
            const NAME: &'static str = "record.reserve";
            type Out = crate::Plain<i64>;
            fn perform(&self, desk: &mut crate::Desk<'_>) -> Result<Self::Out, No> {
                desk.reserve_people(self.0).map(crate::Plain)
            }
        }
        Ok(self.once(&Actor::system(), Reserve(count))?.value)
    }

    /// Blind index, for work outside the writer's turn.
    pub fn tagger(&self) -> &Tagger {
        &self.hall.tagger
    }

    /// A generator of its own, for work outside the writer's turn.
    pub fn chance(&self) -> &crate::chance::Chance {
        &self.hall.chance
    }

    /// The key of the door's form tokens.
    pub fn door_key(&self) -> [u8; 32] {
        *self.hall.keys.server("door").expose()
    }

    /// How many data keys were lent for opening; the record book must account for each.
    pub fn unwrapped(&self) -> u64 {
        self.hall.service.unwrapped()
    }
}

/// A clean stop: what was counted is entered, the writer ends, and the high-water mark says how far it came.
impl Drop for Floor {
    fn drop(&mut self) {
        if let Err(no) = self.enter_strangers(true) {
            tracing::warn!("refusals of strangers could not be entered at the end: {no}");
        }
        match &mut self.engine {
            Engine::Sqlite(writer) => writer.stop(),
            Engine::Postgres(node) => node.stop(),
        }
        if let Err(no) = self.hall.mark_high_water() {
            tracing::warn!("{no}");
        }
    }
}

/// What an act left behind, before its entries are numbered.
pub(crate) type Finished<A> = (<A as Act>::Out, Receipt);
