//! Who may change something.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::hmac;
use ring::rand::{SecureRandom as _, SystemRandom};
use tokio::sync::Semaphore;

/// How long a session lasts.
pub(super) const SESSION: Duration = Duration::from_secs(7 * 24 * 3600);
/// At the same time; the oldest one ends when there are more.
const SESSIONS: usize = 1000;
/// So many wrong passwords are a person's mistakes.
const FREE: u32 = 5;
const LONGEST_WAIT: Duration = Duration::from_secs(300);
/// A failure is forgotten after so long.
const FORGET: Duration = Duration::from_secs(900);
const ADDRESSES: usize = 1000;
/// A longer one is none: hashing it would only cost time.
const LONGEST: usize = 1024;

/// What became of a user and a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// They are right.
    Right,
    /// They are not.
    Wrong,
    /// There were too many wrong ones: not looked at for so many seconds.
    Wait(u64),
}

/// The password, and who has given it.
pub(super) struct Auth {
    user: String,
    hash: String,
    /// Of this process: what it signs means nothing to another one.
    key: hmac::Key,
    random: SystemRandom,
    sessions: Mutex<HashMap<String, Instant>>,
    /// User and password that were right, signed: a client that sends them with each request need
    /// not wait for the hash each time.
    known: Mutex<Option<Vec<u8>>>,
    failures: Mutex<Failures>,
    /// A hash takes tens of milliseconds and 19 MiB: one at a time.
    one: Semaphore,
}

impl std::fmt::Debug for Auth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Auth").field("user", &self.user).finish_non_exhaustive()
    }
}

/// Hashes a password, for `http.password_hash`.
///
/// # Errors
///
/// The password is empty or too long, or there is no randomness; in words.
pub fn hash_password(password: &str) -> Result<String, String> {
    if password.is_empty() || password.len() > LONGEST {
        return Err(format!("a password has 1 to {LONGEST} characters"));
    }
    let mut bytes = [0; 16];
    SystemRandom::new().fill(&mut bytes).map_err(|_| "this system has no randomness")?;
    let salt = SaltString::encode_b64(&bytes).map_err(|error| error.to_string())?;
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt);
    hash.map(|hash| hash.to_string()).map_err(|error| error.to_string())
}

/// Whether this is what `hash-password` prints.
#[must_use]
pub fn is_hash(text: &str) -> bool {
    PasswordHash::new(text).is_ok_and(|hash| hash.algorithm.as_str().starts_with("argon2"))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is behind it is whole after each statement.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Auth {
    pub(super) fn new(user: &str, hash: &str) -> Result<Self, ring::error::Unspecified> {
        let random = SystemRandom::new();
        Ok(Self {
            user: user.to_owned(),
            hash: hash.to_owned(),
            key: hmac::Key::generate(hmac::HMAC_SHA256, &random)?,
            random,
            sessions: Mutex::default(),
            known: Mutex::default(),
            failures: Mutex::default(),
            one: Semaphore::new(1),
        })
    }

    /// Looks at a user and a password.
    pub(super) async fn check(&self, user: &str, password: &str, from: IpAddr) -> Verdict {
        let text = format!("{}:{user}{password}", user.len());
        let signed = lock(&self.known).clone();
        if signed.is_some_and(|tag| hmac::verify(&self.key, text.as_bytes(), &tag).is_ok()) {
            return Verdict::Right;
        }
        let Ok(_one) = self.one.acquire().await else { return Verdict::Wrong };
        if let Some(seconds) = lock(&self.failures).wait(from, Instant::now()) {
            return Verdict::Wait(seconds);
        }
        let (hash, given) = (self.hash.clone(), password.to_owned());
        let verify = move || {
            given.len() <= LONGEST
                && PasswordHash::new(&hash).is_ok_and(|hash| {
                    Argon2::default().verify_password(given.as_bytes(), &hash).is_ok()
                })
        };
        // The password of a wrong user is looked at, too: the time tells nothing.
        let right = tokio::task::spawn_blocking(verify).await.unwrap_or(false) && user == self.user;
        if right {
            let tag = hmac::sign(&self.key, text.as_bytes());
            *lock(&self.known) = Some(tag.as_ref().to_vec());
            lock(&self.failures).0.remove(&from);
            return Verdict::Right;
        }
        lock(&self.failures).count(from, Instant::now());
        Verdict::Wrong
    }

    /// Begins a session and returns its token.
    pub(super) fn begin(&self) -> Option<String> {
        let mut bytes = [0; 32];
        self.random.fill(&mut bytes).ok()?;
        let token = URL_SAFE_NO_PAD.encode(bytes);
        let mut sessions = lock(&self.sessions);
        sessions.retain(|_, begin| begin.elapsed() < SESSION);
        if sessions.len() >= SESSIONS {
            let oldest = sessions.iter().min_by_key(|(_, begin)| **begin);
            let oldest = oldest.map(|(token, _)| token.clone()).unwrap_or_default();
            sessions.remove(&oldest);
        }
        sessions.insert(token.clone(), Instant::now());
        Some(token)
    }

    /// Ends a session.
    pub(super) fn end(&self, token: &str) {
        lock(&self.sessions).remove(token);
    }

    /// Whether a session goes on.
    pub(super) fn knows(&self, token: &str) -> bool {
        lock(&self.sessions).get(token).is_some_and(|begin| begin.elapsed() < SESSION)
    }
}

/// User and password of an `Authorization: Basic` header.
pub(super) fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, text) = header.split_once(' ')?;
    let bytes = STANDARD.decode(text.trim()).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (user, password) = text.split_once(':')?;
    scheme.eq_ignore_ascii_case("basic").then(|| (user.to_owned(), password.to_owned()))
}

