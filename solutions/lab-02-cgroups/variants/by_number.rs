    let thousand = |power: u32| (1_000u128.pow(power), 1);
    let binary = |power: u32| (1u128 << (10 * power), 1);
    let letters = ["k", "M", "G", "T", "P", "E"];
    let letter = |text: &str| letters.iter().position(|known| *known == text);
    match suffix {
        "" => Some((1, 1)),
        "m" => Some((1, 1_000)),
        "u" => Some((1, 1_000_000)),
        "n" => Some((1, NANO)),
        "Ki" => Some(binary(1)),
        _ => match suffix.strip_suffix('i').filter(|text| *text != "k") {
            Some(text) => letter(text).map(|at| binary(at as u32 + 1)),
            None => letter(suffix).map(|at| thousand(at as u32 + 1)),
        },
    }
