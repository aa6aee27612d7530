// Messages that are written and read by hand, against their tables.

import Base
public import Wire

private let allRules: [WireRules] = [
    .strict, .canonical, .tolerant, WireRules(unknownFields: .nonCriticalSkipped),
    WireRules(maximumDepth: 2),
]

/// What decoding gave: the value, or why not.
private func outcome<Message: WireMessage>(
    _ decode: (inout Message) throws(WireError) -> Void
) -> Result<Message, WireError> {
    var message = Message()
    do {
        try decode(&message)
        return .success(message)
    } catch { return .failure(error) }
}

/// Where `Message` is written or read by hand otherwise than by its table: in bytes, values and
/// refusals, on `samples` and on thousands of damaged copies. Empty when nowhere.
public func handCodingDifferences<Message: WireMessage>(
    _ samples: [Message], seed: UInt64
) -> [String] {
    var differences: [String] = []
    var mutator = Mutator(seed: seed)
    var corpus = samples.map { $0.encoded() }
    for sample in samples {
        var table = Bytes()
        sample.encodeByTable(into: &table)
        if sample.encoded() != table {
            differences.append("\(Message.wireName) is written otherwise")
        }
    }
    var differing = 0
    for round in 0..<3000 {
        let start = corpus[round % corpus.count]
        let bytes = round < corpus.count ? start : mutator.mutate(start, corpus: corpus)
        for rules in allRules {
            let byHand: Result<Message, WireError> = outcome { (message) throws(WireError) in
                try Message.decode(bytes[...], into: &message, rules: rules, depth: 0)
            }
            let byTable: Result<Message, WireError> = outcome { (message) throws(WireError) in
                try Message.decodeByTable(bytes[...], into: &message, rules: rules, depth: 0)
            }
            if byHand != byTable { differing += 1 }
        }
        if round % 50 == 0, bytes.count < 2000 { corpus.append(bytes) }
    }
    if differing > 0 { differences.append("\(Message.wireName): \(differing) are read otherwise") }
    return differences
}
