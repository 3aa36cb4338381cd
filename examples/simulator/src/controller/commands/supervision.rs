//! Heartbeat supervision: `SY`, `GY`.

use rapi_core::commands::{Heartbeat, HeartbeatSet};
use rapi_core::types::{Amps, HeartbeatTrigger, SignedSeconds};

use super::execute;
use crate::controller::{Controller, heartbeat};

impl Controller {
    fn heartbeat(&self) -> Heartbeat {
        let (interval, fallback) = self.eeprom.heartbeat;
        Heartbeat {
            interval: SignedSeconds(interval.cast_signed()),
            fallback: Amps(fallback),
            trigger: self.heartbeat.trigger,
        }
    }

    fn heartbeat_set(&self, accepted: bool) -> HeartbeatSet {
        HeartbeatSet { heartbeat: self.heartbeat(), accepted }
    }

    /// Gives the saved current back; not while it is too hot.
    fn restore(&mut self) -> bool {
        if self.is_throttled() {
            return false;
        }
        self.pilot = self.saved_max();
        true
    }
}

execute! {
    |controller, command = SetHeartbeat| {
        // Kept in 16 bits.
        let interval = (command.interval.0 & 0xffff) as u16;
        let limited = controller.heartbeat.trigger == HeartbeatTrigger::Limited;
        let accepted = interval != 0 || !limited || controller.restore();
        controller.eeprom.write(|eeprom| eeprom.heartbeat = (interval, command.fallback.0));
        controller.heartbeat = heartbeat::Heartbeat::default();
        Ok(controller.heartbeat_set(accepted))
    };
    |controller, _ = AcknowledgeHeartbeat| {
        let mut accepted = true;
        if controller.heartbeat.trigger == HeartbeatTrigger::Limited {
            accepted = controller.restore();
            if accepted {
                controller.heartbeat.trigger = HeartbeatTrigger::Acknowledged;
            }
        }
        controller.heartbeat.pulse();
        Ok(controller.heartbeat_set(accepted))
    };
    |controller, _ = HeartbeatPulse| {
        controller.heartbeat.pulse();
        let accepted = controller.heartbeat.trigger != HeartbeatTrigger::Limited;
        Ok(controller.heartbeat_set(accepted))
    };
    |controller, _ = GetHeartbeat| Ok(controller.heartbeat());
}
