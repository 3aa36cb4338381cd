//! Asks the station, lets the rule decide, and does what it says.

use core::fmt::Write as _;

use embassy_futures::select::{Either, select};
use embassy_rp::gpio::{Input, Output};
use embassy_rp::uart::{BufferedUart, BufferedUartTx, Error as UartError};
use embassy_rp::watchdog::Watchdog;
use embassy_time::{Duration, Timer, with_timeout};
use heapless::String;
use rapi_client::commands::{
    ClearBootLock, Enable, GetCurrentRange, GetPower, GetState, SetCurrent, Sleep,
};
use rapi_client::embedded_io_async::Write as _;
use rapi_client::types::{Amps, EvseState, Seconds};
use rapi_client::{Beat, Client, Command, Error, HeartbeatEvent, HeartbeatSupervisor, Watch};
use rapi_divert::{
    Action, Config, Decision, Divert, EvseStatus, Measurement, MilliAmps, Mode, Preset, Volts,
    Wanted,
};

use crate::meter;

/// What the wiring of the house takes. The station's own settings may be lower, never higher.
const HOUSE: Amps = Amps(16);
/// What the station falls to if it hears nothing for this long.
const FALLBACK: Amps = Amps(6);
const SILENCE: Seconds = Seconds(60);
const CONFIG: Config = {
    let mut config = Config::preset(Preset::Balanced);
    config.max_amps = rapi_divert::Amps(HOUSE.0);
    config
};
const ATTEMPTS: u8 = 3;

type Station = Client<BufferedUart>;
type Failure = Error<UartError>;

pub struct Board {
    pub led: Output<'static>,
    pub eco: Input<'static>,
    pub watchdog: Watchdog,
    pub patience: Duration,
    pub reports: BufferedUartTx,
}

/// For ever: finds the station, works with it, and finds it again when it was lost.
pub async fn run(uart: BufferedUart, mut board: Board) {
    // The settings above are in range, or the build would not be here.
    let Ok(mut divert) = Divert::new(CONFIG) else { return };
    let mut station = Client::new(uart);
    board.watchdog.start(board.patience);
    loop {
        let lost = work(&mut station, &mut board, &mut divert).await;
        report(&mut board, format_args!("station lost: {lost}")).await;
        // Blinks quickly until it is back.
        board.led.toggle();
        board.watchdog.feed(board.patience);
        Timer::after_millis(250).await;
    }
}

/// Works with the station until it is lost.
async fn work(station: &mut Station, board: &mut Board, divert: &mut Divert) -> Failure {
    match try_work(station, board, divert).await {
        Ok(never) => match never {},
        Err(lost) => lost,
    }
}

async fn try_work(
    station: &mut Station,
    board: &mut Board,
    divert: &mut Divert,
) -> Result<core::convert::Infallible, Failure> {
    let Ok(version) = with_timeout(Duration::from_secs(1), station.probe()).await else {
        return Err(Error::Timeout);
    };
    let version = version?;
    report(board, format_args!("station {}, RAPI {}", version.firmware, version.protocol)).await;
    let limit = greet(station).await?;
    let mut heartbeat = HeartbeatSupervisor::new(SILENCE, FALLBACK);
    let mut watch = Watch::new();
    let mut said = None;
    let mut restarted = false;
    // Whether the station has another current than it was told.
    let mut forgotten = true;
    loop {
        board.watchdog.feed(board.patience);
        if let Ok(heartbeat) = &mut heartbeat {
            forgotten |= beat(station, heartbeat).await?;
        }
        let state = ask(station, &GetState).await?;
        restarted |= watch.state(&state).is_some();
        if core::mem::take(&mut restarted) {
            // It may be boot-locked.
            ask_if_known(station, &ClearBootLock).await?;
            if let Ok(heartbeat) = &mut heartbeat {
                heartbeat.restarted();
            }
            forgotten = true;
        }
        let power = ask_if_known(station, &GetPower).await?;
        let current = power.and_then(|power| power.current.0).map_or(0, |current| current.0);
        // The rule is told once: then it tells the station its current anew.
        let evse = if core::mem::take(&mut forgotten) { EvseStatus::Fault } else { status(&state) };
        let mode = if board.eco.is_low() { Mode::Eco } else { Mode::Normal };
        let mut measurement = Measurement::new(mode, evse, rapi_divert::Amps(limit.0))
            .with_feed(meter::newest())
            .with_ev_current(MilliAmps(current));
        if let Some(millivolts) = power.and_then(|power| power.voltage.0) {
            let volts = u16::try_from(millivolts.0 / 1_000).unwrap_or(0);
            measurement = measurement.with_voltage(Volts(volts));
        }
        let decision = divert.step(meter::now(), &measurement);
        obey(station, &decision).await?;
        board.led.set_level((decision.state == Wanted::Charge).into());
        if said != Some((decision.state, decision.current)) {
            said = Some((decision.state, decision.current));
            report(board, format_args!("{}: {}", decision.current, decision.reason)).await;
        }
        // Looks again after a second, or at once if the station says that something has changed.
        match select(Timer::after_secs(1), station.next_notification()).await {
            Either::First(()) => {}
            Either::Second(notification) => {
                restarted |= watch.notification(&notification?).is_some()
            }
        }
    }
}

