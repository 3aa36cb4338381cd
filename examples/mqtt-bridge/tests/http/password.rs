//! Who may change something.

use serde_json::json;

use crate::client::{Answer, Socket, Web};
use crate::support::hash;

const PASSWORD: &str = "p@ss:wörd";

fn protected() -> Web {
    let hash = format!("http.password_hash={}", hash(&format!("{PASSWORD}\n")));
    Web::start_protected(&["--set", &hash, "--set", "http.user=me"])
}

impl Web {
    fn start_protected(more: &[&str]) -> Self {
        Self::start(more)
    }

    fn login(&self, user: &str, password: &str) -> Answer {
        let body = json!({ "username": user, "password": password }).to_string();
        self.request("POST", "/login", &["Accept: application/json"], &body)
    }
}

#[test]
fn what_changes_something_needs_the_password_by_cookie_or_basic() {
    let web = protected();
    assert_eq!(web.get("/api/session").json()["auth"], true);
    let page = "Accept: application/json";
    for (method, path) in [
        ("POST", "/override"),
        ("PATCH", "/override"),
        ("DELETE", "/override"),
        ("POST", "/r"),
        ("GET", "/r?json=1&rapi=%24FD"),
        ("GET", "/stations/openevse/r?rapi=%24SC+6+V"),
        ("POST", "/api/config-form"),
        ("POST", "/restart"),
        ("POST", "/claims/20"),
        ("POST", "/status"),
    ] {
        let answer = web.request(method, path, &[], "{\"charge_current\": 6}");
        assert_eq!(answer.status, 401, "{method} {path}");
        assert!(answer.header("www-authenticate").unwrap().starts_with("Basic"));
        let answer = web.request(method, path, &[page], "");
        assert_eq!((answer.status, answer.header("www-authenticate")), (401, None));
    }
    for path in ["/status", "/override", "/", "/api/history", "/r?json=1&rapi=%24GV"] {
        assert_eq!(web.get(path).status, 200, "{path}");
    }
    // What is asked in other ways is asked all the same, or not at all.
    let answer = web.request("HEAD", "/r?json=1&rapi=%24SC+6+V", &[], "");
    assert_eq!(answer.status, 401, "{answer:?}");
    let answer = web.request("GET", "/r?json=1", &[], "rapi=$SC+6+V");
    assert_eq!(answer.status, 400, "{answer:?}");
    for path in ["//r?rapi=%24SC+6+V", "/r/?rapi=%24SC+6+V", "/%72?rapi=%24SC+6+V"] {
        let status = web.get(path).status;
        assert!([401, 404].contains(&status), "{path}: {status}");
    }
    assert_eq!(web.get("/status").json()["pilot"], 24, "nothing has passed");

    let answer = web.login("me", PASSWORD);
    assert_eq!((answer.status, answer.body.as_str()), (204, ""));
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let cookie = format!("Cookie: {}", cookie.split(';').next().unwrap());
    let change = |head: &str| web.request("POST", "/override", &[head], "{\"charge_current\": 10}");
    assert_eq!(change(&cookie).status, 200);
    let session = web.request("GET", "/api/session", &[&cookie], "").json();
    assert_eq!(session["signed_in"], true);
    // bWU6cEBzczp3w7ZyZA== is me:p@ss:wörd.
    assert_eq!(change("Authorization: Basic bWU6cEBzczp3w7ZyZA==").status, 200);
    assert_eq!(change("Authorization: Basic bWU6cEBzczp3").status, 401);
    assert_eq!(web.request("POST", "/logout", &[&cookie], "").status, 204);
    assert_eq!(change(&cookie).status, 401);
    assert_eq!(change("Cookie: session=").status, 401);
    // No secret is sent back.
    for path in ["/config", "/api/config-form", "/api/session", "/status", "/api/log"] {
        let body = web.get(path).body;
        assert!(!body.contains("argon2") && !body.contains(PASSWORD), "{path}: {body}");
    }
}

#[test]
fn who_guesses_passwords_has_to_wait() {
    let web = protected();
    let mut answers: Vec<_> = (0..7).map(|n| web.login("me", &n.to_string()).status).collect();
    answers.dedup();
    assert_eq!(answers, [401, 429]);
    let answer = web.login("me", PASSWORD);
    assert_eq!(answer.status, 429);
    assert!(answer.json()["msg"].as_str().unwrap().contains("try again in"));
    assert_eq!(web.get("/status").status, 200);
}

#[test]
fn a_page_of_somebody_else_cannot_use_the_browser_of_who_is_here() {
    let web = Web::start(&[]);
    let own = format!("Origin: http://127.0.0.1:{}", web.port);
    let change = |head: &[&str]| web.request("POST", "/override", head, "{\"charge_current\": 10}");
    for origin in ["Origin: http://evil.example", "Origin: null", "Origin: http://127.0.0.1:1"] {
        assert_eq!(change(&[origin]).status, 403, "{origin}");
        assert_eq!(web.request("GET", "/r?json=1&rapi=%24FD", &[origin], "").status, 403);
        assert_eq!(Socket::open(&web, &[origin]).err(), Some(403), "{origin}");
    }
    // An image on a foreign page: no Origin, but the browser says where it stands.
    let image = "Sec-Fetch-Site: cross-site";
    assert_eq!(web.request("GET", "/r?json=1&rapi=%24FD", &[image], "").status, 403);
    // A name of somebody else that points here.
    let (evil, same) = ("Host: evil.example", "Origin: http://evil.example");
    assert_eq!(change(&[evil, same]).status, 403);
    assert_eq!(web.request("GET", "/status", &[evil], "").status, 403);
    // Two names, of which one is looked at and the other one meant.
    let here = format!("Host: 127.0.0.1:{}", web.port);
    assert_eq!(web.request("GET", "/status", &[&here, evil], "").status, 400);
    assert_eq!(web.get("http://evil.example/status").status, 400);
    assert_eq!(web.get("/status").json()["pilot"], 24, "nothing has passed");
    assert_eq!(change(&[&own]).status, 200);
    assert_eq!(change(&[]).status, 200, "no browser");
    assert!(Socket::open(&web, &[&own]).is_ok());
}
