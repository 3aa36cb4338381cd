//! Which requests are let in.
//!
//! With a password, what changes something needs it: by session cookie or by Basic. Without one the
//! bridge listens on loopback only, and what a web page of somebody else makes a browser send is
//! recognised by `Origin` and `Host`.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use rapi_core::Class;

use super::auth::{Verdict, basic};
use super::{App, Problem};
use crate::rapi::class;

/// Lets a request in, or says why not.
pub(super) async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    if let Err(problem) = is_from_here(&app, request.method(), headers, request.uri()) {
        return problem.into_response();
    }
    if changes(request.method(), request.uri().path(), request.uri().query()) {
        let ConnectInfo(peer) = request.extensions().get().copied().unwrap_or(NOWHERE);
        if let Err(problem) = may_change(&app, headers, peer.ip()).await {
            return refuse(problem, headers);
        }
    }
    next.run(request).await
}

/// For a request that came on no connection: in a test.
const NOWHERE: ConnectInfo<SocketAddr> =
    ConnectInfo(SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0));

/// The token of the session's cookie.
pub(super) fn token(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|cookies| cookies.split(';'));
    pairs.find_map(|pair| pair.trim().strip_prefix("session="))
}

async fn may_change(app: &App, headers: &HeaderMap, from: IpAddr) -> Result<(), Problem> {
    let Some(auth) = &app.auth else { return Ok(()) };
    if token(headers).is_some_and(|token| auth.knows(token)) {
        return Ok(());
    }
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some((user, password)) = given.and_then(basic) else {
        return Err(Problem(StatusCode::UNAUTHORIZED, "sign in first".to_owned()));
    };
    verdict(auth.check(&user, &password, from).await)
}

/// What a verdict means for a request.
pub(super) fn verdict(verdict: Verdict) -> Result<(), Problem> {
    match verdict {
        Verdict::Right => Ok(()),
        Verdict::Wrong => {
            Err(Problem(StatusCode::UNAUTHORIZED, "user or password is wrong".to_owned()))
        }
        Verdict::Wait(seconds) => Err(Problem(
            StatusCode::TOO_MANY_REQUESTS,
            format!("too many wrong passwords: try again in {seconds} s"),
        )),
    }
}

fn refuse(problem: Problem, headers: &HeaderMap) -> Response {
    let accept = headers.get(header::ACCEPT).map_or(&b""[..], HeaderValue::as_bytes);
    let unauthorised = problem.0 == StatusCode::UNAUTHORIZED;
    let mut response = problem.into_response();
    // The page has a form of its own: the browser must not open its.
    if unauthorised && !accept.starts_with(b"application/json") {
        let scheme = HeaderValue::from_static("Basic realm=\"rapi-bridge\", charset=\"UTF-8\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
    }
    response
}

/// Whether a request may change something. `GET /r` may, too: it depends on the command.
fn changes(method: &Method, path: &str, query: Option<&str>) -> bool {
    match path.rsplit('/').next() {
        Some("login" | "logout") => false,
        // HEAD is GET without the answer: the command is carried out.
        Some("r" | "rapi") if reads(method) => {
            let query = query.unwrap_or_default().as_bytes();
            form_urlencoded::parse(query).any(|(key, line)| {
                key == "rapi"
                    && class(&line)
                        .is_some_and(|class| !matches!(class, Class::Read | Class::Display))
            })
        }
        _ => !reads(method) && *method != Method::OPTIONS,
    }
}

fn reads(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

/// Whether the request is meant for this bridge, and not one that a foreign page has thought of.
fn is_from_here(app: &App, method: &Method, headers: &HeaderMap, uri: &Uri) -> Result<(), Problem> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = hosts.next().and_then(|host| host.to_str().ok()).unwrap_or_default();
    // Of two names one would be looked at, and the other one meant.
    if hosts.next().is_some() || uri.authority().is_some_and(|other| other.as_str() != host) {
        return Err(Problem::bad("a request has one host"));
    }
    // A name that somebody else has pointed at 127.0.0.1.
    if app.auth.is_none() && !is_loopback(host) {
        let sentence = format!(
            "{host:?} is not the name of this bridge: use http://127.0.0.1 or http://localhost, or \
             set a password"
        );
        return Err(Problem(StatusCode::FORBIDDEN, sentence));
    }
    let command = matches!(uri.path().rsplit('/').next(), Some("ws" | "r" | "rapi"));
    let Some(origin) = headers.get(header::ORIGIN).filter(|_| !reads(method) || command) else {
        // A browser sends no Origin with a link or an image; it does say where that stands.
        let foreign = matches!(
            headers.get("sec-fetch-site").map(HeaderValue::as_bytes),
            Some(b"cross-site" | b"same-site")
        );
        return if foreign && command { Err(stranger()) } else { Ok(()) };
    };
    let origin = origin.to_str().unwrap_or_default();
    let own =
        ["http://", "https://"].iter().any(|scheme| origin.strip_prefix(scheme) == Some(host));
    if own && !host.is_empty() { Ok(()) } else { Err(stranger()) }
}

fn stranger() -> Problem {
    Problem(StatusCode::FORBIDDEN, "this comes from a page that is not the bridge's own".to_owned())
}

fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost") || name.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_something_is_told_from_what_reads() {
        let get = |query| changes(&Method::GET, "/r", Some(query));
        assert!(!get("json=1&rapi=$GS") && !get("rapi=%24FB+3") && !get("") && !get("rapi=$XX"));
        // Also in the second of two, whichever is taken.
        for query in ["json=1&rapi=%24FE", "rapi=$SC+16+V", "rapi=$Z0+1+2", "rapi=$GS&rapi=$FD"] {
            assert!(get(query), "{query}");
            assert!(changes(&Method::GET, "/stations/a/rapi", Some(query)));
            assert!(changes(&Method::HEAD, "/rapi", Some(query)));
        }
        assert!(changes(&Method::POST, "/r", None));
        for method in [Method::POST, Method::PATCH, Method::DELETE, Method::PUT] {
            assert!(changes(&method, "/override", None));
        }
        assert!(!changes(&Method::GET, "/override", None));
        assert!(!changes(&Method::POST, "/login", None));
    }

    #[test]
    fn only_numbers_and_the_name_of_loopback_are_loopback() {
        for host in ["127.0.0.1:8080", "localhost:9000", "LOCALHOST", "[::1]:8080", "127.1.2.3"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["", "evil.example", "127.0.0.1.evil.example:80", "192.168.1.2", "localhost.x"]
        {
            assert!(!is_loopback(host), "{host}");
        }
    }

    #[test]
    fn the_session_is_found_among_other_cookies() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=b; session=xyz; c=d"));
        assert_eq!(token(&headers), Some("xyz"));
        headers.insert(header::COOKIE, HeaderValue::from_static("nosession=xyz"));
        assert_eq!(token(&headers), None);
    }
}
