// The labels of classes, integers or texts, as classifiers give them.

/// The labels of a classifier, in the order of its scores.
enum ClassLabels: Sendable {
    case integers([Int64])
    case texts([String])

    /// Reads the attributes `classlabels_strings` and `integerName`.
    ///
    /// - Throws: `missingAttribute` when there are no labels; `wrongAttribute` when there are both.
    init(_ attributes: Attributes, integerName: String) throws(OperatorError) {
        let texts = try attributes.textValues("classlabels_strings")
        let integers = try attributes.intValues(integerName)
        guard texts.isEmpty || integers.isEmpty else {
            throw .wrongAttribute(name: integerName, reason: "labels are integers or texts")
        }
        guard !(texts.isEmpty && integers.isEmpty) else {
            throw .missingAttribute(name: integerName)
        }
        self = texts.isEmpty ? .integers(integers.map(Int64.init)) : .texts(texts)
    }

    /// How many classes there are, at least one.
    var count: Int {
        switch self {
        case .integers(let values): values.count
        case .texts(let values): values.count
        }
    }

    /// The type of the labels.
    var element: ElementType {
        switch self {
        case .integers: .int64
        case .texts: .string
        }
    }

    /// The labels of no and yes: the two there are, else 0 and 1.
    var noAndYes: ClassLabels {
        switch self {
        case .integers(let values): .integers(values.count == 2 ? values : [0, 1])
        case .texts(let values): .texts(values.count == 2 ? values : ["0", "1"])
        }
    }

    /// The labels at `choices`, one for each row.
    func tensor(_ choices: [Int], _ shape: Shape) -> Tensor {
        switch self {
        case .integers(let values): Tensor(choices.map { values[$0] }, shape: shape)
        case .texts(let values): Tensor(choices.map { values[$0] }, shape: shape)
        }
    }
}