/// What may be set at most: the least of the house and the station.
async fn greet(station: &mut Station) -> Result<Amps, Failure> {
    ask_if_known(station, &ClearBootLock).await?;
    let range = ask(station, &GetCurrentRange).await?;
    let saved = range.saved_max.unwrap_or(range.hardware_max);
    Ok(HOUSE.min(range.hardware_max).min(saved))
}

/// Currents until the next restart, never in the EEPROM: they change all day.
async fn obey(station: &mut Station, decision: &Decision) -> Result<(), Failure> {
    for action in decision.actions {
        match action {
            Action::SetCurrent(amps) => {
                ask(station, &SetCurrent { amps: Amps(amps.0) }).await?;
            }
            Action::Enable => ask(station, &Enable).await?,
            Action::Sleep => ask(station, &Sleep).await?,
        }
    }
    Ok(())
}

/// Tells the station that somebody is here. Returns whether it has gone back to its saved current, after a
/// silence that was too long.
async fn beat(station: &mut Station, heartbeat: &mut HeartbeatSupervisor) -> Result<bool, Failure> {
    let answer = match heartbeat.poll(meter::now().0) {
        None => return Ok(false),
        Some(Beat::Pulse(beat)) => station.send_timed(&beat, sleep).await,
        Some(Beat::Acknowledge(beat)) => station.send_timed(&beat, sleep).await,
        Some(Beat::Configure(beat)) => station.send_timed(&beat, sleep).await,
    };
    // What else it has found is in the next beat; a station without a heartbeat is asked no more.
    Ok(heartbeat.answered(meter::now().0, &answer) == Some(HeartbeatEvent::Restored))
}

async fn ask<C: Command>(station: &mut Station, command: &C) -> Result<C::Response, Failure> {
    station.send_retrying(command, ATTEMPTS, sleep).await
}

/// The same for what not every station has.
async fn ask_if_known<C: Command>(
    station: &mut Station,
    command: &C,
) -> Result<Option<C::Response>, Failure> {
    match ask(station, command).await {
        Ok(response) => Ok(Some(response)),
        Err(Error::Rejected) => Ok(None),
        Err(error) => Err(error),
    }
}

fn sleep(ms: u32) -> Timer {
    Timer::after_millis(ms.into())
}

fn status(state: &rapi_client::commands::State) -> EvseStatus {
    match state.evse {
        EvseState::NotConnected => EvseStatus::NotConnected,
        EvseState::Connected => EvseStatus::Connected,
        EvseState::Charging => EvseStatus::Charging,
        EvseState::Sleeping => {
            let vehicle = state.flags.is_none_or(|flags| flags.ev_connected());
            EvseStatus::Asleep { vehicle }
        }
        EvseState::Disabled => EvseStatus::Disabled,
        _ => EvseStatus::Fault,
    }
}

/// A line for a person on the meter's port. Who does not listen misses it: nothing waits for them.
async fn report(board: &mut Board, text: core::fmt::Arguments<'_>) {
    let mut line = String::<96>::new();
    if line.write_fmt(text).and_then(|()| line.write_str("\r\n")).is_ok() {
        let _ = with_timeout(Duration::from_millis(100), board.reports.write_all(line.as_bytes()))
            .await;
    }
}
