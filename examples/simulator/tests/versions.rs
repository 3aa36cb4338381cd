//! What the description of the protocol says of each version and each build: sentences, one by one.
//! Here are those that no recording has.

mod script;

use script::check;

#[test]
fn firmware_3_7_8() {
    check(
        "3.7.8",
        "
        > $GV | $OK 3.7.8 1.0.3~
        > $GV :05 | $OK 3.7.8 1.0.3~
        > $XX | $NK ~
        > $SC 16 V | $NK ~
        > $FF D 0 | $NK ~
        # The commands that FF has replaced.
        > $SD 0 | $OK ~
        > $SF 0 | $OK ~
        > $SG 0 | $OK ~
        > $SR 0 | $OK ~
        > $SV 0 | $OK ~
        > $GE | $OK 16 021f~
        > $SE 1 | $OK ~/
        > $GV | $GV~$OK 3.7.8 1.0.3~/
        > $SE 0 | $SE 0~$OK ~
        > $GV | $OK 3.7.8 1.0.3~
        # Nothing is told but sleep and disable; no checksum.
        ! plug |
        ! ask |
        ~ 10000 |
        > $GS | $OK 3 10~
        > $FS | $ST fe~$OK ~
        > $FE | $OK ~
        # The time is that of a charge.
        ~ 5000 |
        > $GS | $OK 3 5~
        > $FD | $ST ff~$OK ~
        # The eleventh word overwrites the switch of the echo.
        > $GV 1 2 3 4 5 6 7 8 9 A | $OK 3.7.8 1.0.3~/
        > $GV | $GV~$OK 3.7.8 1.0.3~/
        ",
    );
    check("3.7.8", "! button hold_ms=10500 | \n~ 10500 | $ST fe~$WF 00~");
}

#[test]
fn firmware_4_12_3() {
    check(
        "4.12.3",
        "
        # Four numbers that begin with 0 switch the timer off.
        > $ST 01 05 02 01 | $OK~
        > $GD | $OK 0 0 0 0~
        > $ST 1 05 02 01 | $OK~$ST fe~
        > $GD | $OK 1 5 2 1~
        > $F1 | $NK~
        > $SC 30 V | $OK 30~
        > $SC 14 M | $OK 14~
        > $GG | $OK 0 -1~
        > $S4 1 | $NK~
        ",
    );
    check(
        "4.12.3",
        "
        ! plug | $ST 02~
        ! ask | $ST 03~
        ~ 5000 |
        # In a fault the pilot is at -12 V.
        ! faults gfi=true | $ST 06~
        > $G0 | $OK 2~
        > $GS | $OK 6 5~
        ! faults gfi=false |
        ! unplug |
        > $GS | $OK 6 5~
        ~ 300000 | $ST 01~
        > $G0 | $OK 0~
        ",
    );
}

#[test]
fn firmware_5_1_0() {
    check(
        "5.1.0",
        "
        > $GV | $OK D5.1.0 4.0.1~
        > $GV :5A | $OK D5.1.0 4.0.1 :5A~
        > $GS | $OK 1 0~
        > $GC | $OK 6 80~
        > $GG | $OK 0 -1~
        > $GP | $OK 252 240 -2560~
        # It tells a change before the reply, a waking behind it.
        > $F1 | $ST fe~$OK~
        > $GS | $OK 254 0~
        > $F1 | $OK~$ST 01~
        > $FD | $ST ff~$OK~
        > $G0 | $OK 2~
        > $FE | $OK~$ST 01~
        # V is capped by what is saved, M means nothing yet.
        > $SC 20 V | $NK 16~
        > $SC 14 M | $OK 14~
        > $ST 01 05 02 01 | $OK~$ST fe~
        > $GD | $OK 1 5 2 1~
        > $ST 0 0 0 0 | $OK~
        > $FE | $OK~$ST 01~
        > $SV 240000 | $NK~
        > $FF B 0 | $NK~
        > $SY | $NK~
        > $GI | $NK~
        # Limits are of the whole session, for a car that is there.
        > $S3 1 | $NK~
        ! plug | $ST 02~
        > $S3 1 | $OK~
        > $SH 9 | $OK~
        > $GH | $OK 9~
        ! ask | $ST 03~
        ~ 905000 | $ST fe~
        > $GS | $OK 254 900~
        ! unplug |
        > $GH | $OK 0~
        ",
    );
    check(
        "5.1.0",
        "
        ! plug | $ST 02~
        ! ask | $ST 03~
        ! vehicle draws_ma=40000 |
        ~ 12000 | $ST 0b~
        > $G0 | $OK 2~
        ! unplug |
        ~ 900000 |
        > $GS | $OK 11 10~
        ",
    );
}

