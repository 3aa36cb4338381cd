//! What the station does: `F0` to `FS`, and the debugging commands.

use rapi_core::Rejected;
use rapi_core::types::{EvseState, MilliAmps};

use super::execute;
use crate::controller::{Controller, Said};

impl Controller {
    fn print(&mut self, text: String) {
        self.said.push(Said::Text(text.into_bytes()));
    }

    fn tune_relay(&mut self, name: &str, close: u16, hold: u8) {
        let close = close.to_le_bytes()[0];
        self.eeprom.write(|eeprom| eeprom.relay = (close, hold));
        self.print(format!("\n{name} {close} {hold}\r\n"));
    }
}

execute! {
    |controller, command = SetLcdUpdates| {
        controller.display.updates = command.enabled;
        if command.enabled {
            controller.display.clear();
            controller.drawn = None;
        }
        Ok(())
    };
    |controller, _ = PressButton| {
        controller.toggle();
        controller.tell_at_once();
        Ok(())
    };
    |controller, command = SetLcdColour| {
        controller.display.set_colour(command.colour);
        Ok(())
    };
    |controller, command = PrintText| {
        if controller.faults.is_hard() && controller.firmware.since([7, 1, 1]) {
            return Err(Rejected);
        }
        controller.display.write(command.column, command.row, command.text.as_bytes());
        Ok(())
    };
    |controller, _ = Disable| {
        if !controller.only_listens() && !controller.faults.is_hard() {
            controller.set_relay(false);
            controller.closes_at = None;
            if controller.evse != EvseState::Disabled && controller.plug_moves() {
                controller.busy_until = controller.now_ms + controller.delays.motor;
            }
            controller.lock_plug(false);
            controller.evse = EvseState::Disabled;
            controller.tell_at_once();
        }
        Ok(())
    };
    |controller, _ = Enable| {
        controller.wake();
        Ok(())
    };
    |controller, _ = Sleep| {
        controller.fall_asleep();
        controller.tell_at_once();
        Ok(())
    };
    |controller, _ = Restart| {
        controller.restart = true;
        Ok(())
    };
    |controller, command = FakeCurrent| {
        let amps = command.amps.0;
        controller.fake_current = (amps > 0).then_some(MilliAmps(i32::from(amps) * 1000));
        Ok(())
    };
    |controller, command = TuneRelay| {
        controller.tune_relay("Z0", command.close.0, command.hold);
        Ok(())
    };
    |controller, command = TuneRelayEarly| {
        controller.tune_relay("Z1", command.close.0, command.hold);
        Ok(())
    };
}

impl Controller {
    /// Whether the motor that locks the plug moves when the controller wants it to.
    pub(super) fn plug_moves(&self) -> bool {
        self.firmware.has(crate::Options::MENNEKES_LOCK) && !self.flags.mennekes_manual()
    }
}
