//! Mail over SMTP: a queue and a thread of its own, so that no asker waits and nobody learns anything from the time.

use std::{
    collections::VecDeque,
    sync::{
        Mutex, PoisonError,
        mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use domain::access::mail::{Mail, Post};
use lettre::{
    Message, SmtpTransport, Transport,
    message::Mailbox,
    transport::smtp::{PoolConfig, authentication::Credentials},
};

use crate::{
    config::{Security, Smtp},
    stop::Stop,
};

/// Mails that may wait; more are dropped, and said so.
const WAITING: usize = 10_000;
/// When a mail is tried again after a failure that may pass.
const AGAIN: [Duration; 2] = [Duration::from_secs(5), Duration::from_secs(60)];

/// Sends through one mail server.
pub struct SmtpPost {
    queue: Mutex<Option<SyncSender<Message>>>,
    from: Mailbox,
    thread: Option<JoinHandle<()>>,
}

struct Waiting {
    message: Message,
    failed: usize,
    not_before: Instant,
}

impl SmtpPost {
    /// Starts the thread that sends.
    pub fn start(config: &Smtp) -> Result<Self, Stop> {
        let transport =
            transport(config).map_err(|e| Stop::new(format!("mail.server cannot be used: {e}.")))?;
        let from = config.from.parse().map_err(|_| Stop::new("mail.from is no address."))?;
        let (queue, jobs) = sync_channel(WAITING);
        let thread =
            std::thread::Builder::new().name("mail".to_owned()).spawn(move || run(&transport, &jobs));
        let thread = thread.map_err(|e| Stop::new(format!("The mail thread cannot be started: {e}.")))?;
        Ok(Self { queue: Mutex::new(Some(queue)), from, thread: Some(thread) })
    }

    fn message(&self, mail: Mail) -> Option<Message> {
        let to = Mailbox::new(None, mail.to.parse().ok()?);
        let message = Message::builder().from(self.from.clone()).to(to).subject(mail.subject);
        // RFC 3834: no absence notice in answer.
        let message = message.header(AutoSubmitted);
        message.header(lettre::message::header::ContentType::TEXT_PLAIN).body(mail.text).ok()
    }
}

impl Post for SmtpPost {
    fn send(&self, mail: Mail) {
        let Some(message) = self.message(mail) else {
            tracing::error!("a mail was not sent: its address cannot stand in a mail");
            return;
        };
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        if queue.as_ref().is_none_or(|q| q.try_send(message).is_err()) {
            tracing::error!("a mail was not sent: {WAITING} wait already; look at the mail server");
        }
    }
}

impl Drop for SmtpPost {
    fn drop(&mut self) {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so already.
            let _said = thread.join();
        }
    }
}

fn transport(config: &Smtp) -> Result<SmtpTransport, lettre::transport::smtp::Error> {
    let builder = match config.security {
        Security::Starttls => SmtpTransport::starttls_relay(&config.server)?,
        Security::Tls => SmtpTransport::relay(&config.server)?,
        Security::None => SmtpTransport::builder_dangerous(&config.server),
    };
    let builder =
        builder.port(config.port).timeout(Some(config.timeout)).pool_config(PoolConfig::new().max_size(4));
    Ok(match &config.login {
        Some((user, password)) => {
            builder.credentials(Credentials::new(user.clone(), password.expose().to_owned())).build()
        }
        None => builder.build(),
    })
}

/// Sends what is queued; when the queue is closed, tries each of the rest once more and ends.
fn run(transport: &SmtpTransport, jobs: &Receiver<Message>) {
    let mut later: VecDeque<Waiting> = VecDeque::new();
    loop {
        match jobs.recv_timeout(Duration::from_millis(500)) {
            Ok(message) => {
                attempt(transport, Waiting { message, failed: 0, not_before: Instant::now() }, &mut later)
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if later.front().is_some_and(|w| w.not_before <= Instant::now())
            && let Some(waiting) = later.pop_front()
        {
            attempt(transport, waiting, &mut later);
        }
    }
    for waiting in std::mem::take(&mut later) {
        attempt(transport, Waiting { failed: AGAIN.len(), ..waiting }, &mut later);
    }
}

fn attempt(transport: &SmtpTransport, waiting: Waiting, later: &mut VecDeque<Waiting>) {
    let Err(why) = transport.send(&waiting.message) else { return };
    // The server's words may quote the address; its code and the kind of failure do not.
    let code = why.status().map_or("no answer".to_owned(), |c| c.to_string());
    match AGAIN.get(waiting.failed) {
        Some(pause) if !why.is_permanent() => {
            tracing::warn!(%code, "a mail could not be sent; it is tried again in {pause:?}");
            later.push_back(Waiting {
                failed: waiting.failed + 1,
                not_before: Instant::now() + *pause,
                ..waiting
            });
        }
        _ => tracing::error!(%code, "a mail could not be sent and is dropped; look at the mail server"),
    }
}

/// `Auto-Submitted: auto-generated`
#[derive(Clone)]
struct AutoSubmitted;

impl lettre::message::header::Header for AutoSubmitted {
    fn name() -> lettre::message::header::HeaderName {
        lettre::message::header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }
    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }
    fn display(&self) -> lettre::message::header::HeaderValue {
        lettre::message::header::HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}