#[test]
fn firmware_7_1_3() {
    check(
        "7.1.3",
        "
        # Its mode of calibration has the bit that is Mennekes' later.
        > $S2 1 | $OK~
        > $GS | $OK 01 0 01 8200~
        > $S2 0 | $OK~
        > $GS | $OK 01 0 01 0200~
        ! plug | $AT 02 02 16 0700~
        > $S3 2 | $OK~$AT 02 02 16 0710~
        > $SH 3 | $OK~$AT 02 02 16 2710~
        > $S3 0 | $OK~$AT 02 02 16 2700~
        ! ask | $AT 03 03 16 2540~
        > $F1 | $OK~$AT fe 03 16 2540~
        ! unplug | $AT fe 03 16 0200~
        > $F1 | $OK~$AT 01 01 16 0200~
        > $FF B 0 | $OK~
        ! button hold_ms=200 |
        ~ 500 | $AN 0~
        ! button hold_ms=10500 |
        ~ 11000 | $AN 1~$WF 02~
        > $GI | $NK~
        > $SB | $NK~
        > $G5 | $NK~
        ",
    );
    check(
        "7.1.3",
        "
        ! plug | $AT 02 02 16 0700~
        ! ask | $AT 03 03 16 0540~
        ! vehicle draws_ma=40000 |
        ~ 12000 | $AT 0b 03 16 0502~
        > $G0 | $OK 2~
        # Up to 7.1.6 a hard fault needs a restart.
        ! unplug |
        ~ 900000 |
        ! restart | $AT 00 00 0 0200~$AB 00 D7.1.3~$AT 01 01 16 0200~
        ",
    );
}

#[test]
fn firmware_8_2_3() {
    check(
        "8.2.3 -BOOTLOCK,+TIME_LIMIT,+CHARGE_LIMIT",
        "
        > $SB | $NK~
        > $S2 1 | $NK~
        > $S3 1 | $NK~
        ! plug | $AT 02 02 24 0700~
        > $S3 1 | $OK~$AT 02 02 24 0710~
        ! ask | $AT 03 03 24 0550~
        ~ 905000 | $AT fe 03 24 0544~
        > $GS | $OK fe 900 03 0504~
        > $FE | $OK~$AT 02 03 24 0500~$AT 03 03 24 0540~
        # The self test of the GFCI fails before a charge.
        ! stop | $AT 02 02 24 0500~
        ! faults gfi_self_test=true |
        ! ask | $AT 09 03 24 0502~
        > $FP 0 0 hi | $NK~
        > $GF | $OK 0 0 0~
        ! faults gfi_self_test=false |
        ! unplug | $AT 01 01 24 0200~
        # The second field is what the pilot says.
        ! plug | $AT 02 02 24 0700~
        ! faults diode=true | $AT 05 05 24 0700~
        ! faults diode=false | $AT 02 02 24 0700~
        ! vehicle wants=ventilation | $AT 04 04 24 0700~
        > $G0 | $OK 1~
        ! ask | $AT 02 03 24 0700~$AT 03 03 24 0540~
        ",
    );
    check(
        "8.2.3 -BOOTLOCK",
        "
        # A timer outside of its hours lets nobody stay awake for more than a second.
        > $S1 24 6 15 12 0 0 | $OK~
        > $ST 22 0 6 30 | $OK~$AT fe 01 24 1200~
        > $FE | $OK~$AT 01 01 24 1200~
        ~ 1000 | $AT fe 01 24 1200~
        # But the button does.
        > $F1 | $OK~$AT 01 01 24 1200~
        ~ 60000 |
        > $FS | $OK~$AT fe 01 24 1200~
        > $S1 24 6 15 21 59 59 | $OK~
        ~ 2000 | $AT 01 01 24 1200~
        > $S1 24 6 16 6 29 59 | $OK~
        ~ 2000 | $AT fe 01 24 1200~
        ! restart | /relayCloseMs: 100~/relayHoldPwm: 255~/$AT 00 00 0 1200~$AB 00 8.2.3~$AT 01 01 24 1200~
        ~ 1000 | $AT fe 01 24 1200~
        ",
    );
    check(
        "8.2.3 -BOOTLOCK,+AUTH_LOCK",
        "
        > $G4 | $OK 0~
        > $S4 1 | $OK~$AT 01 01 24 0208~
        ! plug | $AT 02 02 24 0708~
        ! ask | $AT 02 03 24 0708~
        > $S4 0 | $OK~$AT 02 03 24 0700~$AT 03 03 24 0540~
        > $S4 1 | $OK~$AT 02 03 24 0508~
        ",
    );
    check(
        "8.2.3 -BOOTLOCK,+AUTH_LOCK,+AUTH_LOCK=1",
        "
        > $GS | $OK 01 0 01 0208~
        > $S4 0 | $OK~$AT 01 01 24 0200~
        ! plug | $AT 02 02 24 0700~
        ! unplug | $AT 01 01 24 0208~
        ",
    );
}

