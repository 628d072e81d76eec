"""The measurement families that Akeneo installs, by its codes, with factors from the units' definitions.

Sources of the factors: the SI brochure (9th edition), NIST SP 811 appendix B, the international yard and pound
agreement of 1959, the UK Weights and Measures Act 1985 (imperial volumes). Where Akeneo's own table is off (it has
pounds per square inch, torr and the standard atmosphere upside down, and a month of 217 days), these are right: amounts
are kept as they were written, so only comparisons and conversions differ.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Context, Decimal
from types import MappingProxyType

from catalog.importing.records import StateRecord
from pim.values.specs import Json

_DIGITS = Decimal("1e-20")
_PRECISE = Context(prec=60)

Unit = tuple[str, str, str]
"""(code, symbol, factor); the factor is a decimal or a fraction `a/b`, in standard units."""

FAMILIES: MappingProxyType[str, tuple[Unit, ...]] = MappingProxyType(
    {
        "Area": (
            ("SQUARE_METER", "m²", "1"),
            ("SQUARE_MILLIMETER", "mm²", "0.000001"),
            ("SQUARE_CENTIMETER", "cm²", "0.0001"),
            ("SQUARE_DECIMETER", "dm²", "0.01"),
            ("CENTIARE", "ca", "1"),
            ("SQUARE_DEKAMETER", "dam²", "100"),
            ("ARE", "a", "100"),
            ("SQUARE_HECTOMETER", "hm²", "10000"),
            ("HECTARE", "ha", "10000"),
            ("SQUARE_KILOMETER", "km²", "1000000"),
            ("SQUARE_MIL", "sq mil", "0.00000000064516"),
            ("SQUARE_INCH", "in²", "0.00064516"),
            ("SQUARE_FOOT", "ft²", "0.09290304"),
            ("SQUARE_YARD", "yd²", "0.83612736"),
            ("ARPENT", "arpent", "3418.89"),
            ("ACRE", "ac", "4046.8564224"),
            ("SQUARE_FURLONG", "fur²", "40468.564224"),
            ("SQUARE_MILE", "mi²", "2589988.110336"),
        ),
        "Binary": (
            ("BYTE", "B", "1"),
            ("BIT", "b", "0.125"),
            ("KILOBYTE", "kB", "1024"),
            ("MEGABYTE", "MB", "1048576"),
            ("GIGABYTE", "GB", "1073741824"),
            ("TERABYTE", "TB", "1099511627776"),
            ("CHAR", "char", "1"),
            ("KILOBIT", "kb", "128"),
            ("MEGABIT", "Mb", "131072"),
            ("GIGABIT", "Gb", "134217728"),
        ),
        "Decibel": (("DECIBEL", "dB", "1"),),
        "Frequency": (
            ("HERTZ", "Hz", "1"),
            ("KILOHERTZ", "kHz", "1000"),
            ("MEGAHERTZ", "MHz", "1000000"),
            ("GIGAHERTZ", "GHz", "1000000000"),
            ("TERAHERTZ", "THz", "1000000000000"),
        ),
        "Length": (
            ("METER", "m", "1"),
            ("MICROMETER", "µm", "0.000001"),
            ("NANOMETER", "nm", "0.000000001"),
            ("MILLIMETER", "mm", "0.001"),
            ("CENTIMETER", "cm", "0.01"),
            ("DECIMETER", "dm", "0.1"),
            ("DEKAMETER", "dam", "10"),
            ("HECTOMETER", "hm", "100"),
            ("KILOMETER", "km", "1000"),
            ("MIL", "mil", "0.0000254"),
            ("INCH", "in", "0.0254"),
            ("FEET", "ft", "0.3048"),
            ("YARD", "yd", "0.9144"),
            ("CHAIN", "ch", "20.1168"),
            ("FURLONG", "fur", "201.168"),
            ("MILE", "mi", "1609.344"),
        ),
        "Power": (
            ("WATT", "W", "1"),
            ("KILOWATT", "kW", "1000"),
            ("MEGAWATT", "MW", "1000000"),
            ("GIGAWATT", "GW", "1000000000"),
            ("TERAWATT", "TW", "1000000000000"),
        ),
        "Voltage": (
            ("VOLT", "V", "1"),
            ("MILLIVOLT", "mV", "0.001"),
            ("CENTIVOLT", "cV", "0.01"),
            ("DECIVOLT", "dV", "0.1"),
            ("DEKAVOLT", "daV", "10"),
            ("HECTOVOLT", "hV", "100"),
            ("KILOVOLT", "kV", "1000"),
        ),
        "Intensity": (
            ("AMPERE", "A", "1"),
            ("MILLIAMPERE", "mA", "0.001"),
            ("CENTIAMPERE", "cA", "0.01"),
            ("DECIAMPERE", "dA", "0.1"),
            ("DEKAMPERE", "daA", "10"),
            ("HECTOAMPERE", "hA", "100"),
            ("KILOAMPERE", "kA", "1000"),
        ),
        "Resistance": (
            ("OHM", "Ω", "1"),
            ("MILLIOHM", "mΩ", "0.001"),
            ("CENTIOHM", "cΩ", "0.01"),
            ("DECIOHM", "dΩ", "0.1"),
            ("DEKAOHM", "daΩ", "10"),
            ("HECTOHM", "hΩ", "100"),
            ("KILOHM", "kΩ", "1000"),
            ("MEGOHM", "MΩ", "1000000"),
        ),
        "Speed": (
            ("METER_PER_SECOND", "m/s", "1"),
            ("METER_PER_MINUTE", "m/min", "1/60"),
            ("METER_PER_HOUR", "m/h", "1/3600"),
            ("KILOMETER_PER_HOUR", "km/h", "1000/3600"),
            ("FOOT_PER_SECOND", "ft/s", "0.3048"),
            ("FOOT_PER_HOUR", "ft/h", "0.3048/3600"),
            ("YARD_PER_HOUR", "yd/h", "0.9144/3600"),
            ("MILE_PER_HOUR", "mi/h", "1609.344/3600"),
        ),
        "ElectricCharge": (
            ("AMPEREHOUR", "Ah", "1"),
            ("MILLIAMPEREHOUR", "mAh", "0.001"),
            ("MILLICOULOMB", "mC", "1/3600000"),
            ("CENTICOULOMB", "cC", "1/360000"),
            ("DECICOULOMB", "dC", "1/36000"),
            ("COULOMB", "C", "1/3600"),
            ("DEKACOULOMB", "daC", "1/360"),
            ("HECTOCOULOMB", "hC", "1/36"),
            ("KILOCOULOMB", "kC", "1/3.6"),
        ),
        "Duration": (
            ("SECOND", "s", "1"),
            ("MILLISECOND", "ms", "0.001"),
            ("MINUTE", "min", "60"),
            ("HOUR", "h", "3600"),
            ("DAY", "d", "86400"),
            ("WEEK", "week", "604800"),
            ("MONTH", "month", "2629800"),
            ("YEAR", "year", "31557600"),
        ),
        "Temperature": (
            ("KELVIN", "K", "1"),
            ("CELSIUS", "°C", "1"),
            ("FAHRENHEIT", "°F", "5/9"),
            ("RANKINE", "°R", "5/9"),
            ("REAUMUR", "°Ré", "1.25"),
        ),
        "Volume": (
            ("CUBIC_METER", "m³", "1"),
            ("CUBIC_MILLIMETER", "mm³", "0.000000001"),
            ("CUBIC_CENTIMETER", "cm³", "0.000001"),
            ("MILLILITER", "ml", "0.000001"),
            ("CENTILITER", "cl", "0.00001"),
            ("DECILITER", "dl", "0.0001"),
            ("CUBIC_DECIMETER", "dm³", "0.001"),
            ("LITER", "l", "0.001"),
            ("OUNCE", "fl oz", "0.00454609/160"),
            ("PINT", "pt", "0.00454609/8"),
            ("GALLON", "gal", "0.00454609"),
            ("BARREL", "bbl", "0.16365924"),
            ("CUBIC_FOOT", "ft³", "0.028316846592"),
            ("CUBIC_INCH", "in³", "0.000016387064"),
            ("CUBIC_YARD", "yd³", "0.764554857984"),
        ),
        "Weight": (
            ("KILOGRAM", "kg", "1"),
            ("MICROGRAM", "µg", "0.000000001"),
            ("MILLIGRAM", "mg", "0.000001"),
            ("GRAM", "g", "0.001"),
            ("TON", "t", "1000"),
            ("GRAIN", "gr", "0.00006479891"),
            ("DENIER", "denier", "0.001275"),
            ("ONCE", "once", "0.03059"),
            ("MARC", "marc", "0.24475"),
            ("LIVRE", "livre", "0.4895"),
            ("OUNCE", "oz", "0.028349523125"),
            ("POUND", "lb", "0.45359237"),
        ),
        "Pressure": (
            ("BAR", "bar", "1"),
            ("PASCAL", "Pa", "0.00001"),
            ("HECTOPASCAL", "hPa", "0.001"),
            ("KILOPASCAL", "kPa", "0.01"),
            ("MEGAPASCAL", "MPa", "10"),
            ("MILLIBAR", "mbar", "0.001"),
            ("ATM", "atm", "1.01325"),
            ("PSI", "psi", "0.0689475729316836"),
            ("TORR", "Torr", "1.01325/760"),
            ("MMHG", "mmHg", "0.00133322387415"),
        ),
        "Energy": (
            ("JOULE", "J", "1"),
            ("KILOJOULE", "kJ", "1000"),
            ("CALORIE", "cal", "4.184"),
            ("KILOCALORIE", "kcal", "4184"),
            ("WATTHOUR", "Wh", "3600"),
            ("KILOWATTHOUR", "kWh", "3600000"),
        ),
        "CaseBox": (("PIECE", "pc", "1"), ("DOZEN", "dz", "12")),
        # Lumen and nit do not convert into one another; Akeneo keeps them in one family all the same.
        "Brightness": (("LUMEN", "lm", "1"), ("NIT", "cd/m²", "1")),
        "Force": (
            ("NEWTON", "N", "1"),
            ("MILLINEWTON", "mN", "0.001"),
            ("KILONEWTON", "kN", "1000"),
            ("MEGANEWTON", "MN", "1000000"),
        ),
        "Angle": (
            ("RADIAN", "rad", "1"),
            ("MILLIRADIAN", "mrad", "0.001"),
            ("MICRORADIAN", "µrad", "0.000001"),
            ("DEGREE", "°", "0.01745329251994329577"),
            ("MINUTE", "′", "0.00029088820866572160"),
            ("SECOND", "″", "0.00000484813681109536"),
            ("GON", "gon", "0.01570796326794896619"),
            ("REVOLUTION", "rev", "6.28318530717958647693"),
        ),
        "Capacitance": (
            ("FARAD", "F", "1"),
            ("ATTOFARAD", "aF", "0.000000000000000001"),
            ("PICOFARAD", "pF", "0.000000000001"),
            ("NANOFARAD", "nF", "0.000000001"),
            ("MICROFARAD", "µF", "0.000001"),
            ("MILLIFARAD", "mF", "0.001"),
            ("KILOFARAD", "kF", "1000"),
        ),
        "VolumeFlow": (
            ("CUBIC_METER_PER_SECOND", "m³/s", "1"),
            ("CUBIC_METER_PER_MINUTE", "m³/min", "1/60"),
            ("CUBIC_METER_PER_HOUR", "m³/h", "1/3600"),
            ("CUBIC_METER_PER_DAY", "m³/d", "1/86400"),
            ("MILLILITER_PER_SECOND", "ml/s", "0.000001"),
            ("MILLILITER_PER_MINUTE", "ml/min", "0.000001/60"),
            ("MILLILITER_PER_HOUR", "ml/h", "0.000001/3600"),
            ("CUBIC_CENTIMETER_PER_SECOND", "cm³/s", "0.000001"),
            ("CUBIC_CENTIMETER_PER_MINUTE", "cm³/min", "0.000001/60"),
            ("CUBIC_CENTIMETER_PER_HOUR", "cm³/h", "0.000001/3600"),
            ("CUBIC_DECIMETER_PER_MINUTE", "dm³/min", "0.001/60"),
            ("CUBIC_DECIMETER_PER_HOUR", "dm³/h", "0.001/3600"),
            ("LITER_PER_SECOND", "l/s", "0.001"),
            ("LITER_PER_MINUTE", "l/min", "0.001/60"),
            ("LITER_PER_HOUR", "l/h", "0.001/3600"),
            ("LITER_PER_DAY", "l/d", "0.001/86400"),
            ("KILOLITER_PER_HOUR", "kl/h", "1/3600"),
        ),
        "MassFlow": (
            ("KILOGRAM_PER_SECOND", "kg/s", "1"),
            ("KILOGRAM_PER_MINUTE", "kg/min", "1/60"),
            ("KILOGRAM_PER_HOUR", "kg/h", "1/3600"),
            ("KILOGRAM_PER_DAY", "kg/d", "1/86400"),
            ("GRAM_PER_SECOND", "g/s", "0.001"),
            ("GRAM_PER_MINUTE", "g/min", "0.001/60"),
            ("GRAM_PER_HOUR", "g/h", "0.001/3600"),
            ("GRAM_PER_DAY", "g/d", "0.001/86400"),
            ("MILLIGRAM_PER_MINUTE", "mg/min", "0.000001/60"),
            ("MILLIGRAM_PER_HOUR", "mg/h", "0.000001/3600"),
            ("TON_PER_HOUR", "t/h", "1000/3600"),
            ("TON_PER_DAY", "t/d", "1000/86400"),
        ),
    }
)
"""Families by code; the first unit of each is its standard unit."""

OFFSETS = MappingProxyType(
    {
        ("Temperature", "CELSIUS"): "273.15",
        ("Temperature", "FAHRENHEIT"): "2298.35/9",
        ("Temperature", "REAUMUR"): "273.15",
    }
)
"""What is added after the factor, for scales that do not begin at the standard's zero (459.67 × 5/9 for °F)."""


