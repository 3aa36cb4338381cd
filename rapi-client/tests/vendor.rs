//! A vendor's command, outside of the crates that carry it: ten lines, and it goes the way of all others.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

mod support;

use rapi_client::commands::{EvConnected, GetState};
use rapi_client::{Client, Command, Error, blocking};
use rapi_core::{Class, Code, DecodeError, EncodeError, Fields, Writer};
use support::{Peer, block_on, healthy, refusal, reply, seq_of};

/// Asks whether a vehicle is connected to one of several sockets.
struct GetSocket(u8);

#[rustfmt::skip]
impl Command for GetSocket {
    const CODE: Code = Code::new(*b"G9");
    const CLASS: Class = Class::Read;
    const IDEMPOTENT: bool = true;
    type Response = EvConnected;
    fn encode_args(&self, writer: &mut Writer<'_>) {
        writer.decimal(self.0.into());
        if self.0 > 3 { writer.refuse_range(); }
    }
    fn decode_args(fields: &mut Fields<'_>) -> Result<Self, DecodeError> { fields.decode().map(Self) }
}

fn station(line: &[u8]) -> Vec<u8> {
    match &line[..5] {
        b"$G9 1" => reply("1", seq_of(line)),
        b"$G9 2" => refusal(line),
        _ => healthy(line),
    }
}

#[test]
fn a_vendors_command_is_sent_answered_and_refused_as_those_of_the_table() {
    let mut client: blocking::Client<_> = blocking::Client::new(Peer::new(station));
    assert_eq!(client.send(&GetSocket(1)), Ok(EvConnected::Yes));
    assert_eq!(client.send(&GetSocket(2)), Err(Error::Rejected));
    let sent = client.get_mut().written.len();
    let refused = Err(Error::Encode(EncodeError::OutOfRange { field: 1 }));
    assert_eq!(client.send(&GetSocket(4)), refused);
    assert_eq!(client.get_mut().written.len(), sent, "nothing was sent");
    assert!(client.send(&GetState).is_ok());

    let mut client: Client<_> = Client::new(Peer::new(station));
    assert_eq!(block_on(client.send(&GetSocket(1))), Ok(EvConnected::Yes));
    // What is repeated blindly, and how long is waited, is the command's to say.
    assert!(GetSocket::IDEMPOTENT && GetSocket::INFO.timeout_ms == 500);
}
