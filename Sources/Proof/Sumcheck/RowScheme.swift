// The commitment scheme of a proof, as far as the protocol knows it: commitments to rows of the
// vector that can be folded, columns for what is hidden, and a closing argument
// (Documentation/zkml.md, section 11). The conformers are verification keys.

public import Base

/// What the closing argument shows: with w the rows folded by `rowWeights`, and columns A, B, M1
/// and M2 where the mode hides,
///
///     Σ_j products_j A_j B_j + left_j A_j + right_j B_j + Σ_j mask1_j M1_j + mask2_j M2_j
///         + factor · Σ_j eq(columnPoint, j) w_j = total
public struct ClosingClaim<F: SumcheckField>: Sendable {
    /// The factor of each row in the fold, in the order of the layout's rows; zero for public rows.
    public var rowWeights: [F]
    /// The point whose eq is summed with the folded row.
    public var columnPoint: [F]
    /// The factor of that sum.
    public var factor: F
    /// Public factors; empty where nothing is hidden.
    public var products: [F] = []
    /// Public factors of A.
    public var left: [F] = []
    /// Public factors of B.
    public var right: [F] = []
    /// Public factors of M1.
    public var mask1: [F] = []
    /// Public factors of M2.
    public var mask2: [F] = []
    /// The sum.
    public var total: F
}

/// Commitments to the columns of a proof that hides.
public struct HiddenColumns<Commitment: Equatable & Sendable>: Equatable, Sendable {
    /// The first sum's mask, sent before it.
    public var mask1: Commitment
    /// Left arguments, and the value of the linear forms.
    public var left: Commitment
    /// Right arguments.
    public var right: Commitment
    /// The second sum's mask.
    public var mask2: Commitment

    /// The four columns.
    public init(mask1: Commitment, left: Commitment, right: Commitment, mask2: Commitment) {
        self.mask1 = mask1
        self.left = left
        self.right = right
        self.mask2 = mask2
    }
}

/// A commitment scheme for rows, as a verifier uses it.
public protocol RowScheme: Sendable {
    /// The field of the values.
    associatedtype Scalar: SumcheckField
    /// A commitment to a row or a column.
    associatedtype Commitment: Equatable, Sendable
    /// The messages of the closing argument.
    associatedtype Closing: Equatable, Sendable

    /// The logarithm of the length of a row.
    var rowBits: Int { get }
    /// What names the reference string and the size of rows in a statement.
    var identity: Bytes { get }
    /// Bytes of an encoded commitment.
    static var commitmentSize: Int { get }
    /// Bytes of the encoded closing messages.
    static func closingSize(hiding: Bool) -> Int
    /// Reads a commitment; `nil` unless the bytes are the one encoding of one.
    static func commitment(encoded bytes: ArraySlice<UInt8>) -> Commitment?
    /// Appends the encoding of a commitment.
    static func append(_ commitment: Commitment, to bytes: inout Bytes)
    /// Reads the closing messages from `closingSize` bytes, the first of which is at `offset` of
    /// the proof.
    static func closing(
        encoded bytes: ArraySlice<UInt8>, hiding: Bool, offset: Int
    ) throws(SumcheckError) -> Closing
    /// Appends the encoding of closing messages.
    static func append(_ closing: Closing, to bytes: inout Bytes)
    /// Checks the closing argument. `rows` are commitments in the order of the layout's rows, `nil`
    /// for public rows; `columns` is `nil` where nothing is hidden.
    func verify(
        _ closing: Closing, of claim: ClosingClaim<Scalar>, rows: [Commitment?],
        columns: HiddenColumns<Commitment>?, transcript: inout SumcheckTranscript
    ) throws(SumcheckError)
}