def family_states(codes: Iterable[str]) -> tuple[StateRecord, ...]:
    """The states of the families with these codes, whatever their case; codes that Akeneo does not know are left out."""
    known = {code.casefold(): code for code in FAMILIES}
    wanted = sorted({known[code.casefold()] for code in codes if code.casefold() in known})
    return tuple(StateRecord(0, "measurement_family", code, _state(code)) for code in wanted)


def _state(family: str) -> dict[str, Json]:
    units = FAMILIES[family]
    return {
        "code": family,
        "labels": {"en_US": _label(family)},
        "standard_unit": units[0][0],
        "units": [
            {
                "code": code,
                "symbol": symbol,
                "labels": {"en_US": _label(code)},
                "factor": to_decimal(factor),
                "offset": to_decimal(OFFSETS.get((family, code), "0")),
            }
            for code, symbol, factor in units
        ],
    }


def to_decimal(text: str) -> str:
    """A decimal or a fraction `a/b` as a plain decimal with at most 20 places."""
    numerator, _slash, denominator = text.partition("/")
    amount = _PRECISE.divide(Decimal(numerator), Decimal(denominator or 1))
    return f"{_PRECISE.normalize(amount.quantize(_DIGITS, context=_PRECISE)):f}"


def _label(code: str) -> str:
    """`SQUARE_METER` as “Square meter”, `CaseBox` as “Case box”."""
    words = "".join(f" {letter}" if letter.isupper() else letter for letter in code) if "_" not in code else code
    return (code if code.isupper() else words).replace("_", " ").strip().capitalize()
