//! A client takes no memory from anybody while it works: not while it sends, not while it receives
//! damaged lines, not while it retries.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

use allocation_counter::{measure, opt_out};
use embedded_io::{ErrorKind, ErrorType, Read, Write};
use rapi_client::commands::{GetEnergy, GetState, PressButton, SetCurrent};
use rapi_client::types::Amps;
use rapi_client::{Client, Dialect, Exchange, blocking};
use rapi_server::Policy;
use rapi_testkit::{Clock, Device, Dice, Link, Numbered, Weather, poll_times};

/// The line itself may take as much as it likes.
struct Uncounted(Link<Device<Numbered>, Weather>);

impl ErrorType for Uncounted {
    type Error = ErrorKind;
}

impl Read for Uncounted {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, ErrorKind> {
        let mut result = Ok(0);
        opt_out(|| result = self.0.read(buffer));
        result
    }
}

impl Write for Uncounted {
    fn write(&mut self, buffer: &[u8]) -> Result<usize, ErrorKind> {
        let mut result = Ok(0);
        opt_out(|| result = self.0.write(buffer));
        result
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        Ok(())
    }
}

impl embedded_io_async::Read for Uncounted {
    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, ErrorKind> {
        Read::read(self, buffer)
    }
}

impl embedded_io_async::Write for Uncounted {
    async fn write(&mut self, buffer: &[u8]) -> Result<usize, ErrorKind> {
        Write::write(self, buffer)
    }

    async fn flush(&mut self) -> Result<(), ErrorKind> {
        Ok(())
    }
}

fn line(dialect: Dialect) -> Uncounted {
    let device = Device::new(Numbered::new("5.2.1"), Policy::new(dialect));
    let weather = Weather::new(Dice::new(3), 3);
    Uncounted(Link::new(&Clock::new(), device, weather).with_chunks(Dice::new(4)))
}

#[test]
fn no_memory_is_taken_in_any_weather() {
    for dialect in [Dialect::V3, Dialect::V2_1] {
        let exchange = Exchange::<64, 4>::new(dialect);
        let mut client = blocking::Client::with_exchange(line(dialect), exchange);
        let mut answered = 0;
        let taken = measure(|| {
            for _ in 0..300 {
                answered += u32::from(client.send(&GetEnergy).is_ok());
                answered += u32::from(client.send_retrying(&GetState, 3).is_ok());
                answered += u32::from(client.send(&SetCurrent { amps: Amps(16) }).is_ok());
                answered += u32::from(client.send_raw(b"$GE").is_ok());
                let _ = client.confirm(&PressButton, 2);
                while client.take_notification().is_some() {}
            }
        });
        assert_eq!(taken.count_total, 0, "{taken:?}");
        assert!(answered > 100, "{answered}: otherwise it proves nothing");
        assert!(client.stats().damaged > 10);
    }
}

#[test]
fn nor_by_the_asynchronous_client() {
    let mut client = Client::<_>::new(line(Dialect::V3));
    let mut answered = 0;
    let taken = measure(|| {
        for _ in 0..300 {
            answered += u32::from(matches!(poll_times(1, client.send(&GetEnergy)), Some(Ok(_))));
        }
    });
    assert_eq!(taken.count_total, 0, "{taken:?}");
    assert!(answered > 100, "{answered}");
}

#[test]
fn what_would_be_counted_is_counted() {
    assert_eq!(measure(|| drop(core::hint::black_box(vec![1_u8, 2]))).count_total, 1);
}
