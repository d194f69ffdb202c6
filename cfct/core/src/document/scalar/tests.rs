use super::{Invalid, Tag, Value, resolve, resolve_1_2, text::float_repr};
use crate::document::{Format, Style};

fn plain(text: &str) -> Value<'_> {
    resolve(Format::Yaml, Style::Plain, None, text)
}

#[test]
fn plain_scalars_resolve_as_pyyaml_does() {
    let cases = [
        ("yes", Value::Bool(true)),
        ("On", Value::Bool(true)),
        ("OFF", Value::Bool(false)),
        ("yEs", Value::Str("yEs")),
        ("y", Value::Str("y")),
        ("null", Value::Null),
        ("", Value::Null),
        ("nULL", Value::Str("nULL")),
        ("012345670123", Value::Int(Some(1_402_433_619))),
        ("035912345678", Value::Str("035912345678")),
        ("0x1F", Value::Int(Some(31))),
        ("-0x1F", Value::Int(Some(-31))),
        ("0b1_1", Value::Int(Some(3))),
        ("0o14", Value::Str("0o14")),
        ("12:30:45", Value::Int(Some(45045))),
        ("1_000", Value::Int(Some(1000))),
        ("-0", Value::Int(Some(0))),
        ("0_", Value::Int(Some(0))),
        ("0x_", Value::Invalid(Invalid::Int)),
        ("0b", Value::Str("0b")),
        ("1.10", Value::Float(1.1)),
        ("1.", Value::Float(1.0)),
        (".5", Value::Float(0.5)),
        ("-.5", Value::Str("-.5")),
        ("1e3", Value::Str("1e3")),
        ("1.0e3", Value::Str("1.0e3")),
        ("1.0e+3", Value::Float(1000.0)),
        ("-.inf", Value::Float(f64::NEG_INFINITY)),
        ("190:20:30.15", Value::Float(685_230.15)),
        ("1.2.3", Value::Str("1.2.3")),
        ("10.0.0.0/16", Value::Str("10.0.0.0/16")),
        ("<<", Value::Merge),
        ("=", Value::Str("=")),
        ("2021-13-45", Value::Invalid(Invalid::Timestamp)),
        ("2021-3-15", Value::Str("2021-3-15")),
    ];
    for (text, value) in cases {
        assert_eq!(plain(text), value, "{text}");
    }
}

#[test]
fn an_integer_with_more_digits_than_python_converts_is_invalid() {
    assert_eq!(plain(&"1".repeat(4300)), Value::Int(None));
    assert_eq!(plain(&"1".repeat(4301)), Value::Invalid(Invalid::Int));
    assert_eq!(plain(&format!("0x{}", "1".repeat(5000))), Value::Int(None));
}

#[test]
fn tags_overrule_the_look_of_a_scalar() {
    let tagged = |tag, style, text| resolve(Format::Yaml, style, Some((tag, "!!x")), text);
    assert_eq!(tagged(Tag::Str, Style::Plain, "012"), Value::Str("012"));
    assert_eq!(tagged(Tag::Int, Style::DoubleQuoted, " 12 "), Value::Int(Some(12)));
    assert_eq!(tagged(Tag::Int, Style::Plain, "0o14"), Value::Int(Some(12)));
    assert_eq!(tagged(Tag::Int, Style::Plain, "foo"), Value::Invalid(Invalid::Int));
    assert_eq!(tagged(Tag::Int, Style::Plain, ""), Value::Invalid(Invalid::Int));
    assert_eq!(tagged(Tag::Float, Style::Plain, "1e3"), Value::Float(1000.0));
    assert_eq!(tagged(Tag::Bool, Style::Plain, "yEs"), Value::Bool(true));
    assert_eq!(tagged(Tag::Bool, Style::Plain, "maybe"), Value::Invalid(Invalid::Bool));
    assert_eq!(tagged(Tag::Null, Style::Plain, "anything"), Value::Null);
    assert_eq!(tagged(Tag::Binary, Style::Plain, "aGk="), Value::Bytes);
    assert_eq!(tagged(Tag::Binary, Style::Plain, "aGk"), Value::Invalid(Invalid::Binary));
    assert_eq!(tagged(Tag::NonSpecific, Style::DoubleQuoted, "12"), Value::Int(Some(12)));
    assert_eq!(tagged(Tag::NonSpecific, Style::Literal, "12\n"), Value::Int(Some(12)));
    assert_eq!(tagged(Tag::Unknown, Style::Plain, "x"), Value::Tagged("!!x"));
}

#[test]
fn timestamps_become_the_text_that_python_prints() {
    for (text, printed) in [
        ("2021-03-15", "2021-03-15"),
        ("2001-12-14t21:59:43.10-05:00", "2001-12-14 21:59:43.100000-05:00"),
        ("2001-12-14 21:59:43.10 -5", "2001-12-14 21:59:43.100000-05:00"),
        ("2001-12-15 2:59:43.1234567", "2001-12-15 02:59:43.123456"),
        ("2001-1-1T01:02:03Z", "2001-01-01 01:02:03+00:00"),
        ("2020-02-29", "2020-02-29"),
    ] {
        let value = plain(text);
        assert!(matches!(value, Value::Timestamp(_)), "{text}: {value:?}");
        assert_eq!(value.python_text().as_deref(), Some(printed), "{text}");
    }
    for text in ["2021-02-29", "0000-01-01", "2001-12-14 24:00:00", "2001-12-14 21:59:43 +24:00"] {
        assert_eq!(plain(text), Value::Invalid(Invalid::Timestamp), "{text}");
    }
}

#[test]
fn parameter_scalars_become_the_text_that_cfct_sends() {
    for (text, sent) in [
        ("1.10", "1.1"),
        ("012", "10"),
        ("0x1F", "31"),
        ("12:30:45", "45045"),
        ("yes", "true"),
        ("No", "false"),
        ("~", ""),
        ("1e3", "1e3"),
        ("2021-03-15", "2021-03-15"),
        ("1.0", "1.0"),
    ] {
        assert_eq!(plain(text).python_text().as_deref(), Some(sent), "{text}");
    }
}

#[test]
fn floats_print_as_python_repr() {
    for (value, printed) in [
        (1.1, "1.1"),
        (1e15, "1000000000000000.0"),
        (1e16, "1e+16"),
        (1.5e16, "1.5e+16"),
        (0.0001, "0.0001"),
        (0.00001, "1e-05"),
        (1e-10, "1e-10"),
        (1e100, "1e+100"),
        (-0.0, "-0.0"),
        (123_456_789_012_345_680.0, "1.2345678901234568e+17"),
        (f64::NAN, "nan"),
        (f64::NEG_INFINITY, "-inf"),
    ] {
        assert_eq!(float_repr(value), printed);
    }
}

#[test]
fn the_core_schema_of_yaml_1_2_reads_otherwise() {
    for (text, value) in [
        ("yes", Value::Str("yes")),
        ("012", Value::Int(Some(12))),
        ("0o14", Value::Int(Some(12))),
        ("12:30:45", Value::Str("12:30:45")),
        ("1e3", Value::Float(1000.0)),
        ("1_000", Value::Str("1_000")),
        ("2021-03-15", Value::Str("2021-03-15")),
        ("<<", Value::Str("<<")),
        ("True", Value::Bool(true)),
        ("-.5", Value::Float(-0.5)),
        (".", Value::Str(".")),
    ] {
        assert_eq!(resolve_1_2(text), value, "{text}");
    }
}