/// Wrong passwords: how many from where, and when the last one came.
#[derive(Debug, Default)]
struct Failures(HashMap<IpAddr, (u32, Instant)>);

impl Failures {
    /// How many seconds to wait, if one has to.
    fn wait(&self, from: IpAddr, now: Instant) -> Option<u64> {
        let (count, last) = self.0.get(&from)?;
        let excess = count.checked_sub(FREE)?;
        let wait = Duration::from_secs(1 << excess.min(10)).min(LONGEST_WAIT);
        let left = wait.checked_sub(now.duration_since(*last))?;
        Some(left.as_secs() + 1)
    }

    fn count(&mut self, from: IpAddr, now: Instant) {
        self.0.retain(|_, (_, last)| now.duration_since(*last) < FORGET);
        // Whoever has so many addresses fills the table: nobody new is counted then, but each of
        // the others waits, and the hash is made one at a time.
        if self.0.len() < ADDRESSES || self.0.contains_key(&from) {
            let entry = self.0.entry(from).or_insert((0, now));
            *entry = (entry.0.saturating_add(1), now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    #[tokio::test]
    async fn the_right_user_with_the_right_password_is_let_in_and_nobody_else() {
        let hash = hash_password("p@ss:wörd").unwrap();
        assert!(is_hash(&hash) && !hash.contains("wörd"));
        assert!(!is_hash("p@ss:wörd") && !is_hash(""));
        assert_ne!(hash, hash_password("p@ss:wörd").unwrap(), "each has its own salt");
        let auth = Auth::new("me", &hash).unwrap();
        for (user, password, verdict) in [
            ("me", "p@ss:wörd", Verdict::Right),
            ("me", "p@ss:wörd", Verdict::Right),
            ("mep", "@ss:wörd", Verdict::Wrong),
            ("you", "p@ss:wörd", Verdict::Wrong),
            ("me", "", Verdict::Wrong),
            ("me", &"x".repeat(100_000), Verdict::Wrong),
        ] {
            assert_eq!(auth.check(user, password, HERE).await, verdict, "{user}");
        }
    }

    #[test]
    fn who_guesses_waits_longer_and_longer_and_nobody_else_does() {
        let mut failures = Failures::default();
        let begin = Instant::now();
        let after = |seconds| begin + Duration::from_secs(seconds);
        let elsewhere = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1));
        let mut waits = Vec::new();
        for _ in 0..20 {
            waits.push(failures.wait(HERE, begin).unwrap_or(0));
            failures.count(HERE, begin);
        }
        assert_eq!(waits[..8], [0, 0, 0, 0, 0, 2, 3, 5]);
        assert_eq!(failures.wait(HERE, begin), Some(301));
        assert_eq!(failures.wait(HERE, after(301)), None);
        assert_eq!(failures.wait(elsewhere, begin), None);
        failures.count(elsewhere, after(1000));
        assert_eq!(failures.0.len(), 1, "what is long ago is forgotten");
    }

    #[test]
    fn a_session_is_known_until_it_ends() {
        let auth = Auth::new("me", "").unwrap();
        let token = auth.begin().unwrap();
        assert_eq!(token.len(), 43);
        assert!(auth.knows(&token) && !auth.knows("") && !auth.knows("x"));
        for _ in 0..SESSIONS {
            auth.begin().unwrap();
        }
        assert!(!auth.knows(&token), "the oldest one has ended");
        let token = auth.begin().unwrap();
        auth.end(&token);
        assert!(!auth.knows(&token));
    }

    #[test]
    fn a_password_may_have_a_colon() {
        assert_eq!(basic("Basic bWU6cEBzczp3"), Some(("me".to_owned(), "p@ss:w".to_owned())));
        assert_eq!(basic("Bearer bWU6cEBzczp3"), None);
        assert_eq!(basic("Basic !"), None);
    }
}
