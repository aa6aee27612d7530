import Base
import TestSupport
import Wire

extension Sample {
    /// A random message; about a third of the fields hold their default.
    init(random generator: inout SeededGenerator) {
        self.init()
        setScalars(&generator)
        setChoice(&generator)
        setLists(&generator)
        setMessages(&generator)
    }

    private mutating func setScalars(_ generator: inout SeededGenerator) {
        unsigned64 = generator.integer()
        unsigned32 = generator.integer()
        signed64 = generator.integer()
        signed32 = generator.integer()
        zigzag64 = generator.integer()
        fixed32 = generator.integer()
        fixed64 = generator.integer()
        signedFixed64 = generator.integer()
        flag = generator.isOne(in: 2)
        text = generator.string()
        data = generator.byteString()
        color = generator.element(of: Color.allCases)
    }

    private mutating func setChoice(_ generator: inout SeededGenerator) {
        switch generator.int(in: 0..<6) {
        case 0: choiceData = generator.byteString()
        case 1: choiceText = generator.string()
        case 2: choiceInteger = generator.integer()
        case 3: choiceBits = generator.integer()
        case 4: choicePrice = generator.price()
        default: break
        }
    }

    private mutating func setLists(_ generator: inout SeededGenerator) {
        texts = generator.list { $0.string() }
        datas = generator.list { $0.byteString() }
        unsigned64s = generator.list { $0.integer() }
        signed64s = generator.list { $0.integer() }
        unsigned32s = generator.list { $0.integer() }
        fixed32s = generator.list { $0.integer() }
        branches = generator.list { $0.branch(2) }
    }

    private mutating func setMessages(_ generator: inout SeededGenerator) {
        price = generator.price()
        if generator.isOne(in: 2) { maybePrice = generator.price() }
        if !generator.isOne(in: 3) { time = generator.time() }
        if !generator.isOne(in: 3) { span = generator.span() }
        switch generator.int(in: 0..<6) {
        case 0: packed = AnyMessage(generator.price())
        case 1: packed = AnyMessage(generator.branch(2))
        case 2: packed = AnyMessage(generator.time())
        case 3: packed = AnyMessage(generator.span())
        case 4: packed = AnyMessage(AnyMessage(generator.price()))
        default: break
        }
    }
}

extension SeededGenerator {
    /// Zero, or an integer of any magnitude and sign.
    mutating func integer<I: FixedWidthInteger>() -> I {
        if isOne(in: 3) { return 0 }
        let shift = Int64(int(in: 0..<64))
        return I(truncatingIfNeeded: Int64(bitPattern: next()) >> shift)
    }

    mutating func list<Element>(_ make: (inout SeededGenerator) -> Element) -> [Element] {
        (0..<max(0, int(in: -3...5))).map { _ in make(&self) }
    }

    mutating func byteString() -> Bytes {
        isOne(in: 3) ? [] : bytes(count: int(in: 0...200))
    }

    /// Text of characters at which encoders tend to break.
    mutating func string() -> String {
        let alphabet = Array(
            "aZ_0 \"\\/\u{0}\u{1F}\n\u{7F}é\u{2028}漢\u{FFFD}😀\u{10FFFF}".unicodeScalars)
        var scalars = String.UnicodeScalarView()
        for _ in 0..<max(0, int(in: -4...12)) { scalars.append(element(of: alphabet)) }
        return String(scalars)
    }

    mutating func price() -> Price { Price(denom: string(), amount: integer()) }

    mutating func branch(_ depth: Int) -> Branch {
        Branch(label: string(), branches: depth == 0 ? [] : list { $0.branch(depth - 1) })
    }

    mutating func time() -> Timestamp {
        Timestamp(
            seconds: Int64(int(in: -62_135_596_800...253_402_300_799)),
            nanoseconds: nanoseconds())
    }

    mutating func span() -> WireDuration {
        let seconds = Int64(int(in: 0...3) * int(in: 0...99_999_999_999))
        let fraction = nanoseconds()
        return isOne(in: 2)
            ? WireDuration(seconds: seconds, nanoseconds: fraction)
            : WireDuration(seconds: -seconds, nanoseconds: -fraction)
    }

    private mutating func nanoseconds() -> Int32 {
        element(of: [0, 1, 1000, 120_000_000, 5_000_000, 999_999_999])
    }
}
