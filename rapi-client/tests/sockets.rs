//! The blocking client on a socket of `std`, as the example `tcp` puts it there.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../examples/tcp.rs"]
#[allow(dead_code, reason = "its `main` is for people")]
mod tcp;

use core::time::Duration;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use embedded_io_adapters::std::FromStd;
use rapi_client::Error;
use rapi_client::blocking::Client;
use rapi_client::commands::GetAuthLock;

#[test]
fn a_silent_socket_is_a_timeout_and_the_command_is_sent_again() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let near = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (mut far, _) = listener.accept().unwrap();
    near.set_read_timeout(Some(Duration::from_millis(1))).unwrap();
    let mut client = Client::new(FromStd::new(tcp::Socket(near)));

    assert!(matches!(client.send_retrying(&GetAuthLock, 3), Err(Error::Timeout)));
    assert_eq!(client.stats().abandoned, 2, "the third may still be answered");
    let mut sent = [0; 33];
    far.read_exact(&mut sent).unwrap();
    assert_eq!(&sent, b"$G4 :01^4C\r$G4 :02^4F\r$G4 :03^4E\r");

    far.write_all(b"$OK 1 :03^28\r$OK 0 :04^2E\r").unwrap();
    assert!(!client.send(&GetAuthLock).unwrap().locked, "the late answer is not taken for it");
}
