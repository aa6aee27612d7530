// A view is how a relation looks at a tensor: for each axis of the tensor, a map from the
// relation's axes. Where a map leads outside the tensor, the view is zero; so padding is never
// seen, whatever a prover put there. Reshape, Transpose, Slice, Concat, Broadcast and the windows
// of convolutions and pools are views.

/// index = offset + Σ stride · (index of a relation's axis).
public struct AxisMap: Equatable, Sendable {
    /// One axis of the relation and what a step along it moves.
    public struct Term: Equatable, Sendable {
        /// The axis of the relation.
        public var axis: Int
        /// The step, not zero.
        public var stride: Int

        /// A step of `stride` for each along `axis`.
        public init(axis: Int, stride: Int) {
            self.axis = axis
            self.stride = stride
        }
    }

    /// The index where all of the relation's indices are zero.
    public var offset: Int
    /// The axes that it depends on, each once.
    public var terms: [Term]

    /// The map offset + Σ terms.
    public init(offset: Int = 0, terms: [Term]) {
        self.offset = offset
        self.terms = terms
    }

    /// The index of the relation's axis `axis`.
    public static func same(_ axis: Int) -> AxisMap {
        AxisMap(terms: [Term(axis: axis, stride: 1)])
    }

    /// One index.
    public static func constant(_ index: Int) -> AxisMap { AxisMap(offset: index, terms: []) }

    /// The index of `axis`, moved: what Slice and Concat are.
    public static func shift(_ axis: Int, by offset: Int) -> AxisMap {
        AxisMap(offset: offset, terms: [Term(axis: axis, stride: 1)])
    }

    /// place · stride + kernel · dilation − padding: the windows of Conv and pools.
    public static func window(
        place: Int, stride: Int, kernel: Int, dilation: Int, padding: Int
    ) -> AxisMap {
        AxisMap(
            offset: -padding,
            terms: [Term(axis: place, stride: stride), Term(axis: kernel, stride: dilation)])
    }

    /// The index of a row-major array of the extents that the axes have: what Reshape is.
    public static func flat(_ axes: [Int], extents: [Int]) -> AxisMap {
        var terms: [Term] = []
        var stride = 1
        for (axis, extent) in zip(axes, extents).reversed() {
            if extent > 1 { terms.append(Term(axis: axis, stride: stride)) }
            stride *= extent
        }
        return AxisMap(terms: terms.reversed())
    }
}

/// A tensor as a relation sees it.
public struct View: Equatable, Sendable {
    /// The tensor's number.
    public var tensor: Int
    /// A map for each axis of the tensor. No two depend on the same axis of the relation.
    public var maps: [AxisMap]

    /// The tensor `tensor` through `maps`.
    public init(_ tensor: Int, _ maps: [AxisMap]) {
        self.tensor = tensor
        self.maps = maps
    }

    /// Whether any map depends on the relation's axis.
    package func mentions(_ axis: Int) -> Bool {
        maps.contains { $0.terms.contains { $0.axis == axis } }
    }
}