#[test]
fn firmware_9_4_0() {
    check(
        "9.4.0",
        "
        > $GS | $OK 00 0 00 4200~
        > $SB | $OK 0~$AT 01 01 24 0200~
        > $GV | $OK 9.4.0.core 6.0.0~
        # A minus sign is understood.
        > $SA -5 -6 | $OK~
        > $GA | $OK -5 -6~
        > $FO -5 | $NK~
        > $FO 700 | $OK~
        > $GO | $OK 700~
        # No display, button, clock, timer, limits or service level to be found.
        > $F1 | $NK~
        > $FF B 0 | $NK~
        > $S1 24 1 1 0 0 0 | $NK~
        > $GT | $NK~
        > $ST 0 0 0 0 | $NK~
        > $GD | $NK~
        > $S3 1 | $NK~
        > $GH | $NK~
        > $SL A | $NK~
        > $FB 1 | $NK~
        > $FP 0 0 x | $NK~
        > $S0 1 | $NK~
        > $G5 | $NK~
        > $Z0 1 2 | $NK~
        > $SO 1 2 | $NK~
        > $SR 4 1 | $NK~
        > $SR 3 1 | $OK~
        > $GR | $OK 1 1 1~
        > $SZ 9000 | $OK~
        > $GZ | $OK 6000 5000~
        > $GN | $OK -2560 -2560 -2560 -2560~
        > $GW | $OK 0 0 300 300~
        > $FF P 1 | $OK~
        > $FF Z 0 | $OK~
        > $FF O 0 | $OK~
        > $FF L 0 | $OK~
        > $GE | $OK 24 6861~
        > $SK 5 | $OK~
        > $FC | $OK~
        > $GU | $OK 0 0~
        > $FK | $OK~
        ! plug | $AT 02 02 24 0700~
        > $FK | $NK~
        # 39 bytes fit before CR, and 40 do not.
        > $GV 23456789 123456789 123456789 123456 | $OK 9.4.0.core 6.0.0~
        > $GV 23456789 123456789 123456789 1234567 |
        ! unplug | $AT 01 01 24 0200~
        ! restart | $AT 00 00 0 0200~$AB 00 9.4.0.core~$AT 01 01 24 0200~
        ",
    );
    check("9.4.0 +LCD16X2", "> $GV | $OK 9.4.0.core.lcd 6.0.0~\n> $FP 0 0 x | $OK~");
}

#[test]
fn builds_of_firmware_5_that_talk_as_older_ones() {
    check(
        "5.1.0 -RAPI_FF",
        "
        > $GV :12 | $OK D5.1.0 3.0.1 :12~
        > $FF D 0 | $NK~
        > $SD 0 | $OK~
        > $GE | $OK 16 0003~
        > $SE 1 | $OK~/
        > $SE 0 | $SE 0~$OK~
        > $SO 1 1 | $NK~
        ",
    );
    check(
        "4.12.3 -RAPI_SEQUENCE_ID",
        "
        > $GV :12 | $OK D4.12.3 2.0.4~
        > $SC 16 :12 | $OK 16~
        > $SC 16 V :12 | $NK~
        ",
    );
    check(
        "5.1.0 -RAPI_SEQUENCE_ID,-RAPI_RESPONSE_CHK",
        "
        > $GV :12 | $OK D5.1.0 1.0.5~
        > $FB 1 | $OK~
        > $XX | $NK~
        > $GS | $OK 1 0~
        > $FS | $ST fe~$OK~
        ",
    );
    // Later ones cannot be built so.
    check("7.1.3 -RAPI_SEQUENCE_ID,-RAPI_FF", "> $GV :12 | $OK D7.1.3 5.1.3 :12~");
}

#[test]
fn builds_by_their_names() {
    for (build, says) in [
        ("5.1.0 +EU", "5.1.0.EU 4.0.1"),
        ("5.1.0 +T2", "5.1.0.T2 4.0.1"),
        ("7.1.3 +3P", "7.1.3.3P 5.1.3"),
        ("8.2.3 +EU", "8.2.3.EU 5.2.1"),
        ("8.2.3 +CGMI", "8.2.3.CGMI 5.2.1"),
        ("9.4.0 +EU", "9.4.0.core 6.0.0"),
    ] {
        check(build, &format!("> $GV | $OK {says}~"));
    }
    check("7.1.3 +EU", "> $GG | $OK 0 240000~\n> $GC | $OK 6 32 32 32~");
    check("8.2.3 +EU", "> $GG | $OK 0 230000~");
    check("8.2.3 +CGMI", "> $GE | $OK 24 1001~\n> $SL A | $OK~\n> $GE | $OK 24 1001~");
}
